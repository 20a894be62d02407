"""What every act on money shares: the pot of a policy, why a posting is made, the event."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.accounts.actions import Why
from minsheng.apps.audit import actions as audit
from minsheng.apps.payouts.models import Instalment
from minsheng.lib.errors import Conflict, WrongInput

STREAM = "payout"
FIELD = "payout.account"


def unit_of(policy: str, year: int) -> str:
    """Return the unit of a policy's pot of a year, whole fen."""
    return f"fen:policy.{policy}.{year}"


def holder_of(policy: str) -> str:
    """Return who holds the pot of a policy."""
    return f"pot:{policy}"[:60]


def why(row: Instalment, act: str, *, on: date, by: str) -> Why:
    """Return what makes a posting of an instalment happen once in each attempt."""
    return Why(f"instalment:{row.pk}:{row.attempt}:{act}", f"instalment:{row.pk}", on, by)


def record(key: str, kind: str, by: str, facts: dict[str, str | int | bool | None]) -> None:
    """Append an event: ids, codes, amounts and digests alone."""
    audit.record(STREAM, key, audit.News(f"payout.{kind}", timezone.now(), by, {**facts}))


def done_already() -> Conflict:
    """Return the answer to who comes second."""
    return Conflict(
        "payouts.done",
        "这一步刚才已经办过了，没有再办一次。刷新看看。",
        "This has been dealt with already; nothing was done twice. Reload and look.",
    )


def wrong_amount() -> WrongInput:
    """Return the error of an amount that can't be a pot."""
    return WrongInput(
        "payouts.amount",
        "金额要大于 0，最多 100 亿元。",
        "An amount above 0 and at most ten billion yuan.",
        field="amount",
    )
