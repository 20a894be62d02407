"""A firm books a seat and gives it up; who came is kept; a matter is answered, or becomes a whistle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.appeals import sealing
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.sittings import access
from minsheng.apps.sittings.actions.setting import locked, record, tell_firm, tell_posts
from minsheng.apps.sittings.models import (
    ABSENT,
    ANSWERED,
    BOOKED,
    CAME,
    CANCELLED,
    SOLVED,
    TAKEN,
    WHISTLE,
    Seat,
    Sitting,
)
from minsheng.lib.errors import Conflict, NotAllowed
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a firm will ask at the table, and whom to speak to; `organisation` is a credit code."""

    words: str
    contact: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""


def book_seat(sitting_id: int, asked: Asked, *, by: Account) -> Seat:
    """Return the firm's seat at a sitting, one for each firm, booked now or before.

    Raises NotAllowed for who speaks for no firm, WrongInput with the field, Conflict where it is
    full, called off or has begun.
    """
    firm = _firm(asked.organisation, by)
    with transaction.atomic():
        sitting = locked(sitting_id)
        there = Seat.objects.filter(sitting=sitting, organisation=firm, status__in=TAKEN).first()
        if there is not None:
            return there
        told = appeals.checked_told(access.house(sitting.house).request, _told(sitting, asked))
        if sitting.is_cancelled or sitting.begins <= timezone.now():
            raise _refused(
                "sittings.closed", "这一场不开了，或者已经开始，订不了。请看别的场次。",
                "It is called off or has begun. See the other sittings.",
            )  # fmt: skip
        if Seat.objects.filter(sitting=sitting, status__in=TAKEN).count() >= sitting.seats:
            raise _refused(
                "sittings.full", "座位刚刚订满了。请看别的场次，急的事可以直接吹哨。",
                "The last seat has just gone. See the other sittings, or whistle.",
            )  # fmt: skip
        person = people.held_person_of(by)
        seat = Seat.objects.create(
            sitting=sitting,
            organisation=firm,
            account=by,
            person=person,
            words=sealing.sealed(person, asked.words.strip(), field=sealing.WORDS),
            contact=sealing.sealed_contact(person, told.contact),
        )
        record(sitting, "booked", _firm_said(by), {"seat": seat.pk})
        tell_posts(sitting, Text("有企业订了座", "A firm has booked a seat"), f"booked:{seat.pk}")
    return seat


def give_up_seat(seat_id: int, *, by: Account) -> Seat:
    """Give a seat up before the sitting begins; once is enough."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        if not access.is_firms(seat, by):
            raise access.no_such_sitting()
        if seat.status == CANCELLED:
            return seat
        if seat.status != BOOKED or seat.sitting.begins <= timezone.now():
            raise _refused(
                "sittings.begun",
                "已经开始了，退不了座。",
                "It has begun: the seat can't be given up.",
            )
        seat.status = CANCELLED
        seat.save(update_fields=["status"])
        record(seat.sitting, "given_up", _firm_said(by), {"seat": seat.pk})
    return seat


def note_presence(seat_id: int, came: bool, *, by: Account) -> Seat:
    """Keep whether a firm came, from the beginning on; it may be put right until it is answered."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        who = access.acting(seat.sitting, by, at_table=True)
        if seat.status == CANCELLED or seat.sitting.begins > timezone.now():
            raise _refused(
                "sittings.not_begun", "还没开始，或者已经退座，先不用记。",
                "It hasn't begun, or the seat was given up: nothing to note yet.",
            )  # fmt: skip
        wanted = CAME if came else ABSENT
        if seat.status == wanted:
            return seat
        if seat.outcome:
            raise _answered_already()
        seat.status = wanted
        seat.save(update_fields=["status"])
        record(seat.sitting, wanted, who, {"seat": seat.pk})
    return seat


