"""Parts of the money: the bureau orders one, the holding company pays it; the pool they come from."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts.models import Posting
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.kind import STAKE, locked
from minsheng.apps.stakes.models import ORDERED, PAID, PLANNED, Stake, Tranche
from minsheng.apps.steps.access import posts_of
from minsheng.apps.steps.actions import fill, holder_of, record, require_other, tell_firm, why
from minsheng.engines.accounts import NotEnough
from minsheng.engines.equity import Side
from minsheng.lib.errors import Conflict, NotAllowed
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text

RUNS = ("running", "reviewed", "audited")
CHECKED = ("reviewed", "audited")


def order_payment(tranche_id: int, *, by: Account) -> Tranche:
    """Set a part of the money aside, as the bureau, once its day and condition have come."""
    with transaction.atomic():
        tranche, stake = _locked(tranche_id, "bureau", by)
        _require(tranche, PLANNED)
        _require_due(tranche, stake)
        tranche.orders += 1
        terms = access.terms_of(stake.scheme)
        posted = why(STAKE, stake, f"order:{tranche.pk}:{tranche.orders}", "bureau", by)
        try:
            tranche.held = accounts.reserve(terms.unit, holder_of(terms), tranche.fen, posted)
        except NotEnough as error:
            there = format_yuan(int(str(error.facts["there"])))
            raise Conflict(
                "stakes.pool_short",
                f"经费池不够：要 {format_yuan(tranche.fen)} 元，能用的只有 {there} 元。什么都没有改。",
                f"The pool is short: {format_yuan(tranche.fen)} yuan are needed, {there} are there. "
                "Nothing was changed.",
            ) from error
        tranche.state, tranche.ordered_by = ORDERED, by
        tranche.save()
        record(STAKE, stake, "order", "bureau", by, fen=tranche.fen)
    return tranche


def confirm_payment(tranche_id: int, *, by: Account) -> Tranche:
    """Say that an ordered part was paid, as the holding company; never by who ordered it."""
    with transaction.atomic():
        tranche, stake = _locked(tranche_id, "holding", by)
        _require(tranche, ORDERED)
        if tranche.ordered_by_id == by.pk:
            raise NotAllowed(
                "stakes.own_order",
                "自己下的单，要别人来付。",
                "Somebody else pays what you ordered.",
            )
        assert tranche.held is not None  # the table demands it of what was ordered
        accounts.settle(tranche.held, why(STAKE, stake, f"pay:{tranche.pk}", "holding", by))
        tranche.state, tranche.paid_on = PAID, timezone.localdate()
        tranche.save()
        record(STAKE, stake, "pay", "holding", by, fen=tranche.fen)
        tell_firm(STAKE, stake, Text("付了一笔经费", "A part of the money was paid"))
    return tranche


def stop_payment(tranche_id: int, *, by: Account) -> Tranche:
    """Give back what was set aside for a part that isn't paid yet, as the bureau."""
    with transaction.atomic():
        tranche, stake = _locked(tranche_id, "bureau", by)
        _require(tranche, ORDERED)
        assert tranche.held is not None
        accounts.release(
            tranche.held, why(STAKE, stake, f"stop:{tranche.pk}:{tranche.orders}", "bureau", by)
        )
        tranche.state, tranche.held, tranche.ordered_by = PLANNED, None, None
        tranche.save()
        record(STAKE, stake, "stop", "bureau", by, fen=tranche.fen)
    return tranche


def fill_pool(scheme: str, *, by: Account) -> Posting:
    """Return the posting that puts into the pool what the pack says; once, now or before."""
    terms = access.terms_of(scheme)
    if terms.posts.fund not in posts_of(by):
        raise access.not_yours()
    return fill(STAKE, terms, terms.fund.yuan, side="fund", by=by)


def _locked(tranche_id: int, side: Side, by: Account) -> tuple[Tranche, Stake]:
    found = Tranche.objects.filter(pk=tranche_id).values_list("stake_id", flat=True).first()
    if found is None:
        raise access.no_such_stake()
    stake = locked(found)
    sides = access.sides_of(stake, by)
    if not sides:
        raise access.no_such_stake()
    if side not in sides:
        raise access.not_yours()
    require_other(STAKE, stake, by)
    return Tranche.objects.select_for_update().get(pk=tranche_id), stake


def _require(tranche: Tranche, state: str) -> None:
    if tranche.state != state:
        raise Conflict(
            "stakes.part_not_now",
            "这一笔刚才已经办过了，没有再办一次。刷新看看。",
            "This part has been dealt with already; nothing was done twice. Reload and look.",
            facts={"tranche": tranche.pk, "state": tranche.state},
        )


def _require_due(tranche: Tranche, stake: Stake) -> None:
    allowed = CHECKED if tranche.needs == "review" else RUNS
    if stake.state not in allowed or timezone.localdate() < tranche.from_on:
        raise Conflict(
            "stakes.part_not_due",
            f"这一笔最早 {tranche.from_on:%Y-%m-%d} 付，先要满足条件（中期检查）。什么都没有改。",
            f"This part is paid on {tranche.from_on:%Y-%m-%d} at the earliest, after its condition "
            "(the mid-term check). Nothing was changed.",
        )
