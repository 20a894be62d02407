"""A dual lesson is set, moved, called off; somebody stands in; who does what in each step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.dual import access
from minsheng.apps.dual.actions import telling
from minsheng.apps.dual.actions.rooms import end_later
from minsheng.apps.dual.models import (
    AGREED,
    CANCELLED,
    LEAD,
    PLANNED,
    SIDES,
    DualLesson,
    Pairing,
    Part,
)
from minsheng.apps.lessons import access as lesson_access
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import ACTIVE, TEACHER, SchoolClass, SchoolUser
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text, day_said

LONGEST = 300


def set_lesson(
    pairing_id: int, plan_id: int, day: date, starts: time, *, by: Account, why: str = "",
    today: date | None = None,
) -> DualLesson:  # fmt: skip
    """Return a new dual lesson: one plan, and a lesson for each class of both sides.

    At an hour of the timetable, or with `why` at another; on a working day of the pairing's time.
    Raises Conflict where a class has a lesson then, WrongInput with the field.
    """
    pairing = access.require_lead(by, pairing_id)
    plan = lesson_access.require_plan(by, plan_id)
    if plan.subject != pairing.subject:
        raise _wrong("plan", "请选这门课的教案。", "Choose a plan of this subject.")
    with transaction.atomic():
        pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
        minutes = _minutes(pairing, day, starts, why, today or timezone.localdate())
        made = DualLesson.objects.create(
            pairing=pairing, plan=plan, teacher=by, day=day, starts=starts, minutes=minutes,
            why=why.strip()[:200],
        )  # fmt: skip
        made.room = f"dual-{made.pk}-{day:%Y%m%d}"
        made.save(update_fields=["room"])
        rows = list(
            pairing.classes.select_related("school_class__school", "teacher").order_by(
                "-side", "pk"
            )
        )
        list(
            SchoolClass.objects.select_for_update()
            .filter(pk__in=[one.school_class_id for one in rows])
            .order_by("pk")
        )
        found = lessons.set_for(
            plan.pk, [(one.school_class, one.teacher) for one in rows], day, starts, by=by,
            minutes=minutes,
        )  # fmt: skip
        Part.objects.bulk_create(
            Part(dual=made, side=one.side, lesson=lesson)
            for one, lesson in zip(rows, found, strict=True)
        )
        _record(made, "set", by, {"day": day.isoformat(), "classes": len(found)})
        _tell(made, Text("排了一节双师课", "A dual lesson is set"), by, "set")
    return made


def move(dual_id: int, day: date, starts: time, why: str, *, by: Account) -> DualLesson:
    """Move a dual lesson that hasn't begun, for a reason that everybody reads."""
    with transaction.atomic():
        dual = _locked(dual_id, by)
        if not why.strip():
            raise _wrong("why", "请写一句为什么改，两边都会看到。", "Say why; both sides read it.")
        _minutes(dual.pairing, day, starts, why, timezone.localdate())
        parts = list(dual.parts.select_related("lesson__school_class"))
        for part in parts:
            if lessons.clashes(
                part.lesson.school_class_id, day, starts, dual.minutes, but=part.lesson_id
            ):
                raise Conflict(
                    "lessons.taken",
                    f"{part.lesson.school_class.title}那个时间有别的课，没有改。请换个时间。",
                    f"{part.lesson.school_class.title} has a lesson at that time; nothing was changed.",
                )
        for part in parts:
            lessons.move(part.lesson, day, starts, by=by)
        dual.day, dual.starts, dual.why = day, starts, why.strip()[:200]
        dual.save(update_fields=["day", "starts", "why"])
        _record(dual, "moved", by, {"day": day.isoformat()})
        _tell(
            dual,
            Text("双师课改时间了", "A dual lesson was moved"),
            by,
            f"moved:{day}:{starts:%H%M}",
        )
    return dual


def call_off(dual_id: int, why: str, *, by: Account) -> DualLesson:
    """Call a dual lesson off before it began, for a reason that everybody reads. Twice is once."""
    access.require_running_it(by, dual_id)
    with transaction.atomic():
        dual = DualLesson.objects.select_for_update(of=("self",)).get(pk=dual_id)
        if dual.state == CANCELLED:
            return dual
        dual = _locked(dual_id, by)
        if not why.strip():
            raise _wrong(
                "why", "请写一句为什么不上，两边都会看到。", "Say why; both sides read it."
            )
        for part in dual.parts.select_related("lesson__teacher"):
            lessons.call_off(part.lesson_id, by=part.lesson.teacher)
        dual.state, dual.why = CANCELLED, why.strip()[:200]
        dual.save(update_fields=["state", "why"])
        end_later(dual)
        _record(dual, "cancelled", by, {})
        _tell(dual, Text("双师课不上了", "A dual lesson is called off"), by, "off")
    return dual


