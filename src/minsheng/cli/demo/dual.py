"""Dual lessons of the demonstration (演示): 明德 4(1) with 青槐 4(2), three taught, one to come. Invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.dual import actions
from minsheng.apps.dual import reads as dual
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.mastery import reads as mastery_reads
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.schools import reads as schools
from minsheng.cli.demo.schools import SUBJECT
from minsheng.engines.items.items import Choice, Item, Judge, right_answer
from minsheng.engines.lessons import Material, Plan, Step

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

AT = time(14, 40)
TAUGHT = 3
MACHINE = ("choice", "judge", "number")
TASKS = {
    "situation": {"lead": "出示买校服的情境，先请远端班说想法", "far": "让两个组站起来说，话筒递到后排"},
    "activity": {"lead": "讲方格纸怎么摆，看两边的摆法", "far": "巡视，把摆法不一样的两份举到镜头前"},
    "assessment": {"lead": "同时发出门条", "far": "收平板，提醒没交的"},
}  # fmt: skip
WORDS = (
    "后排看不清白板，下次请把字写大一点。",
    "孩子们敢举手了，镜头切过来的时候很兴奋。",
    "摆方格纸多用了三分钟，出门条有点赶。",
)
PLAN = Plan(
    title="乘法分配律", aim="会正着用、反着用，说得出为什么", skills=("distributive-law",),
    steps={
        "situation": Step(minutes=5, teacher="买校服：上衣和裤子各 25 件，一共多少钱？"),
        "question": Step(minutes=10, teacher="两种算法为什么一样？", questions=("哪种算得快？",)),
        "activity": Step(
            minutes=13, pupils="用方格纸摆一摆", materials=(Material("方格纸"),), practice=4,
            skills=("distributive-law",),
        ),
        "assessment": Step(minutes=7, teacher="出门条", practice=3),
        "digital": Step(minutes=5, pupils="各做各的下一题"),
    },
)  # fmt: skip


def begin(on: date, *, seed: int = 1) -> int:
    """Pair the two classes, teach three lessons with tickets, set one, and return how many there are."""
    who = {name: people.account_by_username(name) for name in ("kongrui", "qiaoyu", "tanmei")}
    near, far = (schools.school_class(key) for key in ("mingde-4-1", "qinghuai-4-2"))
    head, lead, local = who["kongrui"], who["qiaoyu"], who["tanmei"]
    if near is None or far is None or head is None or lead is None or local is None:
        return 0
    days = list(_workdays(on))
    proposed = actions.Proposed(
        subject=SUBJECT, lead_teacher=lead.pk, lead=((near.pk, lead.pk),),
        far=((far.pk, local.pk),), since=on - timedelta(days=60), until=on + timedelta(days=150),
    )  # fmt: skip
    made = actions.propose(proposed, by=head)
    actions.set_timetable(made.pk, [(1, AT), (3, AT)], by=head)
    plan = lessons.save_plan(lessons.Drafted(subject=SUBJECT, plan=PLAN), by=lead)
    random = Random(f"dual {seed}")  # noqa: S311 - invented answers, not secrets
    for at, day in enumerate(days[:TAUGHT]):
        one = actions.set_lesson(made.pk, plan.pk, day, AT, by=lead, why="演示的课", today=day)
        _teach(one.pk, day, lead, local, random, WORDS[at])
    coming = actions.set_lesson(made.pk, plan.pk, days[-1], AT, by=lead, why="演示的课")
    actions.set_tasks(coming.pk, TASKS, by=lead)
    actions.say_other_way(coming.pk, "会议系统没接好时，拨 023-0000 0000（演示号码）", by=local)
    return TAUGHT + 1


def _teach(
    dual_id: int, day: date, lead: Account, local: Account, random: Random, words: str
) -> None:
    begun = datetime.combine(day, AT, timezone.get_current_timezone())
    actions.set_tasks(dual_id, TASKS, by=lead)
    actions.begin(dual_id, by=lead, at=begun)
    actions.give_ticket(dual_id, _items(), by=lead)
    actions.end(dual_id, by=lead, at=begun + timedelta(minutes=40))
    for part in dual.lesson_view(dual_id, account=lead).parts:
        teacher = lead if part.row.side == "lead" else local
        pupils = schools.pupils_in(part.row.lesson.school_class)
        away = random.choice(pupils).id
        actions.keep_attendance(part.row.pk, {away: "excused"}, by=teacher)
        work = part.row.lesson.ticket
        if work is None:
            continue
        share = 0.8 if part.row.side == "lead" else 0.65
        for pupil in pupils:
            if pupil.id == away:
                mastery.excuse(work.pk, pupil.id, by=teacher)
                continue
            items = [item_of(key) for key in work.items]
            said = {one.key: _answer(one, random.random() < share) for one in items}
            mastery.type_in(work.pk, pupil.id, said, by=teacher)
        mastery.close_work(work.pk, by=teacher)
        if part.row.side == "far":
            actions.say_word(part.row.pk, words, by=local)


def item_of(key: str) -> Item:
    """Return an item of the demonstration's subject."""
    return installed.packs().subjects[SUBJECT].items[key]


def _items() -> list[str]:
    found = mastery_reads.suggested_items(SUBJECT, PLAN.skills, count=8, seconds=600)
    return [one.key for one in found if one.kind in MACHINE][:3]


def _answer(item: Item, is_right: bool) -> str:
    """Return the right answer, or another."""
    truth = str(right_answer(item))
    if is_right:
        return truth
    match item:
        case Judge():
            return "false" if truth == "true" else "true"
        case Choice():
            return next(letter for letter in item.options if letter != truth)
    return f"{truth}0"


def _workdays(on: date) -> Iterator[date]:
    """Yield three working days of the last weeks, the earliest first, and the next one to come."""
    calendar = installed.calendar()
    for back in (15, 9, 4):
        yield calendar.next_workday(on - timedelta(days=back))
    yield calendar.next_workday(on + timedelta(days=1))
