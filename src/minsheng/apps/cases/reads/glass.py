"""Cases opened in an emergency: to the officer for some hours, to the applicant, to audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts
from minsheng.apps.cases.actions.glass import FINDINGS, REASON, WORDS
from minsheng.apps.cases.models import BrokenGlass
from minsheng.apps.cases.reads.running import office_title
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.typed import said
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class GlassLine:
    """One opening. `reason` and `words` are empty for who may not read them, or after erasure."""

    id: int
    case: str
    who: Text
    opened_at: datetime
    until: datetime
    review_by: date
    is_late: bool
    reason: str
    finding: Text | None
    words: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Emergency:
    """A case as an officer sees it behind the glass: the values, and where each item stands."""

    line: GlassLine
    service: Text
    who: str
    items: tuple[tuple[Text, Text, str], ...]
    values: tuple[tuple[Text, Text], ...]


def glass_of_case_holder(person: Person) -> list[GlassLine]:
    """Return who opened this person's cases in an emergency; protected cases apart."""
    rows = BrokenGlass.objects.filter(case__applicant=person, case__protected=False)
    return [_line(row) for row in rows.select_related("case__applicant").order_by("-pk")]


def glass_to_review(account: Account, limit: int = 200) -> list[GlassLine]:
    """Return every opening for the audit administrator, those without a finding first.

    Of a case that became protected meanwhile, its number is left out. Raises NotAllowed.
    """
    people_access.require_duty(account, "audit")
    rows = BrokenGlass.objects.select_related("case__applicant").order_by("finding", "review_by")
    return [_line(row, hides=row.case.protected) for row in rows[:limit]]


def glass_of(account: Account) -> list[GlassLine]:
    """Return what this officer opened, newest first."""
    rows = BrokenGlass.objects.filter(account=account, case__protected=False)
    return [_line(row) for row in rows.select_related("case__applicant").order_by("-pk")[:50]]


def emergency(glass_id: int, *, account: Account) -> Emergency:
    """Return the case behind the glass, and write down that it was looked at.

    NotFound for everybody but who broke it, after its hours, and once the case is protected.
    """
    rows = BrokenGlass.objects.select_related("case__applicant")
    row = rows.filter(pk=glass_id, account=account).first()
    if row is None or not _is_open(row):
        raise access.no_such_case()
    case = row.case
    people_actions.record_look(
        case.applicant_id, by=account, purpose="emergency", what="case", case=case.number,
        post_key=row.post,
    )  # fmt: skip
    spec, known = catalogue.pinned_spec(case.pack_id), facts.values_of(case)
    return Emergency(
        line=_line(row),
        service=spec.title,
        who=people.name_of(case.applicant),
        items=tuple(
            (spec.items[item.key].title, office_title(item.office), item.status)
            for item in case.items.order_by("position")
            if item.status != "skipped"
        ),
        values=tuple(
            (declared.label, said(declared, known[key].value))
            for key, declared in spec.fields.items()
            if key in known and known[key].is_known
        ),
    )


def _is_open(row: BrokenGlass) -> bool:
    return (
        timezone.now() < row.until and not row.case.protected and not row.case.applicant.is_erased
    )


def _line(row: BrokenGlass, *, hides: bool = False) -> GlassLine:
    gone = row.case.applicant.is_erased or hides
    applicant = row.case.applicant
    return GlassLine(
        id=row.pk,
        case="" if hides else row.case.number,
        who=_post_title(row.post),
        opened_at=row.opened_at,
        until=row.until,
        review_by=row.review_by,
        is_late=not row.finding and row.review_by < timezone.localdate(),
        reason="" if gone else people.open_value(applicant, row.reason_sealed, purpose_field=REASON),
        finding=FINDINGS.get(row.finding),
        words=people.open_value(applicant, row.words_sealed, purpose_field=WORDS)
        if row.words_sealed and not gone
        else "",
        is_open=_is_open(row),
    )  # fmt: skip


def _post_title(key: str) -> Text:
    found = next((post for post in people.posts() if post.key == key), None)
    if found is None:
        return Text(key)
    office = found.department
    return Text(
        f"{office.title_zh} {found.title_zh}", f"{office.title.to('en')}, {found.title.to('en')}"
    )
