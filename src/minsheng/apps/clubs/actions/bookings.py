"""A university or lab offers hours, a teacher books for a class, it is confirmed, kept, or called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from minsheng.apps.clubs import access, telling
from minsheng.apps.clubs.models import Booking, Slot
from minsheng.apps.clubs.models.bookings import (
    ABSENT,
    ASKED,
    CAME,
    CANCELLED,
    CONFIRMED,
    LAB,
    SLOT_KINDS,
)
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

DESK = "education.lessons"
"""The post that offers hours for universities and labs, confirms, and calls off."""
AHEAD = timedelta(days=366)
LATEST_WORDS = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Hours to offer. `host` is a university or lab of the catalogue; `seats` pupils, `classes` classes."""

    kind: str
    catalogue: str
    host: str
    title: str
    day: date
    starts: time
    ends: time
    grades: tuple[int, ...]
    seats: int
    classes: int = 1
    about: str = ""
    place: str = ""


def offer_slot(wanted: Wanted, *, by: Account) -> Slot:
    """Return new hours that teachers can book; the post for lessons offers them.

    Raises NotAllowed for anybody else, WrongInput with the field.
    """
    require_desk(by)
    _check(wanted)
    with transaction.atomic():
        made = Slot.objects.create(
            kind=wanted.kind, catalogue=wanted.catalogue, host=wanted.host,
            title=wanted.title.strip(), about=wanted.about.strip(), place=wanted.place.strip(),
            day=wanted.day, starts=wanted.starts, ends=wanted.ends, grades=list(wanted.grades),
            seats=wanted.seats, classes=wanted.classes,
        )  # fmt: skip
        _record(made, "offered", by, {"kind": made.kind, "day": made.day.isoformat()})
    return made


def cancel_slot(slot_id: int, why: str, *, by: Account) -> Slot:
    """Call hours off before they begin; whoever booked is told why."""
    require_desk(by)
    with transaction.atomic():
        slot = _locked(slot_id)
        if slot.is_cancelled:
            return slot
        why = _why(why)
        _not_begun(slot)
        slot.is_cancelled, slot.why = True, why
        slot.save(update_fields=["is_cancelled", "why"])
        _record(slot, "called_off", by, {})
        for one in slot.bookings.exclude(status=CANCELLED).select_related("by"):
            one.status, one.why = CANCELLED, why
            one.save(update_fields=["status", "why"])
            _tell(one, Text("您约的一次课不开了", "A lesson you booked is called off"), "off")
    return slot


def book_slot(slot_id: int, class_id: int, *, by: Account) -> Booking:
    """Return the booking of a class that this teacher teaches; one for each class.

    The slot's row is locked, then the class's: two who want the last place are one after the other.
    Raises NotFound for a class of somebody else, Conflict where it is full, over, at the same time as
    another booking of the class, or not for its grade.
    """
    school_class = schools.require_teacher(by, class_id)
    with transaction.atomic():
        slot = _locked(slot_id)
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        there = slot.bookings.filter(school_class=school_class).exclude(status=CANCELLED).first()
        if there is not None:
            return there
        _not_begun(slot)
        if slot.is_cancelled or school_class.grade not in slot.grades:
            raise _refused(
                "clubs.not_for_you", "这一次不开了，或者不是给这个年级的。请看别的。",
                "It is called off, or isn't for this grade. See the others.",
            )  # fmt: skip
        pupils = len(school_reads.pupil_ids(school_class))
        active = slot.bookings.exclude(status=CANCELLED)
        taken = active.aggregate(pupils=Sum("pupils"))["pupils"] or 0
        places = set(range(1, slot.classes + 1)) - set(active.values_list("place", flat=True))
        if not places or taken + pupils > slot.seats:
            raise _refused(
                "clubs.slot_full",
                f"约满了，还剩 {slot.seats - taken if places else 0} 个座位，这个班 {pupils} 人。请看别的。",
                f"Full: {slot.seats - taken if places else 0} seats left for {pupils} pupils. See the others.",
            )
        if _is_elsewhere(school_class, slot):
            raise _refused(
                "clubs.elsewhere", "这个班那段时间已经约了别的。请先退那一个。",
                "The class has booked something else at that time. Cancel it first.",
            )  # fmt: skip
        made = Booking.objects.create(
            slot=slot, school_class=school_class, by=by, pupils=pupils, place=min(places),
            day=slot.day, starts=slot.starts,
            # A lab needs nobody's yes; a professor or a campus has to answer.
            status=CONFIRMED if slot.kind == LAB else ASKED,
        )  # fmt: skip
        _record(slot, "booked", by, {"booking": made.pk, "class": school_class.pk})
        if made.status == ASKED:
            telling.tell(
                people.accounts_of(DESK),
                Text("有班级约课，请确认", "A class has asked for a lesson"),
                Text(
                    f"{slot.day.month}月{slot.day.day}日，{slot.title}", f"{slot.day}, {slot.title}"
                ),
                link="/school/bookings",
                key=f"lessons:{made.pk}:asked",
            )
    return made


