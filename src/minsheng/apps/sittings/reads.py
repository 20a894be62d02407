"""Sittings as everybody sees them, a firm with its own seats, and the table with who comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from minsheng.apps.appeals import sealing
from minsheng.apps.appeals.access import posts_of
from minsheng.apps.appeals.catalogue import appeal_on
from minsheng.apps.appeals.reads.telling import post_title
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.sittings import access
from minsheng.apps.sittings.models import ABSENT, ANSWERED, BOOKED, CAME, TAKEN, Seat, Sitting
from minsheng.content.appeals import Appeal
from minsheng.content.sittings import SittingSpec
from minsheng.lib.texts import Text

AHEAD = timedelta(days=62)
BACK = timedelta(days=31)
PROPOSED = 4
STATES = {
    "booked": Text("订好了", "Booked"),
    "cancelled": Text("退了", "Given up"),
    "came": Text("来了", "Came"),
    "absent": Text("没有来", "Didn't come"),
    "answered": Text("答复了，等企业说一句", "Answered; the firm is asked"),
    "solved": Text("当场解决了", "Solved at the table"),
    "whistle": Text("转为吹哨，接着办", "Now a whistle"),
}
OFF = Text("这一场不开了", "Called off")


@dataclass(frozen=True, slots=True)
class SittingLine:
    """One sitting as everybody may see it. `left`: seats that are free."""

    id: int
    house: Text
    day: date
    starts: time
    ends: time
    place: Text
    topic: Text
    offices: tuple[Text, ...]
    seats: int
    left: int
    is_cancelled: bool
    why: str
    has_begun: bool


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """A firm's seat. `may`: the acts that are open to it now."""

    id: int
    sitting: SittingLine
    firm: str
    code: str
    state: str
    said: Text
    words: str
    answer: str
    request: str
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableSeat:
    """A seat as the table sees it. `absences`: how often this firm didn't come within a year."""

    id: int
    firm: str
    state: str
    said: Text
    words: str
    contact: tuple[tuple[Text, str], ...]
    answer: str
    request: str
    absences: int
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableView:
    """A sitting with who comes, for the convener and the posts at the table."""

    sitting: SittingLine
    seats: tuple[TableSeat, ...]
    may: frozenset[str]


def upcoming(*, on: date, back: timedelta = timedelta(0)) -> list[SittingLine]:
    """Return the sittings from a day on, the soonest first: what everybody may read."""
    rows = Sitting.objects.filter(day__gte=on - back, day__lte=on + AHEAD)
    return _lines(rows)


def sitting_line(sitting_id: int) -> SittingLine:
    """Return one sitting as everybody may see it."""
    found = _lines(Sitting.objects.filter(pk=sitting_id))
    if not found:
        raise access.no_such_sitting()
    return found[0]


def own_seats(account: Account) -> list[OwnSeat]:
    """Return the seats of the firms for which this account speaks today, newest first."""
    firms = people_reads.organisations_of(account)
    rows = Seat.objects.filter(organisation__in=firms).order_by("-id")[:100]
    return _own(list(rows.select_related("sitting", "organisation", "person", "request")))


def seats_of_sitting(sitting_id: int, account: Account) -> list[OwnSeat]:
    """Return this account's firms' seats at one sitting, those that were given up left out."""
    return [
        one
        for one in own_seats(account)
        if one.sitting.id == sitting_id and one.state != "cancelled"
    ]


def sittings_of(account: Account) -> list[SittingLine]:
    """Return the sittings of the last month and to come that this account sets or sits at."""
    today, held = timezone.localdate(), posts_of(account)
    houses = {one.key for one in access.houses_of(account)}
    rows = Sitting.objects.filter(day__gte=today - BACK).order_by("day", "starts", "pk")
    mine = [row.pk for row in rows if row.house in houses or held & set(row.posts)]
    return _lines(Sitting.objects.filter(pk__in=mine))


def table_view(sitting_id: int, *, account: Account) -> TableView:
    """Return who comes to a sitting and why, after writing down the look at each."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    if sitting is None or not access.may_see(sitting, account):
        raise access.no_such_sitting()
    post = access.table_post(sitting, account) or access.house(sitting.house).convener
    rows = Seat.objects.filter(sitting=sitting, status__in=TAKEN).order_by("pk")
    seats = list(rows.select_related("organisation", "person", "request"))
    for person in {one.person_id: one.person for one in seats}.values():
        if not person.is_erased:
            people.record_look(
                person.pk, by=account, purpose="case", what="values",
                case=f"sitting {sitting.pk}", post_key=post,
            )  # fmt: skip
    absences = _absences(seats, before=sitting.day)
    may = set()
    if access.convenes(sitting, account) and not sitting.is_cancelled:
        may = {"cancel"} if sitting.begins > timezone.now() else set()
    return TableView(
        sitting=sitting_line(sitting_id),
        seats=tuple(_at_table(one, sitting, absences) for one in seats),
        may=frozenset(may),
    )


def proposed_days(spec: SittingSpec, *, on: date) -> list[tuple[date, str]]:
    """Return the next weekly days without a sitting, each with the topic whose turn it is.

    A holiday falls out. Topics take turns in the order of the pack, the one longest not had first.
    """
    calendar, found = installed.calendar(), list[tuple[date, str]]()
    there = dict(
        Sitting.objects.filter(
            house=spec.key, is_cancelled=False, day__gte=on - timedelta(days=120)
        )
        .order_by("day")
        .values_list("topic", "day")
    )
    taken = set(
        Sitting.objects.filter(house=spec.key, is_cancelled=False).values_list("day", flat=True)
    )
    day = on + timedelta(days=(spec.weekday - on.weekday()) % 7 or 7)
    last: dict[str, date] = {key: there.get(key, date.min) for key in spec.topics}
    while len(found) < PROPOSED and day <= on + AHEAD:
        if day not in taken and calendar.is_workday(day):
            topic = min(last, key=lambda key: last[key])
            last[topic] = day
            found.append((day, topic))
        day += timedelta(days=7)
    return found


def asked_of(sitting_id: int, *, on: date) -> Appeal:
    """Return the kind of request whose questions a firm answers when it books."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    if sitting is None:
        raise access.no_such_sitting()
    return appeal_on(access.house(sitting.house).request, on).spec


