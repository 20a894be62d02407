"""Works of the past with their answers, as another system brings them: the same rows, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.mastery import folding
from minsheng.apps.mastery.actions.giving import STREAM
from minsheng.apps.mastery.actions.handing import Said, checked_answer
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.minutes import minutes_of
from minsheng.apps.mastery.models import CLOSED, HANDED_IN, Answer, Sheet, Snapshot, Standing, Work
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import SchoolUser

KNOWN = folding.PARTS.index("known")
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class PastSheet:
    """What one pupil answered, by item."""

    pupil: int
    answers: Mapping[str, Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWork:
    """A work that is over: what was given to which class, when, and every sheet of it."""

    school_class: int
    kind: str
    title: str
    items: tuple[str, ...]
    at: datetime
    sheets: tuple[PastSheet, ...]
    given_by: Account | None = None


def import_works(subject: str, works: Sequence[PastWork], *, snapshots: Sequence[date] = ()) -> int:
    """Write works of the past, fold their answers, and return how many answers there were.

    `snapshots` are days, ascending, on which each pupil's standing is kept for growth. Answers are
    checked and sealed as those that are handed in; one entry of the ledger for each work.
    """
    of = shelf(subject)
    ids = {sheet.pupil for work in works for sheet in work.sheets}
    with transaction.atomic():
        pupils = {
            one.pk: one
            for one in SchoolUser.objects.select_related("person").filter(pk__in=sorted(ids))
        }
        rows: list[Answer] = []
        for past in works:
            day = timezone.localdate(past.at)
            work = Work.objects.create(
                kind=past.kind, school_class_id=past.school_class, subject=subject,
                pack=of.subject.hash, title=past.title, items=list(past.items), day=day,
                minutes=minutes_of(of, past.items), state=CLOSED, given_by=past.given_by,
                at=past.at, closed_at=past.at + timedelta(minutes=10),
            )  # fmt: skip
            sheets = [
                Sheet(
                    work=work, pupil=pupils[one.pupil], state=HANDED_IN, source="phone",
                    opened_at=past.at, handed_in_at=past.at + timedelta(minutes=5),
                )
                for one in past.sheets
            ]  # fmt: skip
            Sheet.objects.bulk_create(sheets)
            rows += [
                checked_answer(sheet, of.subject.items[key], said.answers.get(key, ""))
                for sheet, said in zip(sheets, past.sheets, strict=True)
                for key in past.items
            ]
            facts: dict[str, str | int | bool] = {"kind": past.kind, "sheets": len(sheets)}
            news = audit.News("work.imported", timezone.now(), "system", facts)
            audit.record(STREAM, str(work.pk), news)
        Answer.objects.bulk_create(rows, batch_size=AT_ONCE)
        _fold(subject, sorted(ids), snapshots)
    return len(rows)


def _fold(subject: str, pupils: Sequence[int], snapshots: Sequence[date]) -> None:
    """Store where pupils stand now, and stood on the days; the same as folding sheet by sheet."""
    of = shelf(subject)
    days = [*snapshots, date.max]
    for day, stand in zip(days, folding.retold(of, pupils, until=days), strict=True):
        kept = [folding.packed(of, stand, row) for row in range(len(pupils))]
        if day != date.max:
            Snapshot.objects.bulk_create(
                Snapshot(
                    pupil_id=pupil, subject=subject, day=day,
                    known={key: round(its[KNOWN] * folding.WHOLE) for key, its in skills.items()},
                )
                for pupil, skills in zip(pupils, kept, strict=True)
                if skills
            )  # fmt: skip
            continue
        counts = dict.fromkeys(pupils, 0)
        last = {}
        for one in folding.counted(subject).filter(sheet__pupil__in=pupils):
            counts[one.sheet.pupil_id] += len(of.subject.items[one.item].skills)
            last[one.sheet.pupil_id] = one.sheet.work.day
        Standing.objects.bulk_create(
            (
                Standing(
                    pupil_id=pupil, subject=subject, skills=skills, answers=counts[pupil],
                    last_day=last.get(pupil),
                )
                for pupil, skills in zip(pupils, kept, strict=True)
            ),
            update_conflicts=True,
            unique_fields=["pupil", "subject"],
            update_fields=["skills", "answers", "last_day"],
        )  # fmt: skip