def stand_in(dual_id: int, part_id: int, teacher_id: int, *, by: Account) -> DualLesson:
    """Let a colleague of that school stand in: for the lead (`part_id` 0) or in the room of a class.

    By the lead teacher, by whoever is replaced, or by a head of that school.
    """
    dual = access.require_dual(by, dual_id)
    part = dual.parts.select_related("lesson__school_class__school", "lesson__teacher").filter(
        pk=part_id
    ).first()  # fmt: skip
    if part_id and part is None:
        raise access.no_such_lesson()
    side = part.side if part else LEAD
    replaced = part.lesson.teacher_id if part else dual.teacher_id
    if by.pk != replaced and side not in access.sides_led(by, dual.pairing):
        access.require_running_it(by, dual_id)
    school = dual.pairing.lead_school if side == LEAD else dual.pairing.far_school
    row = (
        SchoolUser.objects.filter(
            org=school, role=TEACHER, status=ACTIVE, account=teacher_id, account__is_active=True
        )
        .select_related("account")
        .first()
    )
    if row is None or row.account is None:
        raise _wrong("teacher", "请选这所学校的老师来代课。", "Choose a teacher of that school.")
    with transaction.atomic():
        locked = _planned(dual_id)
        if replaced == locked.teacher_id:  # in the lead's own class the lesson goes along
            locked.teacher = row.account
            locked.save(update_fields=["teacher"])
        if part is not None:
            lessons.hand_over(part.lesson, row.account, by=by)
        _record(locked, "stands_in", by, {"part": part_id, "to": teacher_id})
        _tell(
            locked, Text("双师课换了老师", "Somebody stands in"), by, f"in:{part_id}:{teacher_id}"
        )
    return locked


def set_tasks(dual_id: int, tasks: Mapping[str, Mapping[str, str]], *, by: Account) -> DualLesson:
    """Keep what the lead and the local teacher do in each step; steps of the plan's pattern only."""
    dual = access.require_dual(by, dual_id)
    if not access.teaches_in(by, dual):
        access.require_running_it(by, dual_id)
    steps = lesson_access.pattern(dual.plan.pattern).steps
    kept: dict[str, dict[str, str]] = {}
    for key, sides in tasks.items():
        if key not in steps or not set(sides) <= set(SIDES):
            raise _wrong("tasks", "没有这一步，请刷新再写。", "There is no such step.")
        if any(len(words) > LONGEST for words in sides.values()):
            raise _wrong(
                f"{key}", f"每格最多 {LONGEST} 字。", f"At most {LONGEST} characters each."
            )
        said = {side: words.strip() for side, words in sides.items() if words.strip()}
        if said:
            kept[key] = said
    with transaction.atomic():
        locked = DualLesson.objects.select_for_update(of=("self",)).get(pk=dual_id)
        locked.tasks = kept
        locked.save(update_fields=["tasks"])
        _record(locked, "tasks", by, {"steps": len(kept)})
    return locked


def _minutes(pairing: Pairing, day: date, starts: time, why: str, today: date) -> int:
    """Return how long a lesson at that time is; raises where there is none."""
    if pairing.state != AGREED:
        raise Conflict(
            "dual.not_agreed",
            "两边校长都同意了才能排课。",
            "Lessons are set once both heads have agreed.",
        )
    if not pairing.since <= day < pairing.until:
        raise _wrong("day", "这一天不在结对的时间里。", "That day lies outside the pairing.")
    if day < today:
        raise _wrong("day", "这一天已经过了。", "That day has passed.")
    if not installed.calendar().is_workday(day):
        raise _wrong(
            "day", "这一天放假，不上课。请换一天。", "That day is a holiday. Choose another."
        )
    slot = pairing.slots.filter(weekday=day.weekday(), starts=starts).first()
    if slot is None and not why.strip():
        raise _wrong(
            "why", "这不是课表上的时间。要临时加一节，请写一句为什么。",
            "That isn't an hour of the timetable. Say why, to set one more.",
        )  # fmt: skip
    return slot.minutes if slot else 40


def _locked(dual_id: int, by: Account) -> DualLesson:
    access.require_running_it(by, dual_id)
    return _planned(dual_id)


def _planned(dual_id: int) -> DualLesson:
    dual = (
        DualLesson.objects.select_for_update(of=("self",))
        .select_related("pairing__lead_teacher", "plan", "teacher")
        .get(pk=dual_id)
    )
    if dual.state != PLANNED:
        raise Conflict(
            "dual.begun", "这节课已经上了或者取消了，不能改。",
            "This lesson has begun or is called off.",
        )  # fmt: skip
    return dual


def _tell(dual: DualLesson, title: Text, by: Account, what: str) -> None:
    when = day_said(dual.day)
    body = Text(
        f"{when.zh} {dual.starts:%H:%M}，{dual.plan.title}",
        f"{when.to('en')}, {dual.starts:%H:%M}: {dual.plan.title}",
    )
    telling.tell(
        telling.of_lesson(dual), title, body, link=f"/school/dual/lessons/{dual.pk}",
        key=f"dual:lesson:{dual.pk}:{what}", but=by,
    )  # fmt: skip


def _record(dual: DualLesson, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    telling.record(telling.LESSON, dual.pk, kind, f"account:{by.pk}", facts)


def _wrong(field: str, zh: str, en: str) -> WrongInput:
    return WrongInput("dual.lesson", f"{zh}别的都还在。", f"{en} The rest is kept.", field=field)


def ends(dual: DualLesson) -> datetime:
    """Return when a dual lesson ends by its timetable, in the district's time."""
    begun = datetime.combine(dual.day, dual.starts, timezone.get_current_timezone())
    return begun + timedelta(minutes=dual.minutes)
