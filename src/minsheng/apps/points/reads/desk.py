"""What waits in a circle for each duty, and the lists that are public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.people import reads as people
from minsheng.apps.points import access
from minsheng.apps.points.models import (
    DROPPED,
    HANDED,
    OPEN,
    POSTED,
    PROPOSED,
    PUBLISHED,
    Exchange,
    Objection,
    Participant,
    Proposal,
    PublicList,
)
from minsheng.apps.points.reads.lines import (
    Ordered,
    Waiting,
    line,
    ordered,
    pending,
    waiting_lines,
    with_parts,
)
from minsheng.apps.points.schemes import circle_of, schemes
from minsheng.engines.points import Circle, Scheme
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

WORDS = "points.objection"


@dataclass(frozen=True, slots=True)
class Listed:
    """One public list with what stands on it."""

    row: PublicList
    scheme: Scheme
    circle: Circle
    lines: tuple[Waiting, ...]
    is_public: bool


@dataclass(frozen=True, slots=True)
class Objected:
    """One objection for whoever decides: the line, and the words against it."""

    row: Objection
    line: Waiting
    words: str


@dataclass(frozen=True, slots=True)
class CircleDesk:
    """What waits in one circle, by duty."""

    scheme: Scheme
    circle: Circle
    duties: frozenset[str]
    proposed: tuple[Waiting, ...]
    published: tuple[Waiting, ...]
    objected: tuple[Objected, ...]
    orders: int
    participants: int


def public_lists(*, on: date | None = None) -> list[Listed]:
    """Return the lists that are public on a day (today), of every circle, newest first."""
    day = on or timezone.localdate()
    rows = PublicList.objects.filter(last_day__gte=day).order_by("-pk")
    return [_listed(row, None, day) for row in rows if row.scheme in schemes()]


def lists_of(scheme: str, circle: str, *, account: Account | None, limit: int = 20) -> list[Listed]:
    """Return the lists of a circle, newest first; masked, whoever reads them."""
    circle_of(scheme, circle)
    day = timezone.localdate()
    rows = PublicList.objects.filter(scheme=scheme, circle=circle).order_by("-pk")[:limit]
    return [_listed(row, account, day) for row in rows]


def proposal_line(proposal_id: int, *, account: Account) -> Waiting:
    """Return a published line that an account may speak up against; NotFound for others."""
    rows = pending(pk=proposal_id)
    for one in waiting_lines(rows, account=account):
        if one.may_object:
            return one
    raise access.not_taking_part()


def desk(account: Account) -> list[CircleDesk]:
    """Return what waits in each circle in which an account has a duty."""
    return [circle_desk(*one[:2], account=account) for one in access.circles(account)]


def circle_desk(scheme: str, circle: str, *, account: Account) -> CircleDesk:
    """Return what waits in one circle; NotFound for who has no duty there."""
    declared, place = circle_of(scheme, circle)
    duties = access.duties(account, scheme, circle)
    if not duties:
        raise access.not_taking_part()
    lines = list(
        waiting_lines(
            pending(participant__scheme=scheme, participant__circle=circle), account=account
        )
    )
    everybody = Participant.objects.filter(scheme=scheme, circle=circle, left_on__isnull=True)
    return CircleDesk(
        declared,
        place,
        duties,
        tuple(one for one in lines if one.proposal.state == PROPOSED),
        tuple(one for one in lines if one.proposal.state == PUBLISHED),
        tuple(_objected(scheme, circle, account)) if "decide" in duties else (),
        Exchange.objects.filter(
            participant__scheme=scheme, participant__circle=circle, state=OPEN
        ).count(),
        everybody.count(),
    )


def participants(scheme: str, circle: str, *, account: Account) -> list[tuple[int, Text]]:
    """Return number and masked name of who takes part, for whoever has a duty there."""
    if not access.duties(account, scheme, circle):
        raise access.not_taking_part()
    rows = Participant.objects.filter(scheme=scheme, circle=circle, left_on__isnull=True)
    return [
        (row.number, Text(row.person.name_masked or "＊", row.person.name_masked or "*"))
        for row in rows.select_related("person").order_by("number")
    ]


def posted(scheme: str, circle: str, *, account: Account, limit: int = 50) -> list[Waiting]:
    """Return what was posted lately in a circle, newest first, for whoever decides there."""
    if "decide" not in access.duties(account, scheme, circle):
        raise access.not_taking_part()
    rows = Proposal.objects.filter(
        state=POSTED, participant__scheme=scheme, participant__circle=circle
    )
    chosen = list(with_parts(rows).order_by("-pk")[:limit])
    return [line(row) for row in chosen if not _is_reversed(row)]


def orders(scheme: str, circle: str, *, account: Account) -> list[Ordered]:
    """Return the open orders of a circle for its shop, the soonest to lapse first; without codes."""
    if "shop" not in access.duties(account, scheme, circle):
        raise access.not_taking_part()
    rows = Exchange.objects.filter(
        participant__scheme=scheme, participant__circle=circle, state=OPEN
    )
    found = rows.select_related("participant", "person").order_by("ready_until", "pk")[:200]
    return [ordered(row) for row in found]


def handed(scheme: str, circle: str, *, account: Account, limit: int = 20) -> list[Ordered]:
    """Return what a circle's shop handed over last, newest first: what may be brought back."""
    if "shop" not in access.duties(account, scheme, circle):
        raise access.not_taking_part()
    rows = Exchange.objects.filter(
        participant__scheme=scheme, participant__circle=circle, state=HANDED
    )
    found = rows.select_related("participant", "person").order_by("-closed_at", "-pk")[:limit]
    return [ordered(row) for row in found]


def _objected(scheme: str, circle: str, account: Account) -> Iterator[Objected]:
    rows = Objection.objects.filter(
        outcome="", proposal__participant__scheme=scheme, proposal__participant__circle=circle
    ).select_related("person")
    for row in rows.order_by("pk"):
        shown = next(iter(waiting_lines(pending(pk=row.proposal_id), account=account)), None)
        if shown is not None:
            yield Objected(row, shown, _words(row))


def _words(row: Objection) -> str:
    if row.person.is_erased:
        return ""
    return people.open_value(row.person, row.words, purpose_field=WORDS)


def _listed(row: PublicList, account: Account | None, day: date) -> Listed:
    scheme, circle = circle_of(row.scheme, row.circle)
    rows = with_parts(Proposal.objects.filter(public_list=row).exclude(state=DROPPED))
    lines = tuple(waiting_lines(rows.order_by("pk"), account=account))
    return Listed(row, scheme, circle, lines, day <= row.last_day)


def _is_reversed(row: Proposal) -> bool:
    return accounts.is_posted(f"reversal:{row.pk}")
