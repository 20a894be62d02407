"""Opening a pupil's portrait is written down, so that the family can see which teacher looked."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.mastery.access import PART
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools


def note_look(pupil_id: int, *, by: Account) -> None:
    """Write down that a teacher opens a pupil's portrait: once a day for each teacher.

    The pupil's own looks and those of the family aren't written down: it is about them.
    """
    pupil = schools.require_pupil(by, pupil_id)
    if pupil.person is None or not schools.teaches_pupil(by, pupil):
        return
    today = timezone.localdate()
    is_noted = any(
        entry.kind == "looked"
        and entry.by == f"account:{by.pk}"
        and entry.data.get("part") == PART
        and timezone.localdate(entry.at) == today
        for entry in audit.history(reads.LOOK_STREAM, str(pupil.person.pk))
    )
    if not is_noted:
        people.record_look(pupil.person.pk, by=by, purpose="teaching", what=PART)
