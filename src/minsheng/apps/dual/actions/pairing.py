"""Two schools agree to teach a subject together, and when in the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from minsheng.apps.dual import access
from minsheng.apps.dual.actions import telling
from minsheng.apps.dual.models import (
    AGREED,
    DECLINED,
    ENDED,
    FAR,
    LEAD,
    PROPOSED,
    RUNNING,
    Pairing,
    PairingClass,
    Slot,
)
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import ACTIVE, Org, SchoolClass
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

MOST_CLASSES = 8
"""With the lead and an observer a room stays within ten endpoints."""
LONGEST = timedelta(days=366)
MOST_SLOTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """Who is to teach with whom. `lead` and `far`: class and who stands in its room, by id."""

    subject: str
    lead_teacher: int
    lead: tuple[tuple[int, int], ...]
    far: tuple[tuple[int, int], ...]
    since: date
    until: date


def propose(proposed: Proposed, *, by: Account) -> Pairing:
    """Return a new pairing, which counts when a head of each school has agreed; `by` has for their own.

    Raises WrongInput with the field, NotAllowed for who leads neither school.
    """
    if not school_reads.schools_led(by):
        raise _heads_propose()
    shelf(proposed.subject)
    if not proposed.since < proposed.until <= proposed.since + LONGEST:
        raise _wrong(
            "until", "请写清从哪天到哪天，最长一年。", "Say from when to when, a year at most."
        )
    if (
        not (proposed.lead and proposed.far)
        or len(proposed.lead) + len(proposed.far) > MOST_CLASSES
    ):
        raise _wrong(
            "far",
            f"两边各选至少一个班，一共最多 {MOST_CLASSES} 个（一个房间放不下更多教室）。",
            f"Choose a class or more on each side, {MOST_CLASSES} at most: a room holds no more.",
        )
    sides = {LEAD: _classes(proposed.lead, "lead"), FAR: _classes(proposed.far, "far")}
    lead, far = (_one_school([one for one, _ in sides[side]], side) for side in (LEAD, FAR))
    if lead.pk == far.pk:
        raise _wrong("far", "请选另一所学校的班。", "Choose classes of another school.")
    teacher = next(
        (one for found, _ in sides[LEAD][:1] for one in school_reads.teachers_of(found)
         if one.pk == proposed.lead_teacher), None,
    )  # fmt: skip
    if teacher is None:
        raise _wrong(
            "lead_teacher",
            "主讲老师要教主讲这边的第一个班。",
            "The lead teacher teaches the first lead class.",
        )
    pairing = Pairing(
        lead_school=lead, far_school=far, subject=proposed.subject, lead_teacher=teacher,
        since=proposed.since, until=proposed.until, proposed_by=by,
    )  # fmt: skip
    mine = access.sides_led(by, pairing)
    if not mine:
        raise _heads_propose()
    with transaction.atomic():
        pairing.save()
        PairingClass.objects.bulk_create(
            PairingClass(pairing=pairing, school_class=found, side=side, teacher=who)
            for side, rows in sides.items()
            for found, who in rows
        )
        _agree(pairing, mine, by)
        telling.record(
            telling.PAIRING, pairing.pk, "proposed", f"account:{by.pk}",
            {"lead": lead.pk, "far": far.pk, "classes": len(proposed.lead) + len(proposed.far)},
        )  # fmt: skip
    return pairing


def agree(pairing_id: int, *, by: Account) -> Pairing:
    """Agree for the schools that this account leads. Twice is once; Conflict when it was declined."""
    found, sides = access.require_head(by, pairing_id)
    with transaction.atomic():
        pairing = _locked(found.pk)
        if pairing.state in (DECLINED, ENDED):
            raise _over()
        _agree(pairing, sides, by)
    return pairing


def decline(pairing_id: int, why: str, *, by: Account) -> Pairing:
    """Decline a proposal, with a reason the other side reads."""
    found, _ = access.require_head(by, pairing_id)
    reason = _reason(why)
    with transaction.atomic():
        pairing = _locked(found.pk)
        if pairing.state != PROPOSED:
            raise _over()
        pairing.state, pairing.why = DECLINED, reason
        pairing.save(update_fields=["state", "why"])
        telling.record(telling.PAIRING, pairing.pk, "declined", f"account:{by.pk}", {})
        _tell(pairing, Text("双师结对没有同意", "A pairing was declined"), by, "declined")
    return pairing


def end_pairing(pairing_id: int, why: str, *, by: Account) -> Pairing:
    """End a pairing before its time: either head may. A lesson that runs is finished first."""
    found, _ = access.require_head(by, pairing_id)
    reason = _reason(why)
    with transaction.atomic():
        pairing = _locked(found.pk)
        if pairing.state not in (PROPOSED, AGREED):
            raise _over()
        if pairing.lessons.filter(state=RUNNING).exists():
            raise Conflict(
                "dual.runs", "有一节双师课正在上，下课以后再结束。",
                "A lesson runs; end the pairing afterwards.",
            )  # fmt: skip
        pairing.state, pairing.why = ENDED, reason
        pairing.save(update_fields=["state", "why"])
        telling.record(telling.PAIRING, pairing.pk, "ended", f"account:{by.pk}", {})
        _tell(pairing, Text("双师结对结束了", "A pairing has ended"), by, "ended")
    return pairing


def set_timetable(
    pairing_id: int, hours: Sequence[tuple[int, time]], *, by: Account, minutes: int = 40
) -> list[Slot]:
    """Set the hours of the week at which both sides have this lesson, in place of those before.

    By the lead teacher or a head. Raises Conflict where a class is in another pairing at that hour.
    """
    pairing = access.require_pairing(by, pairing_id)
    if pairing.lead_teacher_id != by.pk:
        pairing, _ = access.require_head(by, pairing_id)
    days = list(dict.fromkeys(hours))
    if not 1 <= len(days) <= MOST_SLOTS or not all(0 <= day <= 6 for day, _ in days):
        raise _wrong(
            "weekday", f"一周选 1 到 {MOST_SLOTS} 节。", f"Choose 1 to {MOST_SLOTS} hours a week."
        )
    if not 20 <= minutes <= 120:
        raise _wrong("minutes", "一节课 20 到 120 分钟。", "A lesson takes 20 to 120 minutes.")
    with transaction.atomic():
        pairing = _locked(pairing.pk)
        if pairing.state not in (PROPOSED, AGREED):
            raise _over()
        classes = pairing.classes.values("school_class")
        others = Slot.objects.filter(
            pairing__classes__school_class__in=classes, pairing__state__in=(PROPOSED, AGREED),
            pairing__since__lt=pairing.until, pairing__until__gt=pairing.since,
        ).exclude(pairing=pairing)  # fmt: skip
        # Both pairings lock their classes in one order, so that two can't slip past each other.
        list(SchoolClass.objects.select_for_update().filter(pk__in=classes).order_by("pk"))
        taken = [(one.weekday, one.starts, one.minutes) for one in others]
        for at, (day, starts) in enumerate(days):
            own = [(*other, minutes) for other in days[:at]]
            if any(day == other and _overlap(starts, minutes, begun, length)
                   for other, begun, length in (*taken, *own)):  # fmt: skip
                raise Conflict(
                    "dual.slot_taken",
                    "这个时间有一个班已经有别的双师课，课表没有改。请换一节。",
                    "A class has another dual lesson at that hour; nothing was changed.",
                )
        pairing.slots.all().delete()
        made = Slot.objects.bulk_create(
            Slot(pairing=pairing, weekday=day, starts=starts, minutes=minutes)
            for day, starts in days
        )
        telling.record(
            telling.PAIRING, pairing.pk, "timetable", f"account:{by.pk}", {"hours": len(made)}
        )
        _tell(pairing, Text("双师课表改了", "The timetable of dual lessons changed"), by,
              f"slots:{'.'.join(f'{day}{starts:%H%M}' for day, starts in days)}")  # fmt: skip
    return made


def _agree(pairing: Pairing, sides: Sequence[str], by: Account) -> None:
    news = False
    for side in sides:
        if getattr(pairing, f"{side}_agreed_by_id") is None:
            setattr(pairing, f"{side}_agreed_by", by)
            news = True
            telling.record(
                telling.PAIRING, pairing.pk, "agreed", f"account:{by.pk}", {"side": side}
            )
    if pairing.lead_agreed_by_id and pairing.far_agreed_by_id:
        pairing.state = AGREED
    pairing.save()
    if not news:
        return
    if pairing.state == AGREED:
        _tell(pairing, Text("双师结对定下来了", "A pairing is agreed"), by, "agreed")
    else:
        telling.tell(
            telling.heads_of(pairing.lead_school, pairing.far_school),
            Text("有一个双师结对等您同意", "A pairing waits for your word"),
            Text("请看班级、老师和时间。", "See classes, teachers and time."),
            link=f"/school/dual/pairings/{pairing.pk}", key=f"dual:{pairing.pk}:proposed", but=by,
        )  # fmt: skip


def _classes(rows: Sequence[tuple[int, int]], field: str) -> list[tuple[SchoolClass, Account]]:
    found = []
    for class_id, teacher_id in dict(rows).items():
        one = (
            SchoolClass.objects.select_related("school__parent")
            .filter(pk=class_id, status=ACTIVE)
            .first()
        )
        teachers = {} if one is None else {who.pk: who for who in school_reads.teachers_of(one)}
        if one is None or teacher_id not in teachers:
            raise _wrong(
                field, "站在教室里的老师要教这个班。请重新选班和老师。",
                "The teacher in a room teaches that class. Choose again.",
            )  # fmt: skip
        found.append((one, teachers[teacher_id]))
    return found


def _one_school(classes: Sequence[SchoolClass], field: str) -> Org:
    orgs = {one.school_id: one.school for one in classes}
    if len(orgs) != 1:
        raise _wrong(field, "一边的班要在同一所学校。", "The classes of a side are at one school.")
    return next(iter(orgs.values()))


def _locked(pk: int) -> Pairing:
    return (
        Pairing.objects.select_for_update(of=("self",))
        .select_related("lead_school", "far_school", "lead_teacher")
        .get(pk=pk)
    )


def _overlap(starts: time, minutes: int, other: time, length: int) -> bool:
    day = date(2000, 1, 3)
    one, two = datetime.combine(day, starts), datetime.combine(day, other)
    return one < two + timedelta(minutes=length) and two < one + timedelta(minutes=minutes)


def _reason(why: str) -> str:
    words = why.strip()
    if not words or len(words) > 200:
        raise _wrong(
            "why", "请写一句为什么，200 字以内，对方会看到。", "Say why, in at most 200 characters."
        )
    return words


def _tell(pairing: Pairing, title: Text, by: Account, what: str) -> None:
    telling.tell(
        [*telling.heads_of(pairing.lead_school, pairing.far_school), *telling.teachers_of(pairing)],
        title,
        Text("请打开“双师”看。", "See it under Dual."),
        link=f"/school/dual/pairings/{pairing.pk}",
        key=f"dual:{pairing.pk}:{what}",
        but=by,
    )


def _heads_propose() -> NotAllowed:
    return NotAllowed(
        "dual.heads_propose",
        "结对由两边学校的校长来提。您是老师？请校长提。",
        "A pairing is proposed by the head of one of the schools. Ask yours.",
    )


def _over() -> Conflict:
    return Conflict(
        "dual.pairing_over",
        "这个结对已经定了或者结束了，没有改。请看最新的。",
        "This pairing is settled or over; nothing was changed.",
    )


def _wrong(field: str, zh: str, en: str) -> WrongInput:
    return WrongInput("dual.pairing", f"{zh}别的都还在。", f"{en} The rest is kept.", field=field)
