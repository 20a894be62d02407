"""The next step of a stake, by whoever it belongs to: one function, the effects of each act beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import cast

from django.db import transaction
from django.db.models import Min, Sum
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.actions.judging import call_experts, outcome
from minsheng.apps.stakes.fund import converted, read, written
from minsheng.apps.stakes.kind import STAKE, locked
from minsheng.apps.stakes.models import ORDERED, PAID, Stake, Tranche
from minsheng.apps.stakes.words import SAID
from minsheng.apps.steps.actions import checked, holder_of, record, require_other, tell_firm, why
from minsheng.apps.steps.sealing import opened, sealed
from minsheng.engines import equity
from minsheng.engines.equity import GrantTerms
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

REASON = Text("理由", "the reason")
INNER = ("turn_down",)
MOST_HOLDERS = 50
MOST_HELD = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What comes with a step: what its act asks for, the rest empty. `holdings`: who holds how much."""

    reason: str = ""
    amount_fen: int = 0
    event: str = ""
    investor: str = ""
    pre_money_fen: int = 0
    new_money_fen: int = 0
    holdings: Mapping[str, int] = field(default_factory=dict)
    way: str = ""
    buyer: str = ""
    value_fen: int = 0


def take_step(stake_id: int, act: str, said: Said, *, by: Account) -> Stake:
    """Return the stake after one step.

    Raises NotFound for strangers, NotAllowed where it is somebody else's step, Conflict where it isn't the time,
    WrongInput with the field.
    """
    with transaction.atomic():
        stake = locked(stake_id)
        sides = access.sides_of(stake, by)
        if not sides:
            raise access.no_such_stake()
        if act == "conclude" and outcome(stake, "apply") == "against":
            act = "turn_down"
        elif act in INNER:
            raise _not_now(stake)
        step = equity.step(cast(equity.State, stake.state), cast(equity.Act, act))
        if step is None:
            raise _not_now(stake)
        if step.side not in sides:
            raise access.not_yours()
        if step.side != "firm":
            require_other(STAKE, stake, by)
        reason = checked(STAKE, said.reason, field="reason", what=REASON) if step.says_why else ""
        effect = _EFFECTS.get(act)
        fen = effect(stake, said, by) if effect is not None else 0
        before, stake.state = stake.state, step.to
        if access.OPINION_ABOUT.get(step.to) != access.OPINION_ABOUT.get(before):
            stake.opinions_due = None
        stake.save()
        record(STAKE, stake, act, step.side, by, fen=fen, reason=reason)
        if step.to == "checked":
            call_experts(stake)
        tell_firm(STAKE, stake, SAID[stake.state])
    return stake


def principal_of(stake: Stake) -> int:
    """Return how much of a grant has been paid, in fen."""
    paid = stake.tranches.filter(state=PAID).aggregate(sum=Sum("fen"))
    return int(paid["sum"] or 0)


def holder_name(stake: Stake) -> str:
    """Return under which name the shares are held."""
    return access.terms_of(stake.scheme).holder.zh


def days_held(stake: Stake) -> int:
    """Return how many days have passed since the first part was paid."""
    first = stake.tranches.filter(state=PAID).aggregate(first=Min("paid_on"))["first"]
    return (timezone.localdate() - first).days if first else 0


def _conclude(stake: Stake, said: Said, by: Account) -> int:
    if outcome(stake, "apply") == "too_few":
        raise _too_few(stake)
    return 0


def _approve(stake: Stake, said: Said, by: Account) -> int:
    amount = said.amount_fen or stake.asked_fen
    if not 0 < amount <= stake.asked_fen:
        raise _wrong(
            "amount",
            f"批准的数不能超过申请的 {format_yuan(stake.asked_fen)} 元。",
            f"At most what was asked for: {format_yuan(stake.asked_fen)} yuan.",
        )
    stake.approved_fen = amount
    return amount


def _contract(stake: Stake, said: Said, by: Account) -> int:
    """Pin the terms of the day, and plan the parts of the money."""
    terms, today = access.terms_of(stake.scheme), timezone.localdate()
    shares = terms.conversion
    stake.contracted_on = today
    stake.terms = {
        "discount_percent": shares.discount_percent,
        "most_value_yuan": shares.most_value_yuan,
        "most_part_percent": shares.most_part_percent,
        "rates": {key: way.rate_basis_points for key, way in terms.exits.items()},
    }
    for key, fen in terms.parts_of(stake.approved_fen).items():
        part = terms.tranches[key]
        Tranche.objects.create(
            stake=stake,
            key=key,
            fen=fen,
            from_on=add_months(today, part.after_months),
            needs=part.needs,
        )
    return stake.approved_fen


def _trigger(stake: Stake, said: Said, by: Account) -> int:
    """Write down what happened: the value before new money, who brings how much, who held what."""
    terms = access.terms_of(stake.scheme)
    if not principal_of(stake):
        raise _refused(
            "stakes.nothing_paid",
            "还没有付过钱，没有可以转的。",
            "Nothing was paid: nothing converts.",
        )
    if stake.tranches.filter(state=ORDERED).exists():
        raise _refused(
            "stakes.part_open",
            "还有一笔下了单没有付，先付掉或者撤掉。",
            "A part is ordered and not paid: pay or stop it first.",
        )
    trigger = terms.triggers.get(said.event)
    if trigger is None:
        raise _wrong("event", "请选发生了什么。", "Choose what has happened.")
    if said.pre_money_fen <= 0:
        raise _wrong("pre_money", "写投前估值，大于 0。", "Write the value before new money.")
    if said.new_money_fen < max(trigger.least_yuan * 100, int(bool(said.investor.strip()))):
        raise _wrong(
            "new_money",
            f"新投的钱至少 {trigger.least_yuan:,} 元，写了投资人就要大于 0。",
            f"New money: at least {trigger.least_yuan:,} yuan, and above 0 with an investor.",
        )
    if said.new_money_fen and not said.investor.strip():
        raise _wrong("investor", "写是谁投的。", "Write who invests.")
    stake.before = written(equity.ShareTable.of(_holdings(said, holder_name(stake))))
    stake.event, stake.investor = said.event, sealed(said.investor.strip()[:80])
    stake.pre_money_fen, stake.new_money_fen = said.pre_money_fen, said.new_money_fen
    return said.new_money_fen


