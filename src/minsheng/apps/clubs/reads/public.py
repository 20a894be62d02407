"""What everybody may read: rounds, clubs, counts that name nobody, and what checks a draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from minsheng.apps.clubs import access, market
from minsheng.apps.clubs.market import Board
from minsheng.apps.clubs.models import Offer, Round
from minsheng.apps.clubs.models.rounds import PUBLISHED
from minsheng.engines.allocation.lottery import SUITE
from minsheng.engines.allocation.words import SMALLEST
from minsheng.lib.texts import Text

STATES = {
    "open": Text("正在填志愿", "Families are choosing"),
    "closed": Text("截止了，等抽签", "Closed, to be drawn"),
    "drawn": Text("抽过了，等公布", "Drawn, to be published"),
    "published": Text("结果公布了", "Published"),
    "ended": Text("这一轮结束了", "Ended"),
}
DAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round as everybody may see it."""

    id: int
    school: Text
    title: str
    status: str
    said: Text
    most: int
    closes: datetime
    changes_until: date
    commitment: str
    digest: str
    seed: str
    words: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A club of a round. `asked` is None until it has closed, and where fewer than ten asked.

    `is_full`: no place is left now.
    """

    id: int
    club: str
    title: Text
    day: int
    day_said: Text
    starts: time
    ends: time
    seats: int
    grades: tuple[int, ...]
    room: Text
    leader: Text
    fee_yuan: int
    asked: int | None
    is_full: bool


def rounds(*, published: bool = False) -> list[RoundLine]:
    """Return the rounds of all schools, the newest first."""
    rows = Round.objects.select_related("school").order_by("-pk")
    if published:
        rows = rows.filter(status__in=(PUBLISHED,))
    return [said_of_round(one) for one in rows[:200]]


def round_line(round_id: int) -> RoundLine:
    """Return one round as everybody may see it; raises NotFound."""
    found = Round.objects.select_related("school").filter(pk=round_id).first()
    if found is None:
        raise access.no_such_round()
    return said_of_round(found)


def said_of_round(found: Round) -> RoundLine:
    """Return a round as everybody may see it."""
    return RoundLine(
        id=found.pk,
        school=found.school.title,
        title=found.title,
        status=found.status,
        said=STATES[found.status],
        most=found.most,
        closes=found.closes,
        changes_until=found.changes_until,
        commitment=found.commitment,
        digest=found.digest,
        seed=found.seed,
        words=found.words,
    )


def offer_rows(found: Round, board: Board | None) -> list[OfferRow]:
    """Return the clubs of a round by day and hour; without a board nothing is counted."""
    return [offer_row(one, found, board) for one in found.offers.order_by("day", "starts", "club")]


def offer_row(one: Offer, found: Round, board: Board | None) -> OfferRow:
    """Return one club of a round."""
    pack = access.catalogue(found.catalogue).clubs.get(one.club)
    asked = board.applied.get(one.pk, 0) if board else 0
    return OfferRow(
        id=one.pk,
        club=one.club,
        title=access.club_title(found.catalogue, one.club),
        day=one.day,
        day_said=DAYS[one.day],
        starts=one.starts,
        ends=one.ends,
        seats=one.seats,
        grades=tuple(one.grades),
        room=pack.room if pack else Text(""),
        leader=pack.leader if pack else Text(""),
        fee_yuan=one.fee_yuan,
        asked=asked if asked >= SMALLEST else None,
        is_full=bool(board) and (board.taken.get(one.pk, 0) if board else 0) >= one.seats,
    )


def record_of(round_id: int) -> dict[str, Any]:
    """Return everything by which anybody can check a draw, naming nobody; empty before it is public.

    Tickets, salted hashes of entries, numbers, cuts. Choices are not in it: see the engine's page.
    Raises NotFound for no such round.
    """
    found = Round.objects.select_related("school").filter(pk=round_id).first()
    if found is None:
        raise access.no_such_round()
    record: dict[str, Any] = {
        "suite": SUITE,
        "round": found.key,
        "school": found.school.sourced_id,
        "status": found.status,
        "commitment": found.commitment,
        "digest": found.digest,
        "seed": found.seed,
        "words": found.words,
        "most": found.most,
        "classes": list(access.catalogue(found.catalogue).classes),
        "clubs": [],
        "entries": [],
    }
    if found.status not in ("published", "ended"):
        return {**record, "seed": "", "words": ""}
    board = market.board_of(found, as_drawn=True)
    numbers = dict(found.entries.filter(is_late=False).values_list("ticket", "number"))
    hashes = market.hashes_of(found)
    record["entries"] = [
        {"ticket": ticket, "hash": hashes[ticket], "number": numbers[ticket]}
        for ticket in sorted(hashes)
    ]
    for row in offer_rows(found, board):
        cut = board.cuts.get(row.id)
        record["clubs"].append(
            {
                "club": row.club,
                "day": row.day,
                "seats": row.seats,
                "asked": row.asked,
                "cut": {"class": cut.priority, "number": cut.number} if cut else None,
            }
        )
    return record
