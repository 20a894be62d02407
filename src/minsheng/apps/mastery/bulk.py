"""Answers of thousands of pupils as arrays: for the night, when a row object each would take minutes.

On PostgreSQL the server packs all rows of a group into one value of bytes (a row each, even by COPY, costs the
driver 20 µs), elsewhere they come through the ORM; a test holds both to the order and the choice of
`folding.counted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from minsheng.apps.mastery import folding
from minsheng.apps.mastery.bank import Shelf, how_learnt
from minsheng.apps.mastery.models import HANDED_IN, TO_DECIDE, Sheet, Standing
from minsheng.engines.learning import mastery, spacing
from minsheng.engines.learning.answers import Answers, Ints

AT_ONCE = 10_000
"""Pupils whose answers are read at a time where all are: the server goes through the whole table for each group."""
WRITTEN = 2_000
"""Rows that one look of the ORM holds."""
FIRST_DAY = date(2000, 1, 1).toordinal()
"""The day from which PostgreSQL counts."""
WIRE = np.dtype([("pupil", ">i8"), ("day", ">i4"), ("item", ">i8"), ("score", ">i4")])
BYTES = """
    SELECT string_agg(
        int8send(sheet.pupil_id) || date_send(work.day) || int8send(item.number) || int4send(answer.score),
        '' ORDER BY work.day, sheet.handed_in_at, sheet.id, answer.id
    )
    FROM mastery_sheet sheet
    JOIN mastery_work work ON work.id = sheet.work_id
    JOIN mastery_answer answer ON answer.sheet_id = sheet.id
    JOIN unnest(string_to_array(%s, ' ')) WITH ORDINALITY AS item (key, number) ON item.key = answer.item
    WHERE sheet.pupil_id = ANY(string_to_array(%s, ' ')::bigint[]) AND sheet.state = %s
      AND work.subject = %s AND work.state <> 'cancelled' AND answer.result <> ALL(%s)
"""


def pupils_of(subject: str) -> Iterator[list[int]]:
    """Yield the pupils who have handed something in in a subject, some thousands at a time."""
    sheets = Sheet.objects.filter(work__subject=subject, state=HANDED_IN)
    ids = sorted(set(sheets.order_by().values_list("pupil_id", flat=True).distinct()))
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def told(of: Shelf, pupils: Sequence[int]) -> tuple[Answers, int]:
    """Return what these pupils' answers say, in the order of time, and how many answers that is.

    Pupils are numbered by their place; an answer to an item of two skills is two rows.
    """
    who, day, item, right = (
        _packed_by_server(of, pupils) if _is_postgresql() else _listed(of, pupils)
    )
    place = np.argsort(np.asarray(pupils, np.int64))
    who = place[np.searchsorted(np.asarray(pupils, np.int64)[place], who)]
    skills = [[of.skill_number[key] for key in of.subject.items[one].skills] for one in of.items]
    many = np.array([len(each) for each in skills], np.int64)
    flat = np.array([number for each in skills for number in each], np.int64)
    start = np.cumsum(many) - many
    rows = np.repeat(np.arange(len(who)), many[item])
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many[item]) - many[item], many[item])
    found = Answers(
        pupil=who[rows],
        skill=flat[start[item[rows]] + within],
        right=right[rows].astype(np.int8),
        day=day[rows],
        pupils=len(pupils),
        skills=len(of.skills),
    )
    return found, len(who)


def all_told(of: Shelf) -> tuple[Answers, int]:
    """Return what all answers in a subject say, pupil group by pupil group, each in the order of time."""
    parts, count, before = [], 0, 0
    for pupils in pupils_of(of.key):
        found, answers = told(of, pupils)
        parts.append((found.pupil + before, found.skill, found.right, found.day))
        count, before = count + answers, before + len(pupils)
    none = np.zeros(0, np.int64)
    pupil, skill, right, day = (
        [np.concatenate(each) for each in zip(*parts, strict=True)] if parts else [none] * 4
    )
    return Answers(pupil, skill, right.astype(np.int8), day, before, len(of.skills)), count


def remake(of: Shelf, pupils: Sequence[int]) -> None:
    """Do for some pupils what `folding.rebuild` does for one; inside a transaction, which holds their rows."""
    Standing.objects.bulk_create(
        [Standing(pupil_id=pupil, subject=of.key) for pupil in pupils], ignore_conflicts=True
    )
    held = Standing.objects.filter(subject=of.key, pupil__in=pupils).order_by("pupil_id")
    list(held.select_for_update().values_list("pk"))
    answers, _ = told(of, pupils)
    skills = how_learnt(of)
    evidence = mastery.fold(skills, mastery.nothing(skills, len(pupils)), answers)
    stand = folding.Stand(evidence, *spacing.memories(answers))
    count = np.bincount(answers.pupil, minlength=len(pupils)).tolist()
    until = np.full(len(pupils), -1, np.int64)
    np.maximum.at(until, answers.pupil, answers.day)
    Standing.objects.bulk_create(
        [
            Standing(
                pupil_id=pupil,
                subject=of.key,
                skills=values,
                answers=rows,
                last_day=date.fromordinal(day) if day >= 0 else None,
            )
            for pupil, values, rows, day in zip(
                pupils, packed(of, stand), count, until.tolist(), strict=True
            )
        ],
        update_conflicts=True,
        unique_fields=["pupil", "subject"],
        update_fields=["skills", "answers", "last_day"],
    )


def packed(of: Shelf, stand: folding.Stand) -> list[dict[str, list[float]]]:
    """Return for each pupil what `folding.packed` does for one."""
    at = np.nonzero(stand.evidence.count > 0)
    arrays = [
        *(getattr(stand.evidence, part) for part in folding.PARTS),
        stand.half_life,
        stand.last,
    ]
    values = zip(*(array[at].tolist() for array in arrays), strict=True)
    found: list[dict[str, list[float]]] = [{} for _ in range(len(stand.half_life))]
    for pupil, skill, each in zip(*(part.tolist() for part in at), values, strict=True):
        found[pupil][of.skills[skill]] = list(each)
    return found


def _is_postgresql() -> bool:
    return bool(connection.vendor == "postgresql")


def _packed_by_server(
    of: Shelf, pupils: Sequence[int]
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    ids = " ".join(str(pupil) for pupil in pupils)
    with connection.cursor() as cursor:
        cursor.execute(BYTES, [" ".join(of.items), ids, HANDED_IN, of.key, list(TO_DECIDE)])
        (whole,) = cursor.fetchone()
    table = np.frombuffer(whole or b"", WIRE)
    return (
        table["pupil"].astype(np.int64),
        table["day"].astype(np.int64) + FIRST_DAY,
        table["item"].astype(np.int64) - 1,
        table["score"] >= folding.WHOLE,
    )


def _listed(of: Shelf, pupils: Sequence[int]) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    found = folding.counted(of.key).filter(sheet__pupil__in=pupils, item__in=of.items)
    rows = found.select_related(None).values_list(
        "sheet__pupil", "sheet__work__day", "item", "score"
    )
    table = np.array(
        [
            (pupil, day.toordinal(), of.item_number[item], score >= folding.WHOLE)
            for pupil, day, item, score in rows.iterator(WRITTEN)
        ],
        np.int64,
    ).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3] == 1
