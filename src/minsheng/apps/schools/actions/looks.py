"""Opening the list of a class is written down: once for each class, day and person."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access
from minsheng.apps.schools.models import SchoolClass
from minsheng.apps.schools.reads import LOOKS


def note_look(school_class: SchoolClass, *, by: Account) -> bool:
    """Write down that somebody saw the names of a class; return whether it was the first time today.

    Names of one's own pupils are everyday work, so it isn't asked for a purpose, and one line for the
    class stands for all in it. The families of the class read it among their data.
    """
    begins = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    who = f"account:{by.pk}"
    today = Entry.objects.filter(stream=LOOKS, key=str(school_class.pk), at__gte=begins, by=who)
    if today.exists():
        return False
    role = "teacher" if access.teaches(by, school_class) else "head"
    audit.record(
        LOOKS, str(school_class.pk), audit.News("class.looked", timezone.now(), who, {"as": role})
    )
    return True
