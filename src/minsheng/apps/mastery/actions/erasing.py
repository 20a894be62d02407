"""Erasing a pupil: what only concerns them is gone; scores stay under a number that says nothing."""

from __future__ import annotations

from minsheng.apps.mastery.models import (
    EXCUSED,
    WAITING,
    Answer,
    Note,
    Objection,
    Ruling,
    Sheet,
    Snapshot,
    Standing,
)
from minsheng.apps.people.models import Person
from minsheng.apps.schools.models import SchoolUser


def forget(person: Person) -> None:
    """Delete portraits, notes, objections and rulings of a person; answers lose what was written.

    What an answer was worth stays: counts of items and of classes rest on it. The caller is inside a
    transaction and has made sure that nothing is under way.
    """
    pupils = list(SchoolUser.objects.filter(person=person).values_list("pk", flat=True))
    for kind in (Standing, Snapshot, Ruling, Objection, Note):
        kind.objects.filter(pupil__in=pupils).delete()
    Sheet.objects.filter(pupil__in=pupils, state=WAITING).update(state=EXCUSED)
    Answer.objects.filter(sheet__pupil__in=pupils).update(given="")