def confirm_booking(booking_id: int, *, by: Account) -> Booking:
    """Say for the university that the class may come, or that the professor comes; once is enough."""
    require_desk(by)
    with transaction.atomic():
        booking = _locked_booking(booking_id)
        if booking.status == CONFIRMED:
            return booking
        if booking.status != ASKED:
            raise _changed()
        booking.status = CONFIRMED
        booking.save(update_fields=["status"])
        _record(booking.slot, "confirmed", by, {"booking": booking.pk})
        _tell(booking, Text("约的课确认了", "Your lesson is confirmed"), "confirmed")
    return booking


def cancel_booking(booking_id: int, why: str, *, by: Account) -> Booking:
    """Cancel a booking before it begins, with a reason: its teacher, or the post that confirms."""
    with transaction.atomic():
        booking = _locked_booking(booking_id)
        is_desk = at_desk(by)
        if not is_desk and not schools.teaches(by, booking.school_class):
            raise no_such_lesson()
        if booking.status == CANCELLED:
            return booking
        why = _why(why)
        _not_begun(booking.slot)
        booking.status, booking.why = CANCELLED, why
        booking.save(update_fields=["status", "why"])
        _record(booking.slot, "cancelled", by, {"booking": booking.pk})
        if is_desk:
            _tell(booking, Text("约的课取消了", "Your booking is cancelled"), "cancelled")
    return booking


def note_lesson(booking_id: int, *, came: bool, words: str, by: Account) -> Booking:
    """Keep whether it took place, and what the teacher says of it, from the beginning on for 60 days."""
    with transaction.atomic():
        booking = _locked_booking(booking_id)
        if not schools.teaches(by, booking.school_class):
            raise no_such_lesson()
        words = words.strip()
        if len(words) > 500 or "\x00" in words:
            raise WrongInput(
                "clubs.words_long",
                "课后感想最多 500 字。请缩短一些，您写的都还在。",
                "At most 500 characters. Shorten it; it is still here.",
                field="words",
            )
        late = timezone.localdate() > booking.day + LATEST_WORDS
        if booking.status not in (CONFIRMED, CAME, ABSENT) or booking.slot.begins > timezone.now():
            raise _changed()
        if late:
            raise _refused(
                "clubs.too_late", "已经过了 60 天，记不了了。", "Over 60 days ago: nothing to keep."
            )
        booking.status, booking.words = (CAME if came else ABSENT), words
        booking.save(update_fields=["status", "words"])
        _record(booking.slot, booking.status, by, {"booking": booking.pk})
    return booking


def remind(on: date | None = None) -> int:
    """Remind teachers of tomorrow's lessons, once, and return how many there were."""
    tomorrow = (on or timezone.localdate()) + timedelta(days=1)
    waiting = Slot.objects.filter(day=tomorrow, is_cancelled=False, was_reminded=False)
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            slot = _locked(pk)
            if slot.was_reminded:
                continue
            slot.was_reminded = True
            slot.save(update_fields=["was_reminded"])
            for one in slot.bookings.filter(status=CONFIRMED).select_related("by", "slot"):
                _tell(
                    one, Text("明天有约好的课", "Tomorrow there is a lesson you booked"), "tomorrow"
                )
            done += 1
    return done


def at_desk(account: Account) -> bool:
    """Whether this account fills the post that offers and confirms."""
    return account.is_staff_member and any(one.key == DESK for one in people.posts_of(account))


def require_desk(account: Account) -> None:
    """Raise NotAllowed unless this account fills the post that offers and confirms."""
    if not at_desk(account):
        raise NotAllowed(
            "clubs.not_the_desk",
            "开放时间和确认由教研岗来做。您可以给自己教的班约课。",
            "The post for lessons offers and confirms. You may book for a class you teach.",
        )


