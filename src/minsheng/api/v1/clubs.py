"""Clubs after school: a family's choices and places, rounds with their public record, lessons booked."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.clubs import actions, reads

router = Router()
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Key = Annotated[str, Field(max_length=80)]


class ClubRoundRow(Shape):
    """One round as everybody may see it; `seed` is empty until the result is public."""

    id: int
    school: Words
    title: str
    status: str
    most: int
    closes: datetime
    changes_until: date
    commitment: str
    digest: str


class ClubRoundRows(Shape):
    """Rounds, the newest first."""

    rows: list[ClubRoundRow]


class DrawEntry(Shape):
    """One entry of a draw: a ticket that only its family can place, the hash of its choices, its number."""

    ticket: str
    hash: str
    number: int


class DrawCut(Shape):
    """The last one in: class (0 first) and lottery number."""

    priority: int
    number: int


class DrawClub(Shape):
    """A club of a draw; `asked` is null where fewer than ten asked, `cut` where places are left."""

    club: str
    day: int
    seats: int
    asked: int | None
    cut: DrawCut | None


class DrawRecord(Shape):
    """Everything by which anybody can check a draw; nobody is named."""

    suite: str
    round: str
    school: str
    status: str
    commitment: str
    digest: str
    seed: str
    words: str
    most: int
    classes: list[str]
    clubs: list[DrawClub]
    entries: list[DrawEntry]


class ClubOffer(Shape):
    """A club that a child may choose."""

    id: int
    club: str
    title: Words
    day: int
    starts: time
    ends: time
    seats: int
    fee_yuan: int


class ClubChoice(Shape):
    """One choice of a child; `reason` says why, once the result is public."""

    id: int
    rank: int
    club: str
    title: Words
    state: str
    said: Words
    reason: Words
    ahead: int
    came: int
    absent: int
    may: list[str]


class ChildClubsRow(Shape):
    """One child in one round; ticket and salt let the family check its own entry."""

    pupil: int
    name: str
    round: int | None
    is_choosing: bool
    offers: list[ClubOffer]
    choices: list[ClubChoice]
    left_over: list[ClubOffer]
    ticket: str
    salt: str
    number: int


class ChildClubsRows(Shape):
    """My children, and myself where I am a pupil."""

    rows: list[ChildClubsRow]


class ClubWishes(Shape):
    """The clubs a child would like, the dearest first; none takes the child out."""

    pupil: int = Field(ge=1, le=LARGEST_ID)
    clubs: list[Key] = Field(max_length=8)


class ClubPupil(Shape):
    """For which child."""

    pupil: int = Field(ge=1, le=LARGEST_ID)


class ClubEntryReceipt(Shape):
    """An entry that is saved."""

    ticket: str


class ClubChoiceReceipt(Shape):
    """How a choice stands now."""

    id: int
    status: str


class ClubMember(Shape):
    """A pupil in a club, for its leader: how often they came, how they are marked on the day."""

    choice: int
    name: str
    school_class: str
    came: int
    mark: str


class ClubMembers(Shape):
    """A club's list on one day."""

    club: str
    day: date | None
    may_mark: bool
    waiting: int
    members: list[ClubMember]


class ClubMarks(Shape):
    """Who came on a day, by choice."""

    day: date
    marks: dict[
        Annotated[str, Field(pattern=r"^[0-9]{1,18}$")], Literal["came", "absent", "excused"]
    ] = Field(max_length=500)


class ClubMarksReceipt(Shape):
    """How many were kept."""

    kept: int


class ClubRoundWanted(Shape):
    """A round to open, by the head of the school."""

    school: str = Field(max_length=60)
    catalogue: str = Field(max_length=60)
    title: str = Field(max_length=60)
    closes: datetime
    changes_until: date
    most: int = Field(1, ge=1, le=5)


class ClubRoundAct(Shape):
    """The next step of a round; `words` were thrown in the room, for the draw."""

    act: Literal["close", "draw", "publish", "end"]
    words: str = Field("", max_length=100)


