"""A resident's own points: what there is, how each was earned, what can be ordered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.accounts.reads import Balance, Entry
from minsheng.apps.points import access
from minsheng.apps.points.models import Exchange, Honour, Participant, Proposal, Stock
from minsheng.apps.points.reads.lines import (
    Ordered,
    Thanked,
    Waiting,
    ordered,
    pending,
    signed,
    thanked,
    waiting_lines,
)
from minsheng.apps.points.schemes import circle_of, schemes
from minsheng.engines.points import Circle, Good, Scheme
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

KIND_WORDS: Mapping[str, Text] = {
    "give": Text("记入", "earned"),
    "spend": Text("扣减", "taken"),
    "reserve": Text("换东西，先留着", "set aside for an exchange"),
    "settle": Text("换走", "exchanged"),
    "release": Text("没有换，退回", "given back"),
    "expire": Text("过期", "ended"),
    "reverse": Text("撤回更正", "reversed"),
}


@dataclass(frozen=True, slots=True)
class Membership:
    """One scheme somebody takes part in: the circle, what there is to use."""

    participant: Participant
    scheme: Scheme
    circle: Circle
    balance: Balance

    @property
    def usable(self) -> Text:
        """What can be used, in words."""
        return self.scheme.said(self.balance.usable)

    @property
    def held(self) -> Text:
        """What is set aside, in words."""
        return self.scheme.said(self.balance.held)

    @property
    def ending(self) -> Text:
        """What ends first, in words."""
        return self.scheme.said(self.balance.ending)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement: what happened, by which rule, and the balance after it."""

    entry: Entry
    what: Text
    amount: Text
    balance: Text
    proposal: Proposal | None = None
    source: Text = field(default_factory=lambda: Text(""))
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """All about somebody's own points in one scheme."""

    membership: Membership
    rows: tuple[StatementRow, ...]
    waiting: tuple[Waiting, ...]
    exchanges: tuple[Ordered, ...]
    honours: tuple[Thanked, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One good of the shop, and whether this holder can order it now."""

    good: Good
    price: Text
    left: int
    is_enough: bool = False


def memberships(account: Account) -> list[Membership]:
    """Return every scheme that a resident takes part in, with what they have."""
    return [_membership(row) for row in access.participants_of(account)]


def open_schemes(account: Account) -> list[tuple[Scheme, Circle]]:
    """Return the circles that a resident could join: those of schemes they aren't in."""
    own = {row.scheme for row in access.participants_of(account)}
    today = timezone.localdate()
    return [
        (scheme, circle)
        for scheme in schemes().values()
        if scheme.scheme not in own and scheme.is_in_force(today)
        for circle in scheme.circles.values()
    ]


def mine(scheme: str, *, account: Account) -> Mine:
    """Return a resident's own points in a scheme; NotFound for who takes no part."""
    row = access.require_participant(account, scheme)
    membership = _membership(row)
    unit = membership.scheme.unit(row.circle)
    orders = Exchange.objects.filter(participant=row).select_related("participant", "person")
    honours = Honour.objects.filter(participant=row).order_by("-pk")
    return Mine(
        membership,
        tuple(_statement_rows(membership.scheme, accounts.statement(unit, row.holder))),
        tuple(waiting_lines(pending(participant=row), account=account)),
        tuple(ordered(one) for one in orders.order_by("-pk")[:50]),
        tuple(thanked(one) for one in honours),
    )


def shop(scheme: str, *, account: Account) -> tuple[Membership, tuple[Shelf, ...]]:
    """Return what a resident can order in a scheme; NotFound for who takes no part."""
    row = access.require_participant(account, scheme)
    membership = _membership(row)
    left = stock(scheme, row.circle)
    return membership, tuple(
        Shelf(
            good,
            membership.scheme.said(good.price),
            left.get(good.key, 0),
            membership.balance.usable >= good.price,
        )
        for good in membership.scheme.goods.values()
    )


def exchange(exchange_id: int, *, account: Account) -> Ordered:
    """Return one's own order with its code; NotFound for everybody else."""
    row = Exchange.objects.filter(pk=exchange_id).select_related("participant", "person").first()
    if row is None or row.participant_id not in {one.pk for one in access.participants_of(account)}:
        raise NotFound(
            "points.no_exchange",
            "没有这一单，或者它和您无关。",
            "There is no such order, or it isn't yours.",
        )
    return ordered(row)


def stock(scheme: str, circle: str) -> dict[str, int]:
    """Return how many of each good there are to order."""
    rows = Stock.objects.filter(scheme=scheme, circle=circle)
    return dict(rows.values_list("good", "left"))


def _membership(row: Participant) -> Membership:
    scheme, circle = circle_of(row.scheme, row.circle)
    today = timezone.localdate()
    return Membership(
        row, scheme, circle, accounts.balance(scheme.unit(row.circle), row.holder, on=today)
    )


def _statement_rows(scheme: Scheme, entries: list[Entry]) -> Iterator[StatementRow]:
    ids = [_id_of(entry, "proposal:") for entry in entries]
    orders_ = [_id_of(entry, "exchange:") for entry in entries]
    proposals = Proposal.objects.in_bulk([pk for pk in ids if pk])
    exchanges = Exchange.objects.in_bulk([pk for pk in orders_ if pk])
    for entry, proposal_id, exchange_id in zip(entries, ids, orders_, strict=True):
        proposal = proposals.get(proposal_id)
        order = exchanges.get(exchange_id)
        item = scheme.items.get(
            proposal.item if proposal else entry.posting.cause.removeprefix("base:")
        )
        kind = KIND_WORDS[entry.row.kind]
        about = item.title if item else None
        if order is not None and order.good in scheme.goods:
            about = scheme.goods[order.good].title
        what = Text(f"{kind.zh}：{about.zh}", f"{kind.en}: {about.to('en')}") if about else kind
        yield StatementRow(
            entry,
            what,
            signed(scheme, entry.row.amount),
            scheme.said(entry.row.balance),
            proposal,
            item.cite.said if item else Text(""),
            item.cite.mark if item else "",
        )


def _id_of(entry: Entry, prefix: str) -> int:
    cause = entry.posting.cause
    return int(cause.removeprefix(prefix)) if cause.startswith(prefix) else 0
