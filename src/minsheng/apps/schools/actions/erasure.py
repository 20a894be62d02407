"""What school registers forget of a person who is erased."""

from __future__ import annotations

from minsheng.apps.people.models import Person
from minsheng.apps.schools.models import Guardianship


def forget(person: Person) -> None:
    """Delete whose child somebody was and whom they looked after, once no school needs it.

    Which classes a pupil was in stays, of nobody: the name went with the key.
    """
    Guardianship.objects.filter(person=person).delete()
    Guardianship.objects.filter(pupil__person=person).delete()
