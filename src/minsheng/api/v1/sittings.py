"""The enterprise house: topic days, a firm's seats, what happens at the table."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.sittings import actions, reads
from minsheng.apps.sittings.reads import OwnSeat, SittingLine

if TYPE_CHECKING:
    from minsheng.apps.sittings.models import Seat

router = Router()
SittingId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
SeatId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class SittingRow(Shape):
    """One sitting: when, where, about what, which offices, how many seats are free."""

    id: int
    house: Words
    topic: Words
    day: date
    starts: time
    ends: time
    place: Words
    offices: list[Words]
    seats: int
    left: int
    is_cancelled: bool
    why: str


class SittingRows(Shape):
    """Sittings, the soonest first."""

    rows: list[SittingRow]


class SeatRow(Shape):
    """My firm's seat. `request` is the whistle it goes on as; `may`: what is open to me now."""

    id: int
    sitting: int
    firm: str
    state: str
    said: Words
    words: str
    answer: str
    request: str
    may: list[str]


class SeatRows(Shape):
    """The seats of my firms, newest first."""

    rows: list[SeatRow]


class SeatAsked(Shape):
    """What my firm will ask; `contact` answers the questions of the kind; `organisation`: a code."""

    words: str = Field(min_length=1, max_length=900)
    contact: dict[str, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=20
    )
    organisation: str = Field("", max_length=18)


class SeatWord(Shape):
    """Whether the answer solved it; what didn't becomes a whistle."""

    solved: bool


class SeatReceipt(Shape):
    """How a seat stands now."""

    id: int
    status: str
    outcome: str
    request: str


class SittingWanted(Shape):
    """A sitting to set; no posts means those of the topic."""

    house: str = Field(max_length=60)
    day: date
    starts: time
    ends: time
    place: str = Field(max_length=60)
    topic: str = Field(max_length=60)
    seats: int = Field(ge=1, le=200)
    posts: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=20)


class SittingReceipt(Shape):
    """A sitting that is set, or called off."""

    id: int
    is_cancelled: bool


class SittingOff(Shape):
    """Why it is called off; the firms read it."""

    why: str = Field(min_length=1, max_length=200)


class TableSeatRow(Shape):
    """A seat as the table sees it. `absences`: how often the firm didn't come within a year."""

    id: int
    firm: str
    state: str
    words: str
    answer: str
    request: str
    absences: int
    may: list[str]


class TableRows(Shape):
    """Who comes to a sitting."""

    sitting: SittingRow
    seats: list[TableSeatRow]


class SeatAct(Shape):
    """What happened at the table: who came, the answer, or a whistle made of it."""

    act: Literal["came", "absent", "answer", "whistle"]
    words: str = Field("", max_length=1000)


@router.get("/sittings", response=SittingRows, auth=None)
def list_sittings(request: HttpRequest) -> SittingRows:
    """Return the sittings to come, for everybody."""
    return SittingRows(rows=[_row(one) for one in reads.upcoming(on=timezone.localdate())])


@router.get("/firm/seats", response=SeatRows)
def list_my_seats(request: HttpRequest) -> SeatRows:
    """Return the seats of the firms for which I speak."""
    return SeatRows(rows=[_own(one) for one in reads.own_seats(resident(request))])


@router.post("/sittings/{sitting_id}/seats", response=SeatReceipt)
def book_seat(
    request: HttpRequest,
    sitting_id: SittingId,
    payload: SeatAsked,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Book a seat for my firm; one for each firm."""
    account = resident(request)
    asked = actions.Asked(
        words=payload.words, contact=payload.contact, organisation=payload.organisation
    )
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.book_seat(sitting_id, asked, by=account)),
    )


@router.post("/firm/seats/{seat_id}/cancellation", response=SeatReceipt)
def give_up_seat(
    request: HttpRequest, seat_id: SeatId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Give a seat up before the sitting begins."""
    account = resident(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.give_up_seat(seat_id, by=account))
    )


@router.post("/firm/seats/{seat_id}/word", response=SeatReceipt)
def say_seat_solved(
    request: HttpRequest, seat_id: SeatId, payload: SeatWord, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Say whether the answer at the table solved it."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.say_solved(seat_id, payload.solved, by=account)),
    )


@router.get("/desk/sittings", response=SittingRows)
def list_desk_sittings(request: HttpRequest) -> SittingRows:
    """Return the sittings that I set or sit at."""
    return SittingRows(rows=[_row(one) for one in reads.sittings_of(officer(request))])


@router.post("/desk/sittings", response=SittingReceipt)
def set_sitting(
    request: HttpRequest, payload: SittingWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Set a sitting, as the convener of the house."""
    account = officer(request)

    def act() -> SittingReceipt:
        typed = payload.model_dump()
        wanted = actions.Wanted(**{**typed, "posts": tuple(payload.posts)})
        made = actions.set_sitting(wanted, by=account)
        return SittingReceipt(id=made.pk, is_cancelled=made.is_cancelled)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/sittings/{sitting_id}", response=TableRows)
def read_sitting(request: HttpRequest, sitting_id: SittingId) -> TableRows:
    """Return who comes and why; each look is written down."""
    view = reads.table_view(sitting_id, account=officer(request))
    return TableRows(
        sitting=_row(view.sitting),
        seats=[
            TableSeatRow(
                id=one.id,
                firm=one.firm,
                state=one.state,
                words=one.words,
                answer=one.answer,
                request=one.request,
                absences=one.absences,
                may=sorted(one.may),
            )
            for one in view.seats
        ],
    )


@router.post("/desk/sittings/{sitting_id}/cancellation", response=SittingReceipt)
def cancel_sitting(
    request: HttpRequest,
    sitting_id: SittingId,
    payload: SittingOff,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Call a sitting off; whoever booked is told why."""
    account = officer(request)

    def act() -> SittingReceipt:
        made = actions.cancel_sitting(sitting_id, payload.why, by=account)
        return SittingReceipt(id=made.pk, is_cancelled=made.is_cancelled)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/seats/{seat_id}/acts", response=SeatReceipt)
def act_on_seat(
    request: HttpRequest, seat_id: SeatId, payload: SeatAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Keep who came, answer, or make a whistle of it."""
    account = officer(request)

    def act() -> SeatReceipt:
        if payload.act == "answer":
            seat = actions.answer_seat(seat_id, payload.words, by=account)
        elif payload.act == "whistle":
            seat = actions.make_whistle(seat_id, by=account)
        else:
            seat = actions.note_presence(seat_id, payload.act == "came", by=account)
        return _receipt(seat)

    return answer_once(request, idempotency_key, act)


def _receipt(seat: Seat) -> SeatReceipt:
    return SeatReceipt(
        id=seat.pk,
        status=seat.status,
        outcome=seat.outcome,
        request=seat.request.number if seat.request else "",
    )


def _row(one: SittingLine) -> SittingRow:
    return SittingRow(
        id=one.id,
        house=words(one.house),
        topic=words(one.topic),
        day=one.day,
        starts=one.starts,
        ends=one.ends,
        place=words(one.place),
        offices=[words(office) for office in one.offices],
        seats=one.seats,
        left=one.left,
        is_cancelled=one.is_cancelled,
        why=one.why,
    )


def _own(one: OwnSeat) -> SeatRow:
    return SeatRow(
        id=one.id,
        sitting=one.sitting.id,
        firm=one.firm,
        state=one.state,
        said=words(one.said),
        words=one.words,
        answer=one.answer,
        request=one.request,
        may=sorted(one.may),
    )
