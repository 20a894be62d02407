"""Whether classes of a pairing grew more than similar classes without one, and how surely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Max, Min, Q
from django.utils import timezone

from minsheng.apps.dual import access
from minsheng.apps.dual.models import FAR, LEAD, SIDES, Pairing, PairingClass
from minsheng.apps.mastery.models import Snapshot
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import ACTIVE, STUDENT, Enrollment, SchoolClass, now
from minsheng.engines.effects import ClassScores, Effect, compare, said
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class SideEffect:
    """The finding for one side of all pairings of a subject: in words, with its figures."""

    side: str
    title: Text
    effect: Effect
    said: Text


@dataclass(frozen=True, slots=True)
class EffectView:
    """What can be said of the pairings of a subject. Counts of classes only; no other class is named."""

    pairing: Pairing
    sides: tuple[SideEffect, ...]
    first: date | None
    last: date | None


def effect_of(pairing_id: int, *, account: Account, on: date | None = None) -> EffectView:
    """Return what the dual lessons of this subject and grade came to, by both sides.

    All running pairings of the subject count together: one pairing is too few classes. A pupil's level
    is the mean chance of mastery over the skills that have answers both times.
    """
    pairing = access.require_pairing(account, pairing_id)
    day = on or timezone.localdate()
    grades = set(pairing.classes.values_list("school_class__grade", flat=True))
    paired = PairingClass.objects.filter(
        pairing__subject=pairing.subject, pairing__state__in=("agreed", "ended"),
        school_class__grade__in=grades,
    )  # fmt: skip
    by_side = {
        side: set(paired.filter(side=side).values_list("school_class", flat=True)) for side in SIDES
    }
    # A class once paired in this subject is no comparison, whatever became of the pairing.
    free = SchoolClass.objects.filter(grade__in=grades, status=ACTIVE).exclude(
        pk__in=paired.values("school_class")
    )
    others = set(free.values_list("pk", flat=True))
    whole = by_side[LEAD] | by_side[FAR] | others
    levels = _levels(pairing, whole, day)
    grade_of = dict(SchoolClass.objects.filter(pk__in=whole).values_list("pk", "grade"))
    sides = []
    for side, title in (
        (FAR, Text("远端的班", "Far classes")),
        (LEAD, Text("主讲的班", "Lead classes")),
    ):
        scores = [
            ClassScores(str(pk), pk in by_side[side], *levels[pk], kind=str(grade_of[pk]))
            for pk in sorted(by_side[side] | others)
            if pk in levels
        ]
        found = compare(scores, random=np.random.default_rng(pairing.pk))
        sides.append(SideEffect(side, title, found, said(found)))
    span = Snapshot.objects.filter(
        subject=pairing.subject, day__gte=pairing.since, day__lte=day
    ).aggregate(first=Min("day"), last=Max("day"))
    return EffectView(pairing, tuple(sides), span["first"], span["last"])


def _levels(
    pairing: Pairing, classes: Iterable[int], day: date
) -> dict[int, tuple[list[float], list[float]]]:
    """Return for each class the levels before and after of pupils who have both."""
    at = Enrollment.objects.filter(now(day), school_class__in=list(classes), role=STUDENT)
    class_of = dict(at.values_list("user", "school_class"))
    rows = Snapshot.objects.filter(
        Q(day__lte=day), pupil__in=list(class_of), subject=pairing.subject
    ).order_by("pupil", "day")
    by_pupil: dict[int, list[tuple[date, Mapping[str, int]]]] = defaultdict(list)
    for pupil, when, known in rows.values_list("pupil", "day", "known").iterator():
        by_pupil[pupil].append((when, known))
    found: dict[int, tuple[list[float], list[float]]] = {}
    for pupil, seen in by_pupil.items():
        # The last one before it began; a class without one has the first after.
        earlier = [one for one in seen if one[0] <= pairing.since] or seen[:1]
        first, last = earlier[-1], seen[-1]
        skills = [key for key in first[1] if key in last[1]]
        if first[0] == last[0] or not skills:
            continue
        before, after = found.setdefault(class_of[pupil], ([], []))
        before.append(sum(first[1][key] for key in skills) / len(skills) / 1000)
        after.append(sum(last[1][key] for key in skills) / len(skills) / 1000)
    return found