def _holdings(said: Said, own: str) -> dict[str, int]:
    found = {name.strip(): held for name, held in said.holdings.items()}
    if not found or len(found) > MOST_HOLDERS:
        raise _wrong(
            "holdings", "一行一个股东，写出资额。", "One holder on each line, with what is held."
        )
    for name, held in found.items():
        if not name or len(name) > 80 or not 0 < held <= MOST_HELD:
            raise _wrong(
                "holdings", "每行一个名称一个正数。", "A name and a number above 0 on each line."
            )
    if own in found:
        raise _wrong(
            "holdings",
            "国资公司的这一份还没有转，不要写进去。",
            "The holding company's part isn't converted yet: leave it out.",
        )
    return found


def _propose(stake: Stake, said: Said, by: Account) -> int:
    made = converted(stake, principal_of(stake), holder_name(stake))
    stake.after, stake.proposed_by = written(made.after), by
    return principal_of(stake)


def _confirm(stake: Stake, said: Said, by: Account) -> int:
    _require_other(stake, by)
    return principal_of(stake)


def _offer(stake: Stake, said: Said, by: Account) -> int:
    """Propose a sale: whom to, by which way, and what it brings."""
    terms = access.terms_of(stake.scheme)
    if said.way not in terms.exits:
        raise _wrong("way", "请选怎样退出。", "Choose the way out.")
    if not said.buyer.strip():
        raise _wrong("buyer", "写卖给谁。", "Write who buys.")
    stake.way, stake.value_fen = said.way, said.value_fen
    stake.buyer = sealed(said.buyer.strip()[:80])
    stake.proceeds_fen, stake.proposed_by = _proceeds(stake, terms), by
    if stake.proceeds_fen <= 0:
        raise _wrong(
            "value", "写全公司的价格，大于 0。", "Write the price of the whole firm, above 0."
        )
    return stake.proceeds_fen


def _proceeds(stake: Stake, terms: GrantTerms) -> int:
    if stake.way == "buy_back":
        rate = Fraction(stake.terms["rates"]["buy_back"], 10_000)
        return equity.buy_back_fen(principal_of(stake), rate=rate, days=days_held(stake))
    part = read(stake.after).part(terms.holder.zh)
    return equity.proceeds_fen(part, stake.value_fen)


def _sell(stake: Stake, said: Said, by: Account) -> int:
    """Confirm a sale: the shares go, the money comes back to the pool."""
    _require_other(stake, by)
    terms, table = access.terms_of(stake.scheme), read(stake.after)
    own = holder_name(stake)
    held = table.held(own)
    sold = (
        table.cancel(own, held)
        if stake.way == "buy_back"
        else table.transfer(own, opened(stake.buyer), held)
    )
    stake.after = written(sold)
    posted = why(STAKE, stake, "sale", "bureau", by)
    accounts.give(terms.unit, holder_of(terms), stake.proceeds_fen, posted)
    return stake.proceeds_fen


def _write_off(stake: Stake, said: Said, by: Account) -> int:
    if stake.tranches.filter(state=ORDERED).exists():
        raise _refused(
            "stakes.part_open",
            "还有一笔下了单没有付，先付掉或者撤掉。",
            "A part is ordered and not paid: pay or stop it first.",
        )
    found = outcome(stake, "write_off")
    if found == "too_few":
        raise _too_few(stake)
    if found == "against":
        raise _refused(
            "stakes.experts_against",
            "多数专家不同意核销，不能核销。",
            "Most experts are against writing it off.",
        )
    return principal_of(stake)


_EFFECTS: Mapping[str, Callable[[Stake, Said, Account], int]] = MappingProxyType(
    {
        "conclude": _conclude,
        "approve": _approve,
        "contract": _contract,
        "trigger": _trigger,
        "propose": _propose,
        "confirm": _confirm,
        "offer": _offer,
        "sell": _sell,
        "write_off": _write_off,
    }
)


def _require_other(stake: Stake, by: Account) -> None:
    if stake.proposed_by_id == by.pk:
        raise NotAllowed(
            "stakes.own_proposal",
            "自己提的，要别人来确认。",
            "Somebody else confirms what you proposed.",
        )


def _too_few(stake: Stake) -> Conflict:
    quorum = access.terms_of(stake.scheme).panel.quorum
    return _refused(
        "stakes.too_few_experts",
        f"没有利害关系的专家意见还不到 {quorum} 份。",
        f"There are fewer than {quorum} opinions of experts without an interest.",
    )


def _not_now(stake: Stake) -> Conflict:
    said = SAID[stake.state]
    return Conflict(
        "stakes.not_now",
        f"这个项目现在是“{said.zh}”，这一步做不了，可能有人刚办过。刷新看看，什么都没有改。",
        f"This project is '{said.to('en')}' now: this step can't be taken, perhaps somebody was faster. "
        "Reload and see; nothing was changed.",
        facts={"stake": stake.pk, "state": stake.state},
    )


def _wrong(name: str, zh: str, en: str) -> WrongInput:
    return WrongInput(f"stakes.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name)


def _refused(code: str, zh: str, en: str) -> Conflict:
    return Conflict(code, f"{zh}什么都没有改。", f"{en} Nothing was changed.")
