"""What the elder and whoever acts for them see: their assessments, the appointment, the result."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.models import (
    APPOINTED,
    ASKED,
    CANCELLED,
    OPEN,
    Assessment,
    Result,
    Sheet,
)
from minsheng.apps.assessments.reads.lines import Line, line_of
from minsheng.apps.assessments.reads.outcomes import Outcome, outcome_of
from minsheng.apps.mandates.actions.noting import note_act
from minsheng.apps.people import access as people_access
from minsheng.apps.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody for whom this account may ask; `key` is "" for oneself. `is_open`: one is under way."""

    key: str
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class FamilyView:
    """One assessment as the family reads it; `may` says what is open to them now."""

    line: Line
    place: str
    words: str
    assessors: tuple[tuple[str, bool], ...]
    handed_in: int
    outcome: Outcome | None
    review: int | None
    may: frozenset[str]


def own_lines(account: Account, key: str) -> list[Line]:
    """Return the assessments of this account's person, and of those for whom it acts, newest first."""
    people = [one for _, one in _people(account, key)]
    rows = Assessment.objects.filter(person__in=people, grading=key).select_related("person")
    return [line_of(row) for row in rows.order_by("-pk")[:100]]


def whom(account: Account, key: str) -> list[Whom]:
    """Return for whom this account may ask for an assessment: oneself first."""
    found = _people(account, key)
    rows = Assessment.objects.filter(
        person__in=[one for _, one in found], grading=key, state__in=OPEN
    )
    busy = set(rows.values_list("person_id", flat=True))
    return [Whom(name, one.name_masked, one.pk in busy) for name, one in found]


def family_view(assessment_id: int, *, account: Account) -> FamilyView:
    """Return one assessment for the elder or their agent; an agent's look is written down."""
    row = access.found(assessment_id)
    if account.is_staff_member or not access.is_family(account, row):
        raise access.none_such()
    if not people_access.is_self(account, row.person):
        mandate = access.mandate_of(account, row.person, row.grading)
        if mandate is not None:
            note_act(mandate, f"read:{row.grading}", by=account)
    result = Result.objects.filter(assessment=row).select_related("person").first()
    sheets = list(Sheet.objects.filter(assessment=row).select_related("assessor").order_by("pk"))
    reviews = Assessment.objects.filter(review_of=result).exclude(state=CANCELLED)
    review = reviews.first() if result else None
    outcome = outcome_of(result) if result else None
    return FamilyView(
        line=line_of(row),
        place=sealing.opened(row.person, row.place, field=sealing.PLACE),
        words=sealing.opened(row.person, row.words, field=sealing.WORDS),
        assessors=tuple((one.assessor.display, one.is_certified) for one in sheets),
        handed_in=sum(one.handed_in_at is not None for one in sheets),
        outcome=outcome,
        review=review.pk if review else None,
        may=_may(row, outcome, review),
    )


def _may(row: Assessment, outcome: Outcome | None, review: Assessment | None) -> frozenset[str]:
    if row.state in (ASKED, APPOINTED):
        return frozenset({"cancel"})
    if outcome is None:
        return frozenset()
    is_open = Assessment.objects.filter(
        person=row.person, grading=row.grading, state__in=OPEN
    ).exists()  # fmt: skip
    in_time = timezone.localdate() <= outcome.last_day
    if review or is_open or outcome.is_replaced or not in_time:
        return frozenset()
    return frozenset({"object"})


def _people(account: Account, key: str) -> list[tuple[str, Person]]:
    if account.is_staff_member or not account.is_proved or account.person is None:
        return []
    return [("", account.person), *((str(one.pk), one) for one in access.principals(account, key))]
