"""What goes of points with a person who is erased. Postings stay: every account's book must balance."""

from __future__ import annotations

from minsheng.apps.people.models import Person
from minsheng.apps.points.models import ACCEPTED, DECLINED, OFFERED, Bar, Honour


def forget(person: Person) -> None:
    """Take back public thanks and delete bars of somebody who is erased, in the caller's transaction.

    How many points, for which item and when stays under a number that leads to nobody; notes and
    objections are sealed under the person's key, which goes.
    """
    Honour.objects.filter(person=person, state__in=[OFFERED, ACCEPTED]).update(state=DECLINED)
    Bar.objects.filter(participant__person=person).delete()