def obstacles(person: Person) -> list[Obstacle]:
    """Return the seats that stand against erasing a person: booked ones, answers without their word."""
    waiting = Q(status=BOOKED, sitting__day__gte=timezone.localdate()) | Q(outcome=ANSWERED)
    rows = Seat.objects.filter(waiting, person=person).select_related("sitting").order_by("pk")
    return [
        Obstacle(
            code="seat_booked",
            what=Text("企业之家的座还没有了结", "A seat at the enterprise house is still open"),
            way=Text("退座，或者说一句解决了没有以后", "Give it up, or say whether it is solved"),
            link=f"/firm/sittings/{row.sitting_id}",
            until=row.sitting.day if row.status == BOOKED else None,
        )
        for row in rows
    ]


def _lines(rows: QuerySet[Sitting]) -> list[SittingLine]:
    now = timezone.now()
    counted = rows.annotate(taken=Count("booked", filter=Q(booked__status__in=TAKEN)))
    return [
        SittingLine(
            id=row.pk,
            house=access.house(row.house).title,
            day=row.day,
            starts=row.starts,
            ends=row.ends,
            place=_place(row),
            topic=access.topic_of(row).title,
            offices=tuple(post_title(post) for post in row.posts),
            seats=row.seats,
            left=max(0, row.seats - row.taken),
            is_cancelled=row.is_cancelled,
            why=row.why,
            has_begun=row.begins <= now,
        )
        for row in counted.order_by("day", "starts", "pk")
        if row.house in installed.packs().sittings
    ]


def _place(row: Sitting) -> Text:
    found = access.house(row.house).places.get(row.place)
    return found.title if found else Text(row.place)


def _own(rows: Iterable[Seat]) -> list[OwnSeat]:
    seats = list(rows)
    lines = {
        one.id: one
        for one in _lines(Sitting.objects.filter(pk__in={seat.sitting_id for seat in seats}))
    }
    return [
        OwnSeat(
            id=seat.pk,
            sitting=lines[seat.sitting_id],
            firm=seat.organisation.name,
            code=seat.organisation.credit_code,
            state=seat.outcome or seat.status,
            said=OFF
            if lines[seat.sitting_id].is_cancelled
            else STATES[seat.outcome or seat.status],
            words=sealing.opened(seat.person, seat.words, field=sealing.WORDS),
            answer=sealing.opened(seat.person, seat.answer, field=sealing.NOTE),
            request=seat.request.number if seat.request else "",
            may=_firm_may(seat),
        )
        for seat in seats
        if seat.sitting_id in lines
    ]


def _firm_may(seat: Seat) -> frozenset[str]:
    if seat.status == BOOKED and seat.sitting.begins > timezone.now():
        return frozenset({"give_up"})
    return frozenset({"say"}) if seat.outcome == ANSWERED else frozenset()


def _at_table(seat: Seat, sitting: Sitting, absences: dict[UUID, int]) -> TableSeat:
    spec = appeal_on(access.house(sitting.house).request, timezone.localdate()).spec
    answers = sealing.opened_contact(seat.person, seat.contact)
    return TableSeat(
        id=seat.pk,
        firm=seat.organisation.name,
        state=seat.outcome or seat.status,
        said=STATES[seat.outcome or seat.status],
        words=sealing.opened(seat.person, seat.words, field=sealing.WORDS),
        contact=tuple(
            (one.label, answers[key]) for key, one in spec.fields.items() if answers.get(key)
        ),
        answer=sealing.opened(seat.person, seat.answer, field=sealing.NOTE),
        request=seat.request.number if seat.request else "",
        absences=absences.get(seat.organisation_id, 0),
        may=_table_may(seat, sitting),
    )


def _table_may(seat: Seat, sitting: Sitting) -> frozenset[str]:
    if sitting.begins > timezone.now():
        return frozenset()
    if seat.outcome in ("", ANSWERED) and seat.status == CAME:
        return frozenset({"answer", "whistle", *(() if seat.outcome else ("absent",))})
    return frozenset({"came", "absent"} - {seat.status}) if not seat.outcome else frozenset()


def _absences(seats: Iterable[Seat], *, before: date) -> dict[UUID, int]:
    rows = Seat.objects.filter(
        organisation__in={one.organisation_id for one in seats},
        status=ABSENT,
        sitting__day__lt=before,
        sitting__day__gte=before - timedelta(days=365),
    )
    return dict(rows.values_list("organisation").annotate(n=Count("pk")))
