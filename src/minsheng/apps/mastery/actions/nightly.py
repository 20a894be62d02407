"""Over night: portraits whose works changed are made anew, skills are fitted, standings are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.mastery import bulk, folding
from minsheng.apps.mastery.actions import giving, handing
from minsheng.apps.mastery.bank import PARTS, shelf
from minsheng.apps.mastery.models import HANDED_IN, Sheet, SkillFit, Snapshot, Standing
from minsheng.apps.people.installed import packs
from minsheng.engines.learning import tracing

AT_ONCE = 2_000
FEWEST = 200
"""With fewer answers the belief before any answer is kept."""


BATCH = 200
"""Portraits that are made anew in one transaction: so few that nobody waits long for a lock."""
Progress = Callable[[str, int, int], None]
"""Told of each batch: subject, portraits made anew so far, how many there are."""


def close_day(*, on: date | None = None) -> int:
    """Renew, fit and keep every subject with answers; return how many standings were kept."""
    made = 0
    for subject in subjects_answered():
        renew_changed(subject)
        fit_skills(subject, on=on)
        made += take_snapshots(subject, on=on)
    return made


def subjects_answered() -> list[str]:
    """Return the subjects of the packs in which somebody has answered something."""
    known = sorted(packs().subjects)
    found = Sheet.objects.filter(state=HANDED_IN, work__subject__in=known)
    return sorted(set(found.values_list("work__subject", flat=True).order_by().distinct()))


def renew_changed(subject: str, *, at_once: int = BATCH, progress: Progress | None = None) -> int:
    """Make anew, from all answers, each portrait whose works changed; return how many there were.

    Changed: the ledger of the work or of the sheet has grown since the portrait was last made anew.
    Batch by batch, each one transaction together with the mark that it is done: who is killed in the
    middle leaves whole batches, and the next run goes on with the others. Again at once renews
    nothing. An answer that comes meanwhile is folded in as ever, under the lock of the same row.
    """
    of, upto = shelf(subject), audit.newest()
    pupils = _changed(subject)
    for start in range(0, len(pupils), at_once):
        batch = pupils[start : start + at_once]
        with transaction.atomic():
            bulk.remake(of, batch)
            Standing.objects.filter(subject=subject, pupil__in=batch).update(renewed=upto)
        if progress is not None:
            progress(subject, start + len(batch), len(pupils))
    Standing.objects.filter(subject=subject, renewed__lt=upto).update(renewed=upto)
    return len(pupils)


def _changed(subject: str) -> list[int]:
    """Return the pupils whose works changed since their portrait was made anew, by id."""
    renewed = dict(Standing.objects.filter(subject=subject).values_list("pupil_id", "renewed"))
    first = Standing.objects.filter(subject=subject).aggregate(at=Min("renewed"))["at"] or 0
    works = audit.changed(giving.STREAM, after=first)
    sheets = audit.changed(handing.STREAM, after=first)
    # Of somebody who was erased the scores stay, and no portrait is ever made again.
    found = Sheet.objects.filter(
        work__subject=subject, state=HANDED_IN, pupil__person__isnull=False,
        pupil__person__erased_at__isnull=True,
    )  # fmt: skip
    rows = found.values_list("pupil_id", "pk", "work_id").iterator(AT_ONCE)
    return sorted(
        {
            pupil
            for pupil, sheet, work in rows
            if max(sheets.get(str(sheet), 0), works.get(str(work), 0)) > renewed.get(pupil, 0)
        }
    )


def fit_skills(subject: str, *, on: date | None = None) -> SkillFit | None:
    """Return how skills are learnt here, fitted from all answers; None while there are too few.

    Where pupils stand isn't made anew: the fit counts from the next answer on.
    """
    day, of = on or timezone.localdate(), shelf(subject)
    answers, count = bulk.all_told(of)
    if count < FEWEST:
        return None
    fit = tracing.fit(answers, forgets=True)
    skills = {
        key: {part: round(float(getattr(fit.skills, part)[at]), 6) for part in PARTS}
        for at, key in enumerate(of.skills)
        if fit.answers[at]
    }
    with transaction.atomic():
        row, _ = SkillFit.objects.update_or_create(
            subject=subject, day=day, defaults={"skills": skills, "answers": count}
        )
    return row


def take_snapshots(subject: str, *, on: date | None = None) -> int:
    """Keep how each pupil stands today, once a day, and return how many were kept."""
    day, made = on or timezone.localdate(), 0
    known = folding.PARTS.index("known")
    rows = (
        Standing.objects.filter(subject=subject).exclude(skills={}).order_by("pk").iterator(AT_ONCE)
    )
    for batch in _batches(rows):
        Snapshot.objects.bulk_create(
            (
                Snapshot(
                    pupil_id=row.pupil_id,
                    subject=subject,
                    day=day,
                    known={
                        key: round(values[known] * folding.WHOLE)
                        for key, values in row.skills.items()
                    },
                )
                for row in batch
            ),
            update_conflicts=True,
            unique_fields=["pupil", "subject", "day"],
            update_fields=["known"],
        )
        made += len(batch)
    return made


def _batches(rows: Iterator[Standing]) -> Iterator[list[Standing]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch
