"""What a family sees: the clubs to choose among, what it chose, its places and why, who came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from minsheng.apps.clubs import access, market
from minsheng.apps.clubs.market import Board
from minsheng.apps.clubs.models import Choice, Entry, Presence, Round
from minsheng.apps.clubs.models.rounds import (
    ASKED,
    DRAWN,
    ENDED,
    LEFT,
    OPEN,
    PLACED,
    PUBLISHED,
)
from minsheng.apps.clubs.reads.public import (
    OfferRow,
    RoundLine,
    offer_row,
    offer_rows,
    said_of_round,
)
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolUser
from minsheng.engines.allocation import Standing, reason
from minsheng.lib.texts import Text

SAID = {
    "asked": Text("填了志愿", "Chosen"),
    "placed": Text("进了", "In"),
    "waiting": Text("在候补", "Waiting"),
    "out": Text("没进", "Not in"),
    "left": Text("退了", "Given up"),
}


_BY_SCHOOL = {
    True: Text(
        "学校把孩子退出来的。不清楚为什么，请问学校。",
        "The school took the child out. Ask the school if you don't know why.",
    ),
    False: Text(
        "有空位，学校给孩子报的。不想去随时可以退。",
        "There was room, and the school put the child in. Leave whenever you like.",
    ),
}


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One choice of a child. `reason` is empty before the result; `ahead`: who waits before them.

    `may`: "leave" where a place or a wait can be given up.
    """

    id: int
    rank: int
    offer: OfferRow
    state: str
    said: Text
    reason: Text
    ahead: int
    came: int
    absent: int
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChildClubs:
    """One child and the newest round of their school; `round` is None where there is none.

    `ticket`, `salt` and `opening` (club and class, by rank) let the family check its own entry.
    `left_over`: clubs with room for which nobody waits. `typed_by` and `typed_at`: who typed in the
    family's paper form and when, where that is what stands here.
    """

    pupil: int
    name: str
    school_class: str
    school: Text
    round: RoundLine | None
    offers: tuple[OfferRow, ...]
    choices: tuple[ChoiceRow, ...]
    left_over: tuple[OfferRow, ...]
    is_choosing: bool
    ticket: str
    salt: str
    number: int
    opening: tuple[tuple[str, int], ...]
    typed_by: str = ""
    typed_at: datetime | None = None


def children_with_clubs(account: Account) -> list[ChildClubs]:
    """Return this account's children, and itself where it is a pupil, each with each round to see."""
    lines = schools.children_of(account)
    me = schools.own_pupil(account)
    lines = [*([me] if me else []), *lines]
    found = []
    for line in lines:
        pupil = SchoolUser.objects.get(pk=line.id)
        rows = Round.objects.filter(school=pupil.org_id).exclude(status=ENDED)
        rounds = list(rows.select_related("school").order_by("-pk"))
        found += [_child(line, pupil, one) for one in rounds] or [_child(line, pupil, None)]
    return found


def _child(line: schools.ChildLine, pupil: SchoolUser, found: Round | None) -> ChildClubs:
    school_class = line.school_class
    named = (line.id, line.name, school_class.title, school_class.school.title)
    if found is None:
        return ChildClubs(*named, None, (), (), (), False, "", "", 0, ())
    is_public = found.status in (PUBLISHED, ENDED)
    board = market.board_of(found) if is_public else None
    entry = Entry.objects.select_related("saved_by").filter(round=found, pupil=pupil).first()
    offers = [one for one in offer_rows(found, board) if school_class.grade in one.grades]
    choices = _choices(entry, found, board) if entry else ()
    free: tuple[OfferRow, ...] = ()
    if board is not None:
        mine = {one.offer.id for one in choices if one.state == "placed"}
        days = {one.offer.day for one in choices if one.state == "placed"}
        free = tuple(
            one
            for one in offers
            if not one.is_full and not board.waiting.get(one.id) and one.id not in mine
            and one.day not in days and len(mine) < found.most
        )  # fmt: skip
    catalogue = access.catalogue(found.catalogue)
    opening = tuple(
        (one.offer.club, catalogue.priority(one.kind))
        for one in (entry.choices.select_related("offer").order_by("rank") if entry else ())
        if not one.is_late
    )
    return ChildClubs(
        *named,
        round=said_of_round(found),
        offers=tuple(offers),
        choices=choices,
        left_over=free,
        is_choosing=found.is_choosing(timezone.now()),
        ticket=entry.ticket if entry and not entry.is_late else "",
        salt=entry.salt if entry and not entry.is_late else "",
        number=(entry.number or 0) if entry and is_public else 0,
        opening=opening if found.status != OPEN else (),
        typed_by=entry.saved_by.display if entry and entry.is_paper and entry.saved_by else "",
        typed_at=entry.saved_at if entry and entry.is_paper else None,
    )


