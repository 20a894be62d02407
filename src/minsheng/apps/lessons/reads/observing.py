"""What observers saw: one sheet, all of a lesson, and how far observers agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from minsheng.apps.lessons import access
from minsheng.apps.lessons.actions.observing import MENDED
from minsheng.apps.lessons.models import CANCELLED, SUBMITTED, Lesson, Observation
from minsheng.apps.lessons.sealing import opened
from minsheng.apps.people.models import Account
from minsheng.engines.lessons import Apart, Pattern, apart, by_step
from minsheng.engines.measurement.agreement import Agreement, icc, kappa


@dataclass(frozen=True, slots=True)
class SheetView:
    """One observer's sheet: scores, what was seen, advice; the mean of each step."""

    row: Observation
    pattern: Pattern
    scores: Mapping[str, int]
    evidence: Mapping[str, str]
    advice: str
    steps: Mapping[str, float]
    may_mend: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far two observers agree over the questions of a lesson, and what to talk about.

    kappa: weighted (quadratic). icc: two-way random, single, absolute agreement.
    """

    observers: int
    kappa: Agreement | None
    icc: Agreement | None
    apart: tuple[Apart, ...]


def own_sheets(account: Account) -> tuple[list[Observation], list[Observation]]:
    """Return the lessons that this account is asked to observe: those to fill in, those handed in."""
    rows = (
        Observation.objects.filter(observer=account)
        .exclude(state="declined")
        .exclude(lesson__state=CANCELLED)
        .select_related("lesson__plan", "lesson__school_class__school", "lesson__teacher")
        .order_by("-lesson__day", "-lesson__starts")
    )
    found = list(rows)
    return (
        [one for one in found if one.state != SUBMITTED][::-1],
        [one for one in found if one.state == SUBMITTED],
    )


def sheet_of(lesson_id: int, *, account: Account) -> SheetView:
    """Return this account's own sheet of a lesson; raises NotFound for who wasn't asked."""
    row = (
        Observation.objects.filter(lesson=lesson_id, observer=account)
        .exclude(state="declined")
        .select_related("lesson__plan", "lesson__school_class__school", "lesson__teacher")
        .first()
    )
    if row is None:
        raise access.no_such_lesson()
    return _view(row)


def sheets_of(lesson_id: int, *, account: Account) -> list[SheetView]:
    """Return every sheet that was handed in of a lesson, for its teacher alone."""
    lesson = access.require_teaching(account, lesson_id)
    return [_view(row) for row in _submitted(lesson)]


def agreement_of(lesson_id: int, *, account: Account) -> Agreed | None:
    """Return how far the first two observers agree; None before both have handed in.

    For the teacher, and for who has handed in a sheet: before that, nobody's scores are shown.
    """
    lesson = access.require_lesson(account, lesson_id)
    rows = _submitted(lesson)
    is_in = lesson.teacher_id == account.pk or any(row.observer_id == account.pk for row in rows)
    if len(rows) < 2 or not is_in:
        return None
    pattern = access.pattern(lesson.plan.pattern)
    sheets = [row.scores for row in rows]
    names = [one.name for one in pattern.questions() if all(one.name in sheet for sheet in sheets)]
    first, second = ([sheet[name] for name in names] for sheet in sheets[:2])
    return Agreed(
        observers=len(rows),
        kappa=kappa(first, second, categories=pattern.scores(), weights="quadratic"),
        icc=icc(
            [[sheet[name] for sheet in sheets] for name in names],
            model="two_way_random",
            kind="agreement",
        ),
        apart=apart(pattern, sheets),
    )


def _submitted(lesson: Lesson) -> list[Observation]:
    rows = lesson.observations.filter(state=SUBMITTED).select_related(
        "observer", "lesson__plan", "lesson__school_class__school", "lesson__teacher"
    )
    return list(rows.order_by("submitted_at", "pk"))


def _view(row: Observation) -> SheetView:
    pattern = access.pattern(row.lesson.plan.pattern)
    may_mend = row.submitted_at is None or timezone.now() <= row.submitted_at + MENDED
    return SheetView(
        row,
        pattern,
        row.scores,
        opened(row.evidence) or {},
        opened(row.advice) or "",
        by_step(pattern, row.scores),
        may_mend,
    )
