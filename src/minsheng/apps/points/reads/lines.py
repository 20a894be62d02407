"""How proposals, orders and honours are shown: masked as the pack says, in words of its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from minsheng.apps.points import access
from minsheng.apps.points.models import (
    CANCELLED,
    DROPPED,
    HANDED,
    LAPSED,
    OPEN,
    POSTED,
    PROPOSED,
    PUBLISHED,
    Exchange,
    Honour,
    Participant,
    Proposal,
)
from minsheng.apps.points.schemes import scheme_of
from minsheng.engines.points import Item, Scheme
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person


STATE_WORDS = {
    PROPOSED: Text("等公示", "to be made public"),
    PUBLISHED: Text("公示中", "public"),
    POSTED: Text("记账了", "counted"),
    DROPPED: Text("没有记", "dropped"),
}
ORDER_WORDS = {
    OPEN: Text("等您来取", "ready for you"),
    HANDED: Text("取走了", "handed over"),
    CANCELLED: Text("取消了", "cancelled"),
    LAPSED: Text("没有来取", "not collected"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that isn't posted yet, as it is shown: masked as the pack says."""

    proposal: Proposal
    item: Item
    who: Text
    amount: Text
    is_mine: bool = False
    may_object: bool = False
    objections: int = 0

    @property
    def public_words(self) -> Text:
        """Where it stands, in words."""
        return STATE_WORDS[self.proposal.state]


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order with its good."""

    row: Exchange
    title: Text
    price: Text
    who: Text
    where: Text

    @property
    def state(self) -> Text:
        """Where it stands, in words."""
        return ORDER_WORDS[self.row.state]


@dataclass(frozen=True, slots=True)
class Thanked:
    """One honour; `name` is filled for those who agreed to be named."""

    row: Honour
    title: Text
    name: str = ""


def signed(scheme: Scheme, amount: int) -> Text:
    """Return an amount in words with its sign."""
    said = scheme.said(abs(amount))
    sign = "+" if amount > 0 else "−"
    return Text(f"{sign}{said.zh}", f"{sign}{said.en}")


def pending(**filters: Any) -> QuerySet[Proposal]:
    """Return the proposals that aren't posted yet, with all that a line shows."""
    rows = Proposal.objects.filter(state__in=[PROPOSED, PUBLISHED], **filters)
    return with_parts(rows).order_by("pk")


def with_parts(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Return the rows with participant, person, list and the number of open objections."""
    return rows.select_related("participant", "person", "public_list").annotate(
        open_objections=Count("objections", filter=Q(objections__outcome=""))
    )


def waiting_lines(rows: Iterable[Proposal], *, account: Account | None) -> Iterator[Waiting]:
    """Yield proposals as an account sees them; None: as everybody does."""
    own = {one.pk: one for one in access.participants_of(account)} if account else {}
    circles = {(one.scheme, one.circle) for one in own.values()}
    today = timezone.localdate()
    for row in rows:
        one = row.participant
        is_open = (
            row.state == PUBLISHED
            and row.public_list is not None
            and today <= row.public_list.last_day
        )
        yield line(
            row,
            own,
            may_object=is_open and (one.scheme, one.circle) in circles,
        )


def line(row: Proposal, own: Iterable[int] = (), *, may_object: bool = False) -> Waiting:
    """Return one proposal as it is shown; `own` are the participations of who looks."""
    scheme = scheme_of(row.participant.scheme)
    return Waiting(
        row,
        scheme.items[row.item],
        who(scheme, row.participant, row.person),
        signed(scheme, row.points),
        row.participant_id in set(own),
        may_object,
        getattr(row, "open_objections", 0),
    )


def who(scheme: Scheme, participant: Participant, person: Person) -> Text:
    """Return how a participant is shown in public: the number, and a masked name if the pack says."""
    zh, en = f"{participant.number} 号", f"No. {participant.number}"
    if scheme.publicity.names == "number" or not person.name_masked:
        return Text(zh, en)
    return Text(f"{zh} {person.name_masked}", f"{en} {person.name_masked}")


def ordered(row: Exchange) -> Ordered:
    """Return one order as it is shown."""
    scheme = scheme_of(row.participant.scheme)
    good = scheme.goods.get(row.good)
    return Ordered(
        row,
        good.title if good else Text(row.good),
        scheme.said(row.price),
        who(scheme, row.participant, row.person),
        good.where if good else Text(""),
    )


def thanked(row: Honour, *, name: str = "") -> Thanked:
    """Return one honour as it is shown."""
    honour = scheme_of(row.participant.scheme).honours.get(row.honour)
    return Thanked(row, honour.title if honour else Text(row.honour), name)