class ClubRoundReceipt(Shape):
    """How a round stands now."""

    id: int
    status: str
    commitment: str


class ClubVerdict(Shape):
    """What a replay of a draw found."""

    is_good: bool
    faults: list[Words]
    entries: int
    choices: int
    places: int
    digest: str


class LessonBooking(Shape):
    """A booking of a class that I may see."""

    id: int
    school_class: str
    pupils: int
    status: str
    why: str
    words: str
    may: list[str]


class LessonRow(Shape):
    """Hours that a university or lab offers; `classes`: those of mine that may book."""

    id: int
    kind: Words
    host: Words
    title: str
    day: date
    starts: time
    ends: time
    grades: list[int]
    left: int
    is_cancelled: bool
    why: str
    bookings: list[LessonBooking]
    classes: list[int]


class LessonRows(Shape):
    """Hours, the soonest first."""

    rows: list[LessonRow]


class LessonWanted(Shape):
    """Hours to offer, by the post for lessons."""

    kind: Literal["professor", "campus", "lab"]
    catalogue: str = Field(max_length=60)
    host: str = Field(max_length=60)
    title: str = Field(max_length=100)
    about: str = Field("", max_length=300)
    place: str = Field("", max_length=100)
    day: date
    starts: time
    ends: time
    grades: list[Annotated[int, Field(ge=1, le=12)]] = Field(min_length=1, max_length=12)
    seats: int = Field(ge=1, le=2000)
    classes: int = Field(1, ge=1, le=40)


class LessonClass(Shape):
    """Which class comes."""

    school_class: int = Field(ge=1, le=LARGEST_ID)


class LessonAct(Shape):
    """What becomes of a booking: `why` for a cancellation, `words` after the lesson."""

    act: Literal["confirm", "cancel", "came", "absent"]
    why: str = Field("", max_length=200)
    words: str = Field("", max_length=500)


class LessonWhy(Shape):
    """Why hours are called off; whoever booked reads it."""

    why: str = Field(min_length=1, max_length=200)


class LessonReceipt(Shape):
    """How hours or a booking stand now."""

    id: int
    status: str


@router.get("/clubs/rounds", response=ClubRoundRows, auth=None)
def list_club_rounds(request: HttpRequest) -> ClubRoundRows:
    """Return the rounds of all schools, for everybody."""
    return ClubRoundRows(
        rows=[
            ClubRoundRow(
                id=one.id, school=words(one.school), title=one.title, status=one.status,
                most=one.most, closes=one.closes, changes_until=one.changes_until,
                commitment=one.commitment, digest=one.digest,
            )
            for one in reads.rounds()
        ]
    )  # fmt: skip


@router.get("/clubs/rounds/{round_id}/record", response=DrawRecord, auth=None)
def read_club_record(request: HttpRequest, round_id: Id) -> DrawRecord:
    """Return everything by which anybody can check a draw; nothing of it before it is public."""
    found = reads.record_of(round_id)
    clubs = [
        DrawClub(
            **{key: one[key] for key in ("club", "day", "seats", "asked")},
            cut=DrawCut(priority=one["cut"]["class"], number=one["cut"]["number"])
            if one["cut"]
            else None,
        )
        for one in found["clubs"]
    ]
    entries = [DrawEntry(**one) for one in found["entries"]]
    return DrawRecord(**{**found, "clubs": clubs, "entries": entries})


@router.get("/learn/clubs", response=ChildClubsRows)
def list_my_clubs(request: HttpRequest) -> ChildClubsRows:
    """Return the clubs of my children: what they may choose, what they have, why."""
    return ChildClubsRows(
        rows=[_child(one) for one in reads.children_with_clubs(resident(request))]
    )


