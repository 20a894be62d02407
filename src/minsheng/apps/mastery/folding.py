"""From answers to where a pupil stands: folded one sheet at a time, or anew from all of them.

Both give the same. A wrong answer to an item of two skills counts for both: which of them it was
that failed, one answer can't say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from django.db.models import QuerySet

from minsheng.apps.mastery.bank import Shelf, how_learnt
from minsheng.apps.mastery.models import HANDED_IN, TO_DECIDE, Answer, Sheet, Standing
from minsheng.engines.learning import mastery, spacing
from minsheng.engines.learning.answers import Answers, Floats, Ints, answers_of
from minsheng.engines.learning.mastery import Evidence
from minsheng.engines.learning.tracing import Skills

Row = tuple[int, int, int, int]
"""pupil, skill, right (0 or 1), day."""
PARTS = tuple(part.name for part in fields(Evidence))
WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Stand:
    """Where pupils stand: the kernel's evidence, and how long each skill will be remembered.

    half_life, last: arrays (pupils, skills), in days and as ordinals; 0 and -1 for none.
    """

    evidence: Evidence
    half_life: Floats
    last: Ints


def stand_of(of: Shelf, pupils: Sequence[int]) -> Stand:
    """Return where pupils stand, in their order; who has answered nothing yet stands at nothing."""
    kept = {
        row.pupil_id: row.skills
        for row in Standing.objects.filter(pupil__in=pupils, subject=of.key)
    }
    return unpacked(of, how_learnt(of), [kept.get(pupil, {}) for pupil in pupils])


def unpacked(of: Shelf, skills: Skills, kept: Sequence[Mapping[str, Sequence[float]]]) -> Stand:
    """Return what was stored for some pupils as arrays; skills no longer in the map are left out."""
    evidence = mastery.nothing(skills, len(kept))
    half_life = np.zeros(evidence.known.shape)
    last = np.full(evidence.known.shape, -1, np.int64)
    arrays = [getattr(evidence, part) for part in PARTS]
    for row, of_pupil in enumerate(kept):
        for key, values in of_pupil.items():
            column = of.skill_number.get(key)
            if column is None:
                continue
            for array, value in zip(arrays, values, strict=False):
                array[row, column] = value
            half_life[row, column], last[row, column] = values[-2:]
    return Stand(evidence, half_life, last)


def packed(of: Shelf, stand: Stand, row: int) -> dict[str, list[float]]:
    """Return what is stored of one pupil: of each skill with an answer, the evidence as numbers."""
    found = {}
    for column in np.flatnonzero(stand.evidence.count[row] > 0).tolist():
        found[of.skills[column]] = [
            *(getattr(stand.evidence, part)[row, column].item() for part in PARTS),
            float(stand.half_life[row, column]),
            int(stand.last[row, column]),
        ]
    return found


def fold_sheet(of: Shelf, sheet: Sheet, answers: Iterable[Answer], *, day: date) -> Standing:
    """Fold the answers of one sheet into where its pupil stands, and store it.

    The caller is inside a transaction. An answer that waits for a teacher says nothing yet. Where a
    later day was folded already, all is made anew, in the order of time.
    """
    standing = held(sheet.pupil_id, of.key)
    rows = _rows(of, ((0, one, day) for one in answers))
    if standing.last_day is not None and day < standing.last_day:
        return rebuild(of, sheet.pupil_id)
    stand = unpacked(of, how_learnt(of), [standing.skills])
    return _store(of, standing, _folded(of, stand, rows), len(rows), day)


def rebuild(of: Shelf, pupil_id: int) -> Standing:
    """Make anew where a pupil stands, from all answers, and store it; inside a transaction."""
    standing = held(pupil_id, of.key)
    found = [(0, one, one.sheet.work.day) for one in counted(of.key).filter(sheet__pupil=pupil_id)]
    rows = _rows(of, found)
    stand = _folded(of, unpacked(of, how_learnt(of), [{}]), rows)
    standing.answers = 0
    return _store(of, standing, stand, len(rows), found[-1][2] if found else None)


def retold(of: Shelf, pupils: Sequence[int], *, until: Sequence[date]) -> Iterator[Stand]:
    """Yield where pupils stood at the end of each of the days, from all their answers; days ascend."""
    place = {pupil: at for at, pupil in enumerate(pupils)}
    found = counted(of.key).filter(sheet__pupil__in=pupils)
    rows = _rows(of, ((place[one.sheet.pupil_id], one, one.sheet.work.day) for one in found))
    stand = unpacked(of, how_learnt(of), [{}] * len(pupils))
    begun = 0
    for day in until:
        ended = begun
        while ended < len(rows) and rows[ended][3] <= day.toordinal():
            ended += 1
        stand = _folded(of, stand, rows[begun:ended])
        begun = ended
        yield stand


def counted(subject: str) -> QuerySet[Answer]:
    """Return the answers in a subject that say something, in the order of time."""
    return (
        Answer.objects.filter(sheet__work__subject=subject, sheet__state=HANDED_IN)
        .exclude(result__in=TO_DECIDE)
        .exclude(sheet__work__state="cancelled")
        .select_related("sheet__work")
        .order_by("sheet__work__day", "sheet__handed_in_at", "sheet_id", "pk")
    )


def held(pupil_id: int, subject: str) -> Standing:
    """Return the row of a pupil, locked until the transaction ends."""
    Standing.objects.get_or_create(pupil_id=pupil_id, subject=subject)
    return Standing.objects.select_for_update().get(pupil_id=pupil_id, subject=subject)


def rows_of(of: Shelf, pupils: Mapping[int, int], answers: Iterable[Answer]) -> Answers:
    """Return stored answers of some pupils (id → number) as the kernels take them."""
    numbered = ((pupils[one.sheet.pupil_id], one, one.sheet.work.day) for one in answers)
    return _as_answers(of, _rows(of, numbered), len(pupils))


def _folded(of: Shelf, stand: Stand, rows: Sequence[Row]) -> Stand:
    answers = _as_answers(of, rows, len(stand.half_life))
    evidence = mastery.fold(how_learnt(of), stand.evidence, answers)
    half_life, last = stand.half_life.copy(), stand.last.copy()
    for pupil, skill, right, day in rows:
        gone = max(day - last[pupil, skill], 0) if last[pupil, skill] >= 0 else 0
        half_life[pupil, skill] = spacing.half_life_after(
            half_life[pupil, skill], days=gone, right=right
        )
        last[pupil, skill] = day
    return Stand(evidence, half_life, last)


def _rows(of: Shelf, answers: Iterable[tuple[int, Answer, date]]) -> list[Row]:
    """Return a row for each skill of each answer that says something."""
    return [
        (pupil, of.skill_number[skill], int(one.score >= WHOLE), day.toordinal())
        for pupil, one, day in answers
        if one.result not in TO_DECIDE and one.item in of.subject.items
        for skill in of.subject.items[one.item].skills
    ]


def _as_answers(of: Shelf, rows: Sequence[Row], pupils: int) -> Answers:
    table = np.array(rows, np.int64).reshape(len(rows), 4)
    return answers_of(
        table[:, 0], table[:, 1], table[:, 2], day=table[:, 3], pupils=pupils, skills=len(of.skills)
    )


def _store(of: Shelf, standing: Standing, stand: Stand, count: int, day: date | None) -> Standing:
    standing.skills = packed(of, stand, 0)
    standing.answers += count
    standing.last_day = max(filter(None, (standing.last_day, day)), default=None)
    standing.save(update_fields=["skills", "answers", "last_day"])
    return standing