def _choices(entry: Entry, found: Round, board: Board | None) -> tuple[ChoiceRow, ...]:
    rows = list(entry.choices.select_related("offer", "entry").order_by("rank"))
    marks = Counter(Presence.objects.filter(choice__entry=entry).values_list("choice_id", "status"))
    return tuple(_choice(one, found, board, marks) for one in rows)


def _choice(
    one: Choice, found: Round, board: Board | None, marks: Counter[tuple[int, str]]
) -> ChoiceRow:
    line = list(board.waiting.get(one.offer_id, ())) if board else []
    state = one.status
    if board is not None and state == ASKED:
        state = "waiting" if one.pk in line else "out"
    return ChoiceRow(
        id=one.pk,
        rank=one.rank,
        offer=offer_row(one.offer, found, board),
        state=state,
        said=SAID[state],
        reason=_reason(one, found, board) if board else Text(""),
        ahead=line.index(one.pk) if one.pk in line else 0,
        came=marks[(one.pk, "came")],
        absent=marks[(one.pk, "absent")],
        may=frozenset({"leave"} if board and state in ("placed", "waiting") else ()),
    )


def _reason(one: Choice, found: Round, board: Board) -> Text:
    if one.by_school:
        return _BY_SCHOOL[one.status == LEFT]
    if one.status == LEFT:
        return Text("")
    if one.is_late:
        return Text("公布以后有空位，直接报上的。", "Taken from what was left over.")
    dearer = board.dearer[one.pk] if one.status != PLACED else ()
    same_day = next((other for other in dearer if other.day == one.day), None)
    catalogue = access.catalogue(found.catalogue)
    return reason(
        Standing(
            placed=one.status == PLACED,
            applied=board.applied.get(one.offer_id, 0),
            seats=one.offer.seats,
            number=one.entry.number or 0,
            priority=market.priority_of(one, catalogue),
            class_title=access.class_title(found.catalogue, one.kind),
            cut=board.cuts.get(one.offer_id),
            clash=access.club_title(found.catalogue, same_day.offer.club) if same_day else None,
            enough=found.most if len(dearer) >= found.most else 0,
        )
    )


def obstacles(person: Person) -> list[Obstacle]:
    """Return the places in clubs that stand against erasing a pupil: leave them first."""
    rows = Choice.objects.filter(
        entry__pupil__person=person, entry__round__status__in=(OPEN, "closed", DRAWN, PUBLISHED)
    ).exclude(status=LEFT)
    under_way = rows.filter(status=PLACED) | rows.exclude(entry__round__status=PUBLISHED)
    if not under_way.exists():
        return []
    return [
        Obstacle(
            code="club_place",
            what=Text("课后社团的志愿或名额还在", "A choice or a place in a club is still there"),
            way=Text("改成不报，或者退了以后", "Take the choices back, or leave the club"),
            link="/learn/clubs",
        )
    ]


def held_about(account: Account) -> Iterator[tuple[Text, Text, str]]:
    """Yield what is kept about a pupil who signs in: club, how it stands, which round."""
    if account.person_id is None:
        return
    rows = Choice.objects.filter(entry__pupil__person=account.person_id)
    rows = rows.select_related("offer__round__school", "entry")
    for one in rows.order_by("-entry__round", "rank"):
        found = one.offer.round
        said = SAID[one.status] if found.status in (PUBLISHED, ENDED) else SAID["asked"]
        days = one.presences.filter(status="came").count()
        note = f"{found.title}，来了 {days} 次" if days else found.title
        yield access.club_title(found.catalogue, one.offer.club), said, note
