"""What is asked back of an award, as its person and the desk see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.grants import access
from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.models import CONFIRMED, DROPPED, HEARD, REPAID, Grant, Recovery
from minsheng.apps.grants.writing import opened
from minsheng.apps.payouts.access import posts_of, rules
from minsheng.apps.people.models import Account
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

STATES: Mapping[str, Text] = {
    HEARD: Text("先听本人说", "The person is heard"),
    CONFIRMED: Text("定下来了，分期还", "Confirmed, repaid in parts"),
    DROPPED: Text("不收回了", "Dropped"),
    REPAID: Text("还清了", "Repaid"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a plan: its months, what is due, and whether it was repaid."""

    number: int
    months: tuple[date, ...]
    due_fen: int
    is_repaid: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One recovery whole, with what the caller may do now: speak, confirm, drop, repaid."""

    recovery: Recovery
    ground: Text
    cite: Cite | None
    said: Text
    words: str
    answer: str
    closing: str
    due_fen: int
    months: tuple[date, ...]
    parts: tuple[Part, ...]
    may: frozenset[str]


def recoveries(grant: Grant, account: Account) -> tuple[Asked, ...]:
    """Return what is asked back of an award, the newest first. The caller may see the award."""
    rows = (
        Recovery.objects.filter(grant=grant).order_by("-pk").prefetch_related("months__instalment")
    )
    return tuple(_asked(row, grant, account) for row in rows)


def to_repay(account: Account) -> list[tuple[Recovery, Part]]:
    """Return the parts of confirmed recoveries that whoever pays waits for."""
    if rules().pay not in posts_of(account):
        return []
    rows = Recovery.objects.filter(state=CONFIRMED).select_related("grant").order_by("pk")
    return [(row, part) for row in rows for part in _parts(row) if not part.is_repaid]


def _asked(row: Recovery, grant: Grant, account: Account) -> Asked:
    ground = next((one for one in policy_of(grant).grounds if one.key == row.ground), None)
    months = sorted(row.months.all(), key=lambda one: one.instalment.month)
    return Asked(
        recovery=row,
        ground=ground.text if ground else Text(row.ground),
        cite=ground.cite if ground else None,
        said=STATES[row.state],
        words=opened(grant.person, row.words_sealed),
        answer=opened(grant.person, row.answer_sealed),
        closing=opened(grant.person, row.closing_sealed),
        due_fen=sum(one.due_fen for one in months),
        months=tuple(one.instalment.month for one in months),
        parts=_parts(row) if row.parts else (),
        may=_may(row, grant, account),
    )


def _parts(row: Recovery) -> tuple[Part, ...]:
    months = sorted(row.months.select_related("instalment"), key=lambda one: one.instalment.month)
    found = []
    for number in range(1, row.parts + 1):
        own = [one for one in months if one.part == number]
        found.append(
            Part(
                number,
                tuple(one.instalment.month for one in own),
                sum(one.due_fen for one in own),
                all(one.repaid_at is not None for one in own),
            )
        )
    return tuple(found)


def _may(row: Recovery, grant: Grant, account: Account) -> frozenset[str]:
    today = timezone.localdate()
    if row.state != HEARD:
        return frozenset()
    if access.is_own(grant.person, account):
        return frozenset({"speak"} if not row.answer_sealed and today <= row.hear_until else ())
    approves = rules().approve.get(policy_of(grant).office, "")
    if approves not in posts_of(account) or row.opened_by_id == account.pk:
        return frozenset()
    was_heard = bool(row.answer_sealed) or today > row.hear_until
    return frozenset({"drop", "confirm"} if was_heard else {"drop"})
