"""An award ends: at the person's wish, or by its office with words; what is set aside is still paid."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.grants import access, sheets
from minsheng.apps.grants.actions.recognising import unmake
from minsheng.apps.grants.models import CLAIMED, DECIDED, ENDED, RUNNING, Grant
from minsheng.apps.grants.writing import checked, locked, record, sealed, tell
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text


def give_up(grant_id: int, *, by: Account) -> Grant:
    """End one's own award or take one's claim back; nothing is worked out from next month on."""
    with transaction.atomic():
        grant = locked(grant_id, CLAIMED, DECIDED, RUNNING)
        if not access.is_own(grant.person, by):
            raise access.no_such_grant()
        _end(grant, f"account:{by.pk}")
    return grant


def end(grant_id: int, words: str, *, by: Account) -> Grant:
    """End a running award as the office that decides on it, with words the person reads."""
    with transaction.atomic():
        grant = locked(grant_id, RUNNING)
        who = access.deciding(grant, by)
        grant.words_sealed = sealed(grant.person, checked(words, field="ending"))
        grant.settled_by, grant.settled_on = by, timezone.localdate()
        _end(grant, who)
        tell(
            grant, Text("您的补贴停发了", "Your subsidy has ended"),
            Text("原因在里面；不同意的打 12345", "Why is inside; if you don't agree, call 12345"), key="ended",
        )  # fmt: skip
    return grant


def _end(grant: Grant, who: str) -> None:
    grant.state, grant.ended_on = ENDED, sheets.month_after(timezone.localdate())
    grant.save()
    unmake(grant, by=who)
    record(grant, "ended", who, month=f"{grant.ended_on:%Y-%m}")