def no_such_lesson() -> NotFound:
    """Return the answer to who asks for hours or a booking that isn't there, or isn't theirs."""
    return NotFound(
        "clubs.no_lesson",
        "没有这一次，或者不是您班上的。请回约课页看看。",
        "There is no such lesson, or it isn't your class's. See the page of bookings.",
    )


def _is_elsewhere(school_class: SchoolClass, slot: Slot) -> bool:
    others = Booking.objects.filter(school_class=school_class, day=slot.day)
    return (
        others.exclude(status=CANCELLED)
        .filter(slot__starts__lt=slot.ends, slot__ends__gt=slot.starts)
        .exists()
    )


def _locked(slot_id: int) -> Slot:
    found = Slot.objects.select_for_update().filter(pk=slot_id).first()
    if found is None:
        raise no_such_lesson()
    return found


def _locked_booking(booking_id: int) -> Booking:
    """Return a booking, its slot locked first: one order for whoever books and whoever confirms."""
    found = Booking.objects.filter(pk=booking_id).values_list("slot_id", flat=True).first()
    if found is None:
        raise no_such_lesson()
    slot = _locked(found)
    booking = Booking.objects.select_related("school_class", "by").get(pk=booking_id)
    booking.slot = slot
    return booking


def _not_begun(slot: Slot) -> None:
    if slot.begins <= timezone.now():
        raise _refused(
            "clubs.begun",
            "已经开始了，约不了也退不了。",
            "It has begun: nothing to book or cancel.",
        )


def _why(why: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= 200 or not why.isprintable():
        raise WrongInput(
            "clubs.why",
            "请写清为什么取消，200 字以内，对方会看到。",
            "Say why, in at most 200 characters; the other side will read it.",
            field="why",
        )
    return why


def _check(wanted: Wanted) -> None:
    catalogue, today = access.catalogue(wanted.catalogue), timezone.localdate()
    hosts = catalogue.labs if wanted.kind == LAB else catalogue.universities
    for wrong, name, zh, en in (
        (wanted.kind not in SLOT_KINDS, "kind", "请选一种。", "Choose a kind."),
        (wanted.host not in hosts, "host", "请选一所大学或者一个实验中心。", "Choose a university or lab."),
        (not 1 <= len(wanted.title.strip()) <= 100, "title", "请写讲什么、做什么，100 字以内。", "Say what about, in at most 100 characters."),
        (len(wanted.about) > 300, "about", "说明最多 300 字。", "At most 300 characters."),
        (len(wanted.place) > 100, "place", "地点最多 100 字。", "At most 100 characters."),
        (not today <= wanted.day <= today + AHEAD, "day", "日期从今天起，一年以内。", "From today, within a year."),
        (wanted.ends <= wanted.starts, "ends", "结束要比开始晚。", "It must end after it begins."),
        (not wanted.grades or not all(1 <= one <= 12 for one in wanted.grades), "grades", "年级写 1 到 12。", "Grades from 1 to 12."),
        (not 1 <= wanted.seats <= 2000, "seats", "座位写 1 到 2000。", "From 1 to 2,000 seats."),
        (not 1 <= wanted.classes <= 40, "classes", "班级数写 1 到 40。", "From 1 to 40 classes."),
    ):  # fmt: skip
        if wrong:
            raise WrongInput(
                f"clubs.{name}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=name
            )


def _tell(booking: Booking, said: Text, what: str) -> None:
    slot = booking.slot
    telling.tell(
        [booking.by],
        said,
        Text(
            f"{slot.day.month}月{slot.day.day}日 {slot.starts:%H:%M}，{slot.title}",
            f"{slot.day:%Y-%m-%d} {slot.starts:%H:%M}, {slot.title}",
        ),
        link="/school/bookings",
        key=f"lessons:{booking.pk}:{what}",
    )


def _record(slot: Slot, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    telling.record(telling.SLOT, slot.pk, kind, f"account:{by.pk}", facts)


def _changed() -> Conflict:
    return _refused(
        "clubs.changed",
        "这一次还没确认、还没开始，或者已经取消。请看最新的情况。",
        "It isn't confirmed yet, hasn't begun, or is cancelled. Look again.",
    )


def _refused(code: str, zh: str, en: str) -> Conflict:
    return Conflict(code, f"{zh}什么都没有改。", f"{en} Nothing was changed.")
