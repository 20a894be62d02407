"""Hours of universities and labs as teachers and the bureau see them, and figures for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from minsheng.apps.clubs import access
from minsheng.apps.clubs.actions.bookings import at_desk
from minsheng.apps.clubs.models import Booking, Slot
from minsheng.apps.clubs.models.bookings import ASKED, CAME, CANCELLED, CONFIRMED, LAB, PROFESSOR
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import SchoolClass
from minsheng.lib.texts import Text

KINDS = {
    "professor": Text("教授进课堂", "A professor comes to class"),
    "campus": Text("学生进高校", "Pupils go to a university"),
    "lab": Text("科创实验中心", "A science lab"),
}
STATES = {
    "asked": Text("等确认", "Waits for a yes"),
    "confirmed": Text("约好了", "Confirmed"),
    "cancelled": Text("取消了", "Cancelled"),
    "came": Text("上过了", "Took place"),
    "absent": Text("没有去", "Didn't take place"),
}
BACK, AHEAD = timedelta(days=60), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking of a class. `may`: confirm, cancel, note."""

    id: int
    school_class: str
    school: Text
    pupils: int
    status: str
    said: Text
    why: str
    words: str
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """Hours that are offered, with the bookings that this account may see."""

    id: int
    kind: Text
    host: Text
    title: str
    about: str
    place: str
    day: date
    starts: time
    ends: time
    grades: tuple[int, ...]
    seats: int
    left: int
    is_cancelled: bool
    why: str
    bookings: tuple[BookingRow, ...]
    classes: tuple[SchoolClass, ...]


@dataclass(frozen=True, slots=True)
class LessonRoom:
    """The page of bookings: what can be booked, what my classes booked; all of it at the desk."""

    coming: tuple[SlotRow, ...]
    past: tuple[SlotRow, ...]
    is_desk: bool


def upcoming() -> list[SlotRow]:
    """Return the hours to come as everybody may see them: no booking, no class."""
    today = timezone.localdate()
    rows = Slot.objects.filter(day__gte=today, day__lte=today + AHEAD)
    return [_slot(one, None, [], is_desk=False) for one in _ordered(rows)]


def lesson_room(account: Account) -> LessonRoom:
    """Return what can be booked for my classes and what is; at the desk everything."""
    today, is_desk = timezone.localdate(), at_desk(account)
    classes = schools.classes_of(account)
    coming = Slot.objects.filter(day__gte=today, day__lte=today + AHEAD)
    past = Slot.objects.filter(day__lt=today, day__gte=today - BACK)
    if not is_desk:
        past = past.filter(bookings__school_class__in=classes).distinct()
    return LessonRoom(
        coming=tuple(_slot(one, account, classes, is_desk=is_desk) for one in _ordered(coming)),
        past=tuple(_slot(one, account, classes, is_desk=is_desk) for one in _ordered(past)[::-1]),
        is_desk=is_desk,
    )


def figures() -> dict[str, int]:
    """Return how often professors came, how many pupils went to universities, lessons in labs."""
    done = Booking.objects.filter(status=CAME)
    went = done.exclude(slot__kind__in=(PROFESSOR, LAB)).aggregate(pupils=Sum("pupils"))
    return {
        "professors": done.filter(slot__kind=PROFESSOR).count(),
        "pupils": went["pupils"] or 0,
        "labs": done.filter(slot__kind=LAB).count(),
    }


def _ordered(rows: QuerySet[Slot]) -> list[Slot]:
    return list(
        rows.prefetch_related("bookings__school_class__school").order_by("day", "starts", "pk")[
            :200
        ]
    )


def _slot(
    one: Slot, account: Account | None, classes: list[SchoolClass], *, is_desk: bool
) -> SlotRow:
    active = [row for row in one.bookings.all() if row.status != CANCELLED]
    mine = {row.pk for row in classes}
    seen = [row for row in one.bookings.all() if is_desk or row.school_class_id in mine]
    booked = {row.school_class_id for row in active}
    left = one.seats - sum(row.pupils for row in active)
    is_open = not one.is_cancelled and one.begins > timezone.now() and len(active) < one.classes
    return SlotRow(
        id=one.pk,
        kind=KINDS[one.kind],
        host=_host(one),
        title=one.title,
        about=one.about,
        place=one.place,
        day=one.day,
        starts=one.starts,
        ends=one.ends,
        grades=tuple(one.grades),
        seats=one.seats,
        left=left if len(active) < one.classes else 0,
        is_cancelled=one.is_cancelled,
        why=one.why,
        bookings=tuple(_booking(row, one, is_desk=is_desk, mine=mine) for row in seen)
        if account
        else (),
        classes=tuple(
            row for row in classes if is_open and row.grade in one.grades and row.pk not in booked
        ),
    )


def _booking(row: Booking, slot: Slot, *, is_desk: bool, mine: set[int]) -> BookingRow:
    begun = slot.begins <= timezone.now()
    may = set()
    if is_desk and row.status == ASKED and not begun:
        may.add("confirm")
    if row.status in (ASKED, CONFIRMED) and not begun:
        may.add("cancel")
    if begun and row.status in (CONFIRMED, CAME, "absent") and row.school_class_id in mine:
        may.add("note")
    return BookingRow(
        id=row.pk,
        school_class=row.school_class.title,
        school=row.school_class.school.title,
        pupils=row.pupils,
        status=row.status,
        said=STATES[row.status],
        why=row.why,
        words=row.words,
        may=frozenset(may),
    )


def _host(one: Slot) -> Text:
    catalogue = access.catalogue(one.catalogue)
    found = (catalogue.labs if one.kind == LAB else catalogue.universities).get(one.host)
    return found.title if found else Text(one.host)
