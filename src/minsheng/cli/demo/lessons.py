"""Lessons of the demonstration (演示): a plan with two versions, one taught and observed, one to come. Invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.lessons import actions, reads
from minsheng.apps.people import reads as people
from minsheng.apps.schools import reads as schools
from minsheng.cli.demo.schools import SUBJECT
from minsheng.engines.lessons import Material, Plan, Step

if TYPE_CHECKING:
    from minsheng.apps.lessons.models import Lesson
    from minsheng.apps.people.models import Account

CLASS = "qinghuai-4-2"
FIRST = Plan(
    title="乘法分配律",
    aim="看得出两种算法为什么一样；会正着用、反着用乘法分配律。",
    skills=("distributive-law",),
    steps={
        "situation": Step(
            minutes=5,
            teacher="四（2）班要订校服：上衣 65 元，裤子 35 元，25 人各订一套，一共多少钱？",
            pupils="各自列式，说说先算什么。",
        ),
        "question": Step(
            minutes=10,
            teacher="把两种列法写在一起，等学生自己发现。",
            questions=("两种算法的结果为什么一样？", "换别的数还一样吗？", "什么时候这样算更快？"),
        ),
        "activity": Step(
            minutes=13,
            pupils="小组用方格纸摆长方形，把 (a+b)×c 和 a×c+b×c 摆给别人看；再一起做几道。",
            materials=(Material("方格纸"), Material("彩色笔")),
            skills=("multiplication-laws", "distributive-law"),
            practice=4,
        ),
        "assessment": Step(minutes=7, teacher="出门条，当场看谁会了。", practice=3),
        "digital": Step(minutes=5, pupils="平板上各做各的下一题。"),
    },
)
BETTER = replace(
    FIRST,
    steps={
        **FIRST.steps,
        "question": replace(FIRST.steps["question"], minutes=8),
        "activity": replace(
            FIRST.steps["activity"],
            minutes=15,
            pupils="先用方格纸摆 25 套校服，再摆长方形，把 (a+b)×c 和 a×c+b×c 讲给别人听；再一起做几道。",
            practice=6,
        ),
    },
)
WHY = "第三步不够时间，没会的主要是没摆过。"
LIKES = {"situation": 3, "question": 2, "activity": 3, "assessment": 3, "digital": 2}


def begin(on: date) -> Mapping[str, int]:
    """Write two plans, teach one lesson some days ago, and set the next; return how many lessons."""
    teacher = _account("tanmei")
    drafted = actions.Drafted(subject=SUBJECT, plan=FIRST)
    first = actions.save_plan(drafted, by=teacher)
    other = actions.save_plan(replace(drafted, plan=replace(FIRST, title="乘法分配律（拼图形）")), by=_account("kelan"))  # fmt: skip
    actions.share_plan(other.pk, "school", by=_account("kelan"))
    school_class = schools.school_class(CLASS)
    if school_class is None:
        raise LookupError(CLASS)
    taught = actions.set_lesson(
        first.pk, school_class.pk, on - timedelta(days=1), time(9), by=teacher
    )
    _teach(taught, teacher, on - timedelta(days=1))
    newer = actions.revise_plan(first.pk, replace(drafted, plan=BETTER, why=WHY), by=teacher)
    actions.share_plan(newer.pk, "district", by=teacher)
    actions.set_lesson(newer.pk, school_class.pk, on, time(10), by=teacher)
    return {"lessons": 2}


def _teach(lesson: Lesson, teacher: Account, day: date) -> None:
    """Go through a lesson with a step that takes too long, and two colleagues who look on."""
    start = datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone())
    actions.begin_lesson(lesson.pk, by=teacher, at=start)
    at, late = start, {"question": 0, "activity": 1, "assessment": 4, "digital": 0}
    for (_, before), key in zip(FIRST.steps.items(), late, strict=False):
        at += timedelta(minutes=before.minutes + late[key])
        actions.go_to_step(lesson.pk, key, by=teacher, at=at)
    actions.end_lesson(lesson.pk, by=teacher, at=start + timedelta(minutes=42))
    for username, kinder in (("kelan", 0), ("shaoqing", 1)):
        colleague = _account(username)
        actions.invite(lesson.pk, colleague.pk, by=teacher)
        sheet = reads.sheet_of(lesson.pk, account=colleague)
        scores = {
            one.name: max(
                1, min(3, LIKES[one.step] + (at % 3 == 2) - kinder * (one.step == "question"))
            )
            for at, one in enumerate(sheet.pattern.questions())
        }
        advice = "第三步再多给三分钟，让没摆过的学生也摆一次。"
        actions.submit_sheet(lesson.pk, scores, {}, advice, by=colleague)
    actions.reflect(lesson.pk, "第二步问得太快，下次少问一个，多等一会儿。", by=teacher)


def _account(username: str) -> Account:
    found = people.account_by_username(username)
    if found is None:
        raise LookupError(username)
    return found
