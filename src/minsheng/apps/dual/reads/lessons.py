"""The week, and one dual lesson with both sides: steps, who does what, materials, room, attendance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from minsheng.apps.dual import access
from minsheng.apps.dual.connect import meetings
from minsheng.apps.dual.models import CANCELLED, DualLesson, Mark, Pairing, Part
from minsheng.apps.dual.reads.pairings import DAYS
from minsheng.apps.dual.sealing import opened
from minsheng.apps.lessons import access as lesson_access
from minsheng.apps.lessons import reads as lessons
from minsheng.apps.lessons.models import LessonPlan
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import ACTIVE, TEACHER, SchoolUser
from minsheng.engines.lessons import Step, StepPattern, plan_from
from minsheng.lib.texts import Text

SMALLEST = 10
"""Counts of fewer pupils are not shown to who doesn't teach them (L)."""
STATES = {
    "planned": Text("还没上", "To come"),
    "running": Text("正在上", "Runs now"),
    "taught": Text("上完了", "Taught"),
    "cancelled": Text("不上了", "Called off"),
}
ROOMS = {
    "": Text("还没有开房间", "No room yet"),
    "asked": Text("正在开房间", "The room is being opened"),
    "ready": Text("房间开好了", "The room is open"),
    "failed": Text("房间没有开成，不影响上课", "The room couldn't be opened; teach on without it"),
    "closed": Text("房间关了", "The room is closed"),
}
MARKS = {
    "absent": Text("没来", "Absent"),
    "late": Text("迟到", "Late"),
    "excused": Text("请假", "Excused"),
}
WHY = {
    "meetings_silent": Text("会议系统没有回答，后台还在自动再试。", "The meeting system doesn't answer; it is tried again."),
    "meetings_refused": Text("会议系统不认我们的钥匙或请求，请告诉管理员。", "The meeting system refuses; tell the administrator."),
    "dual.no_meetings": Text("会议系统的设置没有了，请告诉管理员。", "No meeting system is set any more; tell the administrator."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A dual lesson in a list."""

    row: DualLesson
    state: Text


@dataclass(frozen=True, slots=True)
class WeekLine:
    """An hour of the week: when, of which pairing, the lesson that is set for it, or what is in the way.

    `note`: a holiday; "" where there is none.
    """

    pairing: Pairing
    day: date
    weekday: Text
    starts: time
    lesson: LessonLine | None
    note: Text
    may_set: bool


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday: its lines by day and hour."""

    starts: date
    lines: tuple[WeekLine, ...]


@dataclass(frozen=True, slots=True)
class PupilMark:
    """A pupil of one's own class, and whether they were there: "" means yes."""

    id: int
    seat: int
    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A class of the lesson. `pupils`: of one's own class alone. `there`: None for others under ten.

    `word` is what its teacher said afterwards, for the teachers of this lesson.
    """

    row: Part
    pupils: tuple[PupilMark, ...]
    there: int | None
    of: int | None
    is_mine: bool
    word: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: the plan's part, and what the lead and the local teacher do."""

    pattern: StepPattern
    step: Step
    lead: str
    far: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    """How the room stands, and as what this account may open it: pairs of part (0: lead, observer) and label."""

    connected: bool
    state: str
    said: Text
    why: Text
    doors: tuple[tuple[int, Text], ...]


@dataclass(frozen=True, slots=True)
class LessonView:
    """One dual lesson with both sides."""

    row: DualLesson
    state: Text
    steps: tuple[StepView, ...]
    parts: tuple[PartView, ...]
    room: RoomView
    materials: tuple[tuple[str, str], ...]
    may: frozenset[str]


def week_of(account: Account, *, on: date | None = None) -> Week:
    """Return the hours of a week in all pairings of this account, with lessons and holidays."""
    day = on or timezone.localdate()
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    pairings = list(
        access.pairings(account).filter(state="agreed", since__lte=sunday, until__gt=monday)
    )
    rows = (
        DualLesson.objects.filter(pairing__in=pairings, day__range=(monday, sunday))
        .exclude(state=CANCELLED)
        .select_related("plan", "teacher", "pairing__lead_school", "pairing__far_school")
    )
    taken = {(one.pairing_id, one.day, one.starts): one for one in rows}
    lines = [_week_line(one, one.pairing, one.day, one.starts, account) for one in taken.values()]
    for pairing in pairings:
        for slot in pairing.slots.all():
            at = monday + timedelta(days=slot.weekday)
            if not pairing.since <= at < pairing.until or (pairing.pk, at, slot.starts) in taken:
                continue
            lines.append(_week_line(None, pairing, at, slot.starts, account))
    return Week(monday, tuple(sorted(lines, key=lambda line: (line.day, line.starts))))


def lessons_of_teacher(account: Account, *, limit: int = 20) -> list[LessonLine]:
    """Return the dual lessons that this account may see, the newest first."""
    rows = DualLesson.objects.filter(pairing__in=access.pairings(account).values("pk"))
    rows = rows.select_related(
        "plan", "teacher", "pairing__lead_school", "pairing__far_school"
    ).order_by("-day", "-starts")
    return [LessonLine(one, STATES[one.state]) for one in rows[:limit]]


def lesson_view(dual_id: int, *, account: Account) -> LessonView:
    """Return one dual lesson; names of pupils only of one's own class."""
    row = access.require_dual(account, dual_id)
    plan = plan_from(row.plan.body)
    parts = [
        _part(one, account, row)
        for one in row.parts.select_related(
            "lesson__school_class__school", "lesson__teacher", "dual__pairing"
        ).order_by("-side", "pk")
    ]
    now = next((one.row.lesson.step for one in parts if one.row.lesson.step), "")
    steps = tuple(
        StepView(
            pattern,
            plan.steps.get(key, Step(minutes=0)),
            row.tasks.get(key, {}).get("lead", ""),
            row.tasks.get(key, {}).get("far", ""),
            key == now,
        )
        for key, pattern in lesson_access.pattern(row.plan.pattern).steps.items()
    )
    may = _may(row, account)
    return LessonView(
        row, STATES[row.state], steps, tuple(parts), _room(row, parts, account, may),
        tuple((one.title, one.link) for view in steps for one in view.step.materials), may,
    )  # fmt: skip


def held_about(account: Account) -> Iterator[tuple[Text, Text, str]]:
    """Yield when a pupil who signs in wasn't there, came late or was excused."""
    if account.person_id is None:
        return
    rows = Mark.objects.filter(pupil__person=account.person_id).select_related("part__dual__plan")
    for one in rows.order_by("-part__dual__day"):
        yield Text(one.part.dual.plan.title), MARKS[one.mark], f"{one.part.dual.day}"


def plans_for(pairing_id: int, *, account: Account) -> list[LessonPlan]:
    """Return the plans of its subject that the lead teacher may teach in a pairing, own ones first."""
    pairing = access.require_lead(account, pairing_id)
    rows = [*lessons.own_plans(account), *lessons.library(account)]
    return [one for one in rows if one.subject == pairing.subject]


def stand_ins(dual_id: int, *, account: Account) -> Mapping[str, tuple[Account, ...]]:
    """Return the teachers of each school who might stand in, by side."""
    row = access.require_dual(account, dual_id)
    return {
        side: tuple(
            one.account
            for one in SchoolUser.objects.filter(
                org=org, role=TEACHER, status=ACTIVE, account__is_active=True
            ).select_related("account").order_by("pk")
            if one.account is not None
        )
        for side, org in (("lead", row.pairing.lead_school), ("far", row.pairing.far_school))
    }  # fmt: skip


def _week_line(
    lesson: DualLesson | None, pairing: Pairing, day: date, starts: time, account: Account
) -> WeekLine:
    calendar = installed.calendar()
    holiday = not calendar.is_workday(day)
    note = Text("放假，不上", "Holiday: no lesson") if holiday else Text("")
    return WeekLine(
        pairing, day, DAYS[day.weekday()], starts,
        LessonLine(lesson, STATES[lesson.state]) if lesson else None, note,
        lesson is None and not holiday and pairing.lead_teacher_id == account.pk
        and day >= timezone.localdate(),
    )  # fmt: skip


def _part(part: Part, account: Account, dual: DualLesson) -> PartView:
    is_mine = access.sees_names(account, part)
    pupils: tuple[PupilMark, ...] = ()
    if is_mine:
        marks = dict(part.marks.values_list("pupil", "mark"))
        pupils = tuple(
            PupilMark(one.id, one.seat, one.name, marks.get(one.id, ""))
            for one in school_reads.pupils_in(part.lesson.school_class, on=dual.day)
        )
    shown = part.attended_at is not None and (is_mine or _is_large(part))
    word = opened(part.word) if access.teaches_in(account, dual) else ""
    return PartView(
        part, pupils, part.there if shown else None, part.of if shown else None,
        access.is_room_teacher(account, part), word,
    )  # fmt: skip


def _is_large(part: Part) -> bool:
    """Whether neither who was there nor who wasn't are so few that one might be known."""
    away = part.of - part.there
    return part.of >= SMALLEST and (away == 0 or away >= SMALLEST or part.there >= SMALLEST)


def _room(
    row: DualLesson, parts: list[PartView], account: Account, may: frozenset[str]
) -> RoomView:
    doors: list[tuple[int, Text]] = []
    if account.pk in (row.teacher_id, row.pairing.lead_teacher_id):
        doors.append((0, Text("以主讲进房间", "Enter as the lead")))
    for part in parts:
        if part.is_mine:
            title = part.row.lesson.school_class.title
            doors.append((part.row.pk, Text(f"{title}教室进房间", f"Enter as the room of {title}")))
    if not doors and (access.sides_led(account, row.pairing) or schools.is_bureau(account)):
        doors.append((0, Text("进房间听课", "Enter to look on")))
    return RoomView(
        meetings.is_connected(), row.room_state, ROOMS[row.room_state],
        WHY.get(row.room_error, Text("")), tuple(doors) if row.room_state == "ready" else (),
    )  # fmt: skip


def _may(row: DualLesson, account: Account) -> frozenset[str]:
    leads = account.pk in (row.teacher_id, row.pairing.lead_teacher_id)
    teaches = leads or access.teaches_in(account, row)
    found = set()
    if leads:
        found |= {
            "planned": {"begin", "move", "off"}, "running": {"step", "end", "ticket"},
            "taught": {"ticket"},
        }.get(row.state, set())  # fmt: skip
    if teaches and row.state in ("planned", "running"):
        found |= {"room", "other", "tasks"}
    if row.state == "planned" and (teaches or access.sides_led(account, row.pairing)):
        found.add("in")
    return frozenset(found)