def answer_seat(seat_id: int, words: str, *, by: Account) -> Seat:
    """Answer a firm at the table, as a post that sits; it is closed by the firm's word."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        who = access.acting(seat.sitting, by, at_table=True)
        text = sealing.checked(words, name="words")
        if seat.status != CAME or seat.outcome not in ("", ANSWERED):
            raise _answered_already()
        seat.outcome, seat.answered_by = ANSWERED, who
        seat.answer = sealing.sealed(seat.person, text, field=sealing.NOTE)
        seat.save(update_fields=["outcome", "answer", "answered_by"])
        record(seat.sitting, "answered", who, {"seat": seat.pk})
        said = Text("企业之家有答复，请说一句解决了没有", "Answered at the house: is it solved?")
        tell_firm(seat, said, f"answered:{timezone.now().timestamp()}")
    return seat


def say_solved(seat_id: int, solved: bool, *, by: Account) -> Seat:
    """Say for the firm whether the answer solved it; what isn't solved becomes a whistle."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        if not access.is_firms(seat, by):
            raise access.no_such_sitting()
        if seat.outcome == (SOLVED if solved else WHISTLE):
            return seat
        if seat.outcome != ANSWERED:
            raise _answered_already()
        if not solved:
            return _whistle(seat, by=f"requester/account:{by.pk}", speaker=by)
        seat.outcome = SOLVED
        seat.save(update_fields=["outcome"])
        record(seat.sitting, "solved", _firm_said(by), {"seat": seat.pk})
    return seat


def make_whistle(seat_id: int, *, by: Account) -> Seat:
    """Make a whistle of what can't be answered at the table, in the firm's name; made once."""
    with transaction.atomic():
        seat = _locked_seat(seat_id)
        who = access.acting(seat.sitting, by, at_table=True)
        if seat.outcome == WHISTLE:
            return seat
        if seat.status != CAME or seat.outcome == SOLVED:
            raise _answered_already()
        return _whistle(seat, by=who, speaker=seat.account)


def _whistle(seat: Seat, *, by: str, speaker: Account) -> Seat:
    sitting, house = seat.sitting, access.house(seat.sitting.house)
    asked = Asked(
        words=sealing.opened(seat.person, seat.words, field=sealing.WORDS),
        contact=sealing.opened_contact(seat.person, seat.contact),
    )
    made = appeals.file_for_firm(
        house.request, _told(sitting, asked), speaker=speaker, firm=seat.organisation, by=by
    )
    seat.outcome, seat.request = WHISTLE, made
    seat.save(update_fields=["outcome", "request"])
    record(sitting, "whistle", by, {"seat": seat.pk, "request": made.number})
    said = Text("企业之家的事转为吹哨，有人接着办", "Your matter at the house is now a whistle")
    tell_firm(seat, said, "whistle")
    return seat


def _told(sitting: Sitting, asked: Asked) -> appeals.Told:
    """Return what a request would be told: the words, and at which sitting they were said."""
    topic, house = access.topic_of(sitting), access.house(sitting.house)
    words = asked.words.strip()
    named = f"在{house.title.zh}（{sitting.day:%Y-%m-%d}，{topic.title.zh}）提的：{words}"
    return appeals.Told(
        category=topic.category,
        words=named if words else "",
        grade=topic.grade,
        contact=asked.contact,
        channel="visit",
    )


def _locked_seat(seat_id: int) -> Seat:
    """Return a seat, its sitting locked first: one order for whoever books and whoever notes."""
    found = Seat.objects.filter(pk=seat_id).values_list("sitting_id", flat=True).first()
    if found is None:
        raise access.no_such_sitting()
    sitting = locked(found)
    seat = Seat.objects.select_related("organisation", "person", "account").get(pk=seat_id)
    seat.sitting = sitting
    return seat


def _firm(code: str, by: Account) -> Organisation:
    for firm in people_reads.organisations_of(by):
        if code in ("", firm.credit_code):
            return firm
    raise NotAllowed(
        "sittings.no_firm",
        "订座要由企业的代表来订。请带执照和委托书到窗口登记，当场就能用。",
        "A firm books through its representative. Bring licence and mandate to a counter; it works at once.",
    )


def _firm_said(by: Account) -> str:
    return f"firm/account:{by.pk}"


def _answered_already() -> Conflict:
    return _refused(
        "sittings.answered",
        "这一件已经有结果，或者还没记企业来了。请看最新的情况再办。",
        "This one has its outcome, or the firm hasn't been noted as here. Look again.",
    )


def _refused(code: str, zh: str, en: str) -> Conflict:
    return Conflict(code, f"{zh}什么都没有改。", f"{en} Nothing was changed.")
