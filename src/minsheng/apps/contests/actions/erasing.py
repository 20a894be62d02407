"""What goes with a person who is erased."""

from __future__ import annotations

from minsheng.apps.contests.models import Award, Growth
from minsheng.apps.people.models import Person


def forget(person: Person) -> None:
    """Take what somebody wrote out of their own record, and their name off the public list."""
    Growth.objects.filter(account__person=person).update(words="", title="—")
    Award.objects.filter(account__person=person).update(is_public=False)
