"""Over night: how skills are learnt here is fitted anew, and each pupil's standing is kept for growth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils import timezone

from minsheng.apps.mastery import folding
from minsheng.apps.mastery.bank import PARTS, shelf
from minsheng.apps.mastery.models import SkillFit, Snapshot, Standing
from minsheng.apps.people.installed import packs
from minsheng.engines.learning import tracing

AT_ONCE = 2_000
FEWEST = 200
"""With fewer answers the belief before any answer is kept."""


def close_day(*, on: date | None = None) -> int:
    """Fit and keep every subject in which somebody has answered; return how many standings were kept."""
    subjects = Standing.objects.exclude(skills={}).values_list("subject", flat=True).distinct()
    made = 0
    for subject in sorted(set(subjects) & set(packs().subjects)):
        fit_skills(subject, on=on)
        made += take_snapshots(subject, on=on)
    return made


def fit_skills(subject: str, *, on: date | None = None) -> SkillFit | None:
    """Return how skills are learnt here, fitted from all answers; None while there are too few.

    Where pupils stand isn't made anew: the fit counts from the next answer on.
    """
    day, of = on or timezone.localdate(), shelf(subject)
    found = list(folding.counted(subject))
    if len(found) < FEWEST:
        return None
    pupils = {pk: at for at, pk in enumerate(dict.fromkeys(one.sheet.pupil_id for one in found))}
    fit = tracing.fit(folding.rows_of(of, pupils, found), forgets=True)
    skills = {
        key: {part: round(float(getattr(fit.skills, part)[at]), 6) for part in PARTS}
        for at, key in enumerate(of.skills)
        if fit.answers[at]
    }
    with transaction.atomic():
        row, _ = SkillFit.objects.update_or_create(
            subject=subject, day=day, defaults={"skills": skills, "answers": len(found)}
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
