"""The ledger at the first start: every plan of the packs, and a dozen invented entries (演示).

What the plans' sources leave open stays open. Everything with a sum or a day here is invented and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.projects import actions
from minsheng.apps.projects.actions import NewEntry, NewMilestone, Shown
from minsheng.lib.texts import Text

STEPS = (
    (Text("定方案", "Plan agreed"), 2),
    (Text("进场", "Work begun"), 1),
    (Text("完工", "Work finished"), 5),
    (Text("试用", "Tried out"), 2),
)


@dataclass(frozen=True, slots=True)
class _Work:
    """One invented entry: where, when it began and is due (days from today), how many steps are done."""

    title: Text
    kind: str
    owner: str
    area: str
    begins: int
    due: int
    done: int
    yuan: int
    spent: int | None
    public: bool = True


WORKS = (
    _Work(Text("东坡村路灯更换（演示）", "Street lamps of Dongpo (demonstration)"), "project", "construction.works", "qinghuai.dongpo", -80, 40, 2, 180_000, 60_000),
    _Work(Text("桥头社区雨棚加固（演示）", "Canopies of Qiaotou (demonstration)"), "project", "construction.works", "shiqiao.qiaotou", -60, -3, 2, 95_000, 88_000),
    _Work(Text("白鹭社区电梯加装协调（演示）", "A lift for Bailu (demonstration)"), "task", "construction.works", "hanguang.bailu", -30, 60, 1, 420_000, None),
    _Work(Text("云雾村便民桥护栏（演示）", "Railings of the footbridge of Yunwu (demonstration)"), "task", "construction.works", "meiling.yunwu", -45, 5, 3, 38_000, 21_000),
    _Work(Text("溪口社区排水沟清淤（演示）", "Drains of Xikou (demonstration)"), "problem", "construction.works", "luxi.xikou", -20, 12, 0, 26_000, 9_000),
    _Work(Text("春溪社区小学操场翻新（演示）", "A playground of Chunxi (demonstration)"), "project", "education.projects", "yunqi.chunxi", -90, 30, 3, 860_000, 510_000),
    _Work(Text("晨曦社区幼儿园围墙（演示）", "A kindergarten's wall in Chenxi (demonstration)"), "project", "education.projects", "xingguang.chenxi", -50, 20, 1, 150_000, 90_000),
    _Work(Text("湖滨社区小学教室照明（演示）", "Lights of classrooms in Hubin (demonstration)"), "project", "education.projects", "jinhu.hubin", -70, -10, 4, 240_000, 236_500),
    _Work(Text("科创社区校门口过街安全（演示）", "A safe crossing at a school in Kechuang (demonstration)"), "problem", "education.projects", "jinhu.kechuang", -15, 45, 0, 60_000, None),
    _Work(Text("良田村文化广场（演示）", "A square for Liangtian (demonstration)"), "project", "construction.works", "luxi.liangtian", -100, 80, 2, 320_000, 70_000),
)  # fmt: skip


def fill(on: date) -> int:
    """Open every plan and the invented entries, and return how many entries there are."""
    leader = people.accounts_of("office.leader")[0]
    opened = sum(actions.open_plan(slug, by=leader) for slug in packs().plans)
    for work in WORKS:
        _carry_out(work, on)
    return opened + len(WORKS)


def _carry_out(work: _Work, on: date) -> None:
    by = people.accounts_of(work.owner)[0]
    length = work.due - work.begins
    milestones = [
        NewMilestone(
            title=title,
            due=on + timedelta(days=work.begins + length * part // len(STEPS)),
            weight=weight,
        )
        for part, (title, weight) in enumerate(STEPS, 1)
    ]
    entry = actions.open_entry(
        NewEntry(
            title=work.title,
            kind=work.kind,
            scope="演示数据，全部虚构。",
            owner=work.owner,
            checker="office.ledger",
            due=on + timedelta(days=work.due),
            area=work.area,
            planned_fen=work.yuan * 100,
            approved_fen=work.yuan * 100,
            is_public=work.public,
            milestones=milestones,
        ),
        by=by,
    )
    for number in range(1, work.done + 1):
        shown = Shown(f"{STEPS[number - 1][0].zh}了，现场看过。")
        actions.finish_milestone(entry.number, f"m{number}", shown, by=by)
    if work.spent is not None:
        actions.report_money(entry.number, work.spent * 100, by=by)
    if work.done == len(STEPS):
        actions.ask_check(entry.number, Shown("四步都办完，凭据齐了。"), by=by)
