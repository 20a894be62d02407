"""The closing check, by somebody who had no part in the work; opening again; dropping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from minsheng.apps.people import access as people_access
from minsheng.apps.projects import access
from minsheng.apps.projects.models import Entry
from minsheng.apps.projects.writing import Shown, acting_post, keep, locked, move, note, tell
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def check_entry(number: str, shown: Shown, *, passed: bool, by: Account) -> Entry:
    """Return an entry closed, or sent back to work with what is missing.

    Raises NotAllowed for whoever owns it, helps, or has handed in anything for it.
    """
    with transaction.atomic():
        entry = locked(number, by)
        if not access.may_check(entry, by):
            raise NotAllowed(
                "projects.checked_by_another",
                "办过这一条的人不能自己核对销号。请核对的岗位来核对。",
                "Who worked on an entry can't check its closing. The checking post does.",
                facts={"entry": entry.number},
            )
        move(entry, "pass_check" if passed else "fail_check")
        kept = keep(
            entry,
            "passed" if passed else "failed",
            shown,
            by=by,
            needed=Text("看了什么，看到什么", "what you looked at, and what you saw"),
        )
        if passed:
            entry.closed_on = timezone.localdate()
            entry.closed_by = f"post:{acting_post(entry, by)}/account:{by.pk}"
        else:
            entry.observe_until = entry.rain_on = None
        note(entry, "passed" if passed else "failed", by=by, evidence=kept.pk)
        words = (
            Text("核对通过，销号了", "Checked and closed")
            if passed
            else Text("核对没有通过，要再办", "The check failed: more is to be done")
        )
        tell(entry, entry.parties, words, key="checked")
    return entry


def reopen_entry(number: str, shown: Shown, *, by: Account) -> Entry:
    """Return an entry opened again: what was closed, or is being observed, has come back.

    By who checks it, a leader, or its owner.
    """
    with transaction.atomic():
        entry = locked(number, by)
        may = people_access.is_leader(by) or entry.checker in access.held(by)
        access.require(may or access.owns(entry, by), entry)
        move(entry, "reopen")
        kept = keep(
            entry, "reopened", shown, by=by, needed=Text("什么又坏了", "what has come back")
        )
        entry.reopened += 1
        entry.observe_until = entry.rain_on = entry.closed_on = None
        entry.closed_by = ""
        note(entry, "reopened", by=by, worked=True, evidence=kept.pk, times=entry.reopened)
        tell(
            entry,
            entry.parties,
            Text("有一条又打开了", "An entry was opened again"),
            key="reopened",
        )
    return entry


def drop_entry(number: str, shown: Shown, *, by: Account) -> Entry:
    """Return an entry that will not be done, with the reason; by a leader or the plan's steward."""
    with transaction.atomic():
        entry = locked(number, by)
        access.require(access.may_assign(entry, by), entry)
        move(entry, "drop")
        kept = keep(
            entry, "dropped", shown, by=by, needed=Text("为什么不办了", "why it won't be done")
        )
        note(entry, "dropped", by=by, evidence=kept.pk)
        tell(entry, entry.parties, Text("有一条不办了", "An entry was dropped"), key="dropped")
    return entry