@router.post("/learn/clubs/{round_id}/choices", response=ClubEntryReceipt)
def save_club_choices(
    request: HttpRequest, round_id: Id, payload: ClubWishes, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Save what my child would like, instead of what was saved before."""
    account = resident(request)

    def act() -> ClubEntryReceipt:
        made = actions.save_choices(round_id, payload.pupil, payload.clubs, by=account)
        return ClubEntryReceipt(ticket=made.ticket)

    return answer_once(request, idempotency_key, act)


@router.post("/learn/choices/{choice_id}/leaving", response=ClubChoiceReceipt)
def leave_club(
    request: HttpRequest, choice_id: Id, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Give up a place, or stop waiting for one."""
    account = resident(request)

    def act() -> ClubChoiceReceipt:
        done = actions.leave(choice_id, by=account)
        return ClubChoiceReceipt(id=done.pk, status=done.status)

    return answer_once(request, idempotency_key, act)


@router.post("/learn/offers/{offer_id}/places", response=ClubChoiceReceipt)
def take_club(
    request: HttpRequest, offer_id: Id, payload: ClubPupil, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a place that is left over."""
    account = resident(request)

    def act() -> ClubChoiceReceipt:
        done = actions.take_left_over(offer_id, payload.pupil, by=account)
        return ClubChoiceReceipt(id=done.pk, status=done.status)

    return answer_once(request, idempotency_key, act)


@router.get("/school/clubs/{offer_id}", response=ClubMembers)
def read_club(request: HttpRequest, offer_id: Id) -> ClubMembers:
    """Return who is in a club, for its leader and the head of the school."""
    found = reads.club_list(offer_id, account=officer(request))
    return ClubMembers(
        club=found.offer.club,
        day=found.day,
        may_mark=found.may_mark,
        waiting=found.waiting,
        members=[
            ClubMember(
                choice=one.choice, name=one.name, school_class=one.school_class, came=one.came,
                mark=one.mark,
            )
            for one in found.members
        ],
    )  # fmt: skip


@router.post("/school/clubs/{offer_id}/presences", response=ClubMarksReceipt)
def note_club_presences(
    request: HttpRequest, offer_id: Id, payload: ClubMarks, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Keep who came, as the club's leader."""
    account = officer(request)
    marks = {int(key): value for key, value in payload.marks.items()}
    return answer_once(
        request,
        idempotency_key,
        lambda: ClubMarksReceipt(
            kept=actions.note_presences(offer_id, payload.day, marks, by=account)
        ),
    )


@router.post("/school/rounds", response=ClubRoundReceipt)
def open_club_round(
    request: HttpRequest, payload: ClubRoundWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Open a round, as the head of the school."""
    account = officer(request)

    def act() -> ClubRoundReceipt:
        made = actions.open_round(actions.RoundWanted(**payload.model_dump()), by=account)
        return ClubRoundReceipt(id=made.pk, status=made.status, commitment=made.commitment)

    return answer_once(request, idempotency_key, act)


@router.post("/school/rounds/{round_id}/acts", response=ClubRoundReceipt)
def act_on_club_round(
    request: HttpRequest, round_id: Id, payload: ClubRoundAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Close, draw, publish or end a round, as the head of the school."""
    account = officer(request)

    def act() -> ClubRoundReceipt:
        match payload.act:
            case "close":
                done = actions.close_round(round_id, by=account)
            case "draw":
                done = actions.draw_round(round_id, payload.words, by=account)
            case "publish":
                done = actions.publish_round(round_id, by=account)
            case _:
                done = actions.end_round(round_id, by=account)
        return ClubRoundReceipt(id=done.pk, status=done.status, commitment=done.commitment)

    return answer_once(request, idempotency_key, act)


@router.get("/school/rounds/{round_id}/verdict", response=ClubVerdict)
def verify_club_round(request: HttpRequest, round_id: Id) -> ClubVerdict:
    """Replay a draw with all choices, as the head of the school or the education bureau."""
    found = reads.verify(round_id, account=officer(request))
    return ClubVerdict(
        is_good=found.is_good,
        faults=[words(one) for one in found.faults],
        entries=found.entries,
        choices=found.choices,
        places=found.places,
        digest=found.digest,
    )


@router.get("/school/lessons", response=LessonRows)
def list_lessons(request: HttpRequest) -> LessonRows:
    """Return hours of universities and labs, with the bookings of my classes."""
    room = reads.lesson_room(officer(request))
    return LessonRows(
        rows=[
            LessonRow(
                id=one.id, kind=words(one.kind), host=words(one.host), title=one.title, day=one.day,
                starts=one.starts, ends=one.ends, grades=list(one.grades), left=one.left,
                is_cancelled=one.is_cancelled, why=one.why,
                bookings=[
                    LessonBooking(
                        id=row.id, school_class=row.school_class, pupils=row.pupils,
                        status=row.status, why=row.why, words=row.words, may=sorted(row.may),
                    )
                    for row in one.bookings
                ],
                classes=[row.pk for row in one.classes],
            )
            for one in (*room.coming, *room.past)
        ]
    )  # fmt: skip


@router.post("/school/lessons", response=LessonReceipt)
def offer_lesson(
    request: HttpRequest, payload: LessonWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Offer hours, as the post for lessons."""
    account = officer(request)

    def act() -> LessonReceipt:
        wanted = actions.Wanted(**{**payload.model_dump(), "grades": tuple(payload.grades)})
        made = actions.offer_slot(wanted, by=account)
        return LessonReceipt(id=made.pk, status="offered")

    return answer_once(request, idempotency_key, act)


@router.post("/school/lessons/{slot_id}/cancellation", response=LessonReceipt)
def cancel_lesson(
    request: HttpRequest, slot_id: Id, payload: LessonWhy, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Call hours off before they begin; whoever booked is told why."""
    account = officer(request)

    def act() -> LessonReceipt:
        done = actions.cancel_slot(slot_id, payload.why, by=account)
        return LessonReceipt(id=done.pk, status="cancelled")

    return answer_once(request, idempotency_key, act)


@router.post("/school/lessons/{slot_id}/bookings", response=LessonReceipt)
def book_lesson(
    request: HttpRequest, slot_id: Id, payload: LessonClass, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Book hours for a class that I teach."""
    account = officer(request)

    def act() -> LessonReceipt:
        made = actions.book_slot(slot_id, payload.school_class, by=account)
        return LessonReceipt(id=made.pk, status=made.status)

    return answer_once(request, idempotency_key, act)


@router.post("/school/bookings/{booking_id}/acts", response=LessonReceipt)
def act_on_lesson(
    request: HttpRequest, booking_id: Id, payload: LessonAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Confirm or cancel a booking, or keep how the lesson was."""
    account = officer(request)

    def act() -> LessonReceipt:
        match payload.act:
            case "confirm":
                done = actions.confirm_booking(booking_id, by=account)
            case "cancel":
                done = actions.cancel_booking(booking_id, payload.why, by=account)
            case _:
                came = payload.act == "came"
                done = actions.note_lesson(booking_id, came=came, words=payload.words, by=account)
        return LessonReceipt(id=done.pk, status=done.status)

    return answer_once(request, idempotency_key, act)


def _offer(one: reads.OfferRow) -> ClubOffer:
    return ClubOffer(
        id=one.id, club=one.club, title=words(one.title), day=one.day, starts=one.starts,
        ends=one.ends, seats=one.seats, fee_yuan=one.fee_yuan,
    )  # fmt: skip


def _child(one: reads.ChildClubs) -> ChildClubsRow:
    return ChildClubsRow(
        pupil=one.pupil,
        name=one.name,
        round=one.round.id if one.round else None,
        is_choosing=one.is_choosing,
        offers=[_offer(row) for row in one.offers],
        choices=[
            ClubChoice(
                id=row.id, rank=row.rank, club=row.offer.club, title=words(row.offer.title),
                state=row.state, said=words(row.said), reason=words(row.reason), ahead=row.ahead,
                came=row.came, absent=row.absent, may=sorted(row.may),
            )
            for row in one.choices
        ],
        left_over=[_offer(row) for row in one.left_over],
        ticket=one.ticket,
        salt=one.salt,
        number=one.number,
    )  # fmt: skip
