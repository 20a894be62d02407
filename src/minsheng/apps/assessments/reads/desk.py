"""What the desk sees: what is to be arranged, an assessor's own sheet, two sheets beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.models import (
    APPOINTED,
    ASKED,
    BOTH_IN,
    CANCELLED,
    SIGNED,
    Assessment,
    Result,
    Sheet,
)
from minsheng.apps.assessments.reads.lines import Line, line_of
from minsheng.apps.assessments.reads.outcomes import Outcome, outcome_of
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.grading.sheets import (
    Answers,
    LaidOut,
    differing,
    joined,
    laid_out,
    unanswered,
    unsettled,
)
from minsheng.lib.errors import WrongInput


@dataclass(frozen=True, slots=True)
class Work:
    """One assessment as the desk reads it. `left`: how many answers this assessor still owes.

    `name`, `place` and `age` are those of the elder, for whoever goes there; `may` what is open now.
    """

    line: Line
    name: str
    age: int | None
    place: str
    words: str
    assessors: tuple[tuple[int, str, bool, bool], ...]
    left: int
    outcome: Outcome | None
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One item or fact that two answered differently. `settled` None: not yet; `by` who wrote it."""

    key: str
    first: object
    second: object
    notes: tuple[str, str]
    settled: object
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sheets beside one another: what differs, what is still open, what comes of it.

    `names` are the assessors in the order of their sheets; `signed` those who signed what stands.
    `out` is None until every difference is settled.
    """

    revision: int
    names: tuple[str, str]
    differences: tuple[Difference, ...]
    alike: int
    open: tuple[str, ...]
    informant: str
    signed: tuple[str, ...]
    out: LaidOut | None


def works_of(account: Account, key: str) -> list[Line]:
    """Return what this account arranges or assesses: open ones first by day, then the last signed."""
    wanted = Q(sheets__assessor=account) if access.assessor_post(account, key) else Q(pk=None)
    if access.arranges(account, key):
        wanted = Q()
    rows = Assessment.objects.filter(wanted, grading=key).exclude(state=CANCELLED)
    under_way = rows.exclude(state=SIGNED).order_by("day", "pk")[:200]
    done = rows.filter(state=SIGNED).order_by("-pk")[:20]
    found = [*under_way.select_related("person"), *done.select_related("person")]
    return [line_of(row) for row in found]


def desk_view(assessment_id: int, *, account: Account) -> Work:
    """Return one assessment for who arranges it or is its assessor; the look is written down."""
    row = access.found(assessment_id)
    sheet = access.sheet_of(row, account)
    is_arranger = access.arranges(account, row.grading)
    if sheet is None and not is_arranger:
        raise access.none_such()
    post = access.assessor_post(account, row.grading) if sheet else ""
    if not row.person.is_erased:
        people_actions.record_look(
            row.person_id, by=account, purpose="case", what="assessment",
            case=f"assessment {row.pk}",
            post_key=post or access.grading(row.grading).spec.arranging.post,
        )  # fmt: skip
    sheets = Sheet.objects.filter(assessment=row).select_related("assessor").order_by("pk")
    result = Result.objects.filter(assessment=row).select_related("person").first()
    return Work(
        line=line_of(row),
        name=people.name_of(row.person) if not row.person.is_erased else "",
        age=people.age_of(row.person, on=timezone.localdate()),
        place=sealing.opened(row.person, row.place, field=sealing.PLACE),
        words=sealing.opened(row.person, row.words, field=sealing.WORDS),
        assessors=tuple(
            (one.assessor_id, one.assessor.display, one.is_certified, one.handed_in_at is not None)
            for one in sheets
        ),
        left=len(_left(row, sheet)) if sheet else 0,
        outcome=outcome_of(result) if result else None,
        may=_may(row, sheet, is_arranger=is_arranger),
    )


def own_answers(assessment_id: int, *, account: Account) -> tuple[Answers, tuple[str, ...]]:
    """Return what an assessor answered so far, and what is still open; NotFound for everybody else."""
    row = access.found(assessment_id)
    sheet = access.sheet_of(row, account)
    if sheet is None:
        raise access.none_such()
    return sealing.open_answers(row.person, sheet.answers), _left(row, sheet)


def compared(assessment_id: int, *, account: Account) -> Compared | None:
    """Return both sheets beside one another for their assessors, or None before both are in."""
    row = access.found(assessment_id)
    if access.sheet_of(row, account) is None:
        raise access.none_such()
    if row.state != BOTH_IN:
        return None
    grading = access.grading(row.grading).grading
    first, second = Sheet.objects.filter(assessment=row).select_related("assessor").order_by("pk")
    one, other = (sealing.open_answers(row.person, sheet.answers) for sheet in (first, second))
    settled = sealing.open_settled(row.person, row.settled)
    keys, on = differing(grading, one, other), row.day or timezone.localdate()
    names = people.displays(list(settled.by.values()))
    left = unsettled(grading, one, other, settled.answers, on=on)
    return Compared(
        revision=row.revision,
        names=(first.assessor.display, second.assessor.display),
        differences=tuple(
            Difference(
                key, one.of(key), other.of(key),
                (one.notes.get(key, ""), other.notes.get(key, "")),
                settled.answers.of(key), settled.answers.notes.get(key, ""),
                names.get(settled.by.get(key, 0), ""),
            )
            for key in keys
        ),
        alike=sum(1 for key in one.scores if key not in keys),
        open=left,
        informant=settled.informant,
        signed=tuple(
            sheet.assessor.display for sheet in (first, second) if sheet.signed_at is not None
        ),
        out=None if left else _out(row, joined(grading, one, settled.answers), on),
    )  # fmt: skip


def _out(row: Assessment, answers: Answers, on: date) -> LaidOut | None:
    try:
        return laid_out(access.grading(row.grading).grading, answers, on=on)
    except WrongInput:
        return None


def _left(row: Assessment, sheet: Sheet) -> tuple[str, ...]:
    grading = access.grading(row.grading).grading
    answers = sealing.open_answers(row.person, sheet.answers)
    return unanswered(grading, answers, on=timezone.localdate())


def _may(row: Assessment, sheet: Sheet | None, *, is_arranger: bool) -> frozenset[str]:
    found: set[str] = set()
    if is_arranger and row.state in (ASKED, APPOINTED):
        found |= {"appoint", "cancel"}
    if sheet is not None and row.state == APPOINTED and sheet.handed_in_at is None:
        found |= {"aside"}
        if row.day is not None and row.day <= timezone.localdate():
            found |= {"fill"}
    if sheet is not None and row.state == BOTH_IN:
        found |= {"settle"}
    return frozenset(found)
