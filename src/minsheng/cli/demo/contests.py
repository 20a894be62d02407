"""Invented contests (演示): one that has ended, with judges of known severity; one being judged; one open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from minsheng.apps.contests import actions, reads
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.installed import packs
from minsheng.apps.schools import actions as schools
from minsheng.engines.rosters import Roster, UserRow

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

RUNNER, CHAIR = "shaoqing", "duping"
TEACHERS = {
    "zenglin": ("曾琳", "ps.hanguang"), "fujie": ("傅洁", "ps.beidou"), "peiran": ("裴然", "ps.yinxing"),
    "haosong": ("郝松", "ps.luxi"), "jitong": ("季桐", "ps.meiling"), "xiangan": ("项安", "ps.shiqiao"),
    "ningke": ("宁珂", "ms.kecheng"), "tongyu": ("童雨", "ms.yunqi"),
}  # fmt: skip
HEAD = ("luoheng", "骆衡")
JUDGES = {
    "waiping1": ("俞岚", 9.0), "waiping2": ("章柏", 5.0), "waiping3": ("费宁", 1.0),
    "waiping4": ("岑溪", -1.0), "waiping5": ("麦青", -5.0), "waiping6": ("简舟", -9.0),
}  # fmt: skip
"""Judges from outside, each with how many points of 100 more severe than the rest they grade."""
LESSONS = (
    ("数学", "分数的初步认识"), ("语文", "观潮"), ("科学", "声音的高低"),
)  # fmt: skip
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
COMMENTS = (
    "环节清楚，学生动得起来。（演示）",
    "目标可以再小一点。（演示）",
    "材料齐，练习有层次。（演示）",
)


def begin(on: date, *, seed: int, works: int = 24) -> int:
    """Make the rounds, with at most `works` in the one that has ended; return how many rounds there are."""
    random = Random(f"contests {seed}")  # noqa: S311 - invented grades, not secrets
    _sign_ins()
    _ended(on, random, works)
    _judged(on)
    _open(on)
    return 3


def _sign_ins() -> None:
    """Make teachers, their head and judges; nobody signs in by a password of theirs."""
    everybody = {name: said for name, (said, _) in TEACHERS.items()}
    everybody |= {name: said for name, (said, _) in JUDGES.items()} | dict([HEAD])
    for name, said in everybody.items():
        people.open_account(name, None, kind="staff", display=f"{said}（演示）", demo=True)
    users = [
        UserRow(sourced_id=f"{name}@{school}", role="teacher", org=school, username=name)
        for name, (_, school) in TEACHERS.items()
    ]
    users += [
        UserRow(
            sourced_id=f"{HEAD[0]}@{school}", role="administrator", org=school, username=HEAD[0]
        )
        for _, school in TEACHERS.values()
    ]
    schools.write_roster(Roster(users=tuple(users)), by="system")


def _ended(on: date, random: Random, works: int) -> None:
    spec = packs().contests["excellent-lesson"]
    runner, begun = _account(RUNNER), on - timedelta(days=60)
    new = actions.NewRound(
        contest=spec.key, year=begun.year, enter_by=begun, school_places=3,
        places=min(8, max(2, works // 3)),
    )  # fmt: skip
    one = actions.open_round(new, by=runner, on=begun, demo=True)
    truth: dict[int, float] = {}
    names = list(TEACHERS)
    for at in range(works):
        teacher, (subject, knot) = _account(names[at % len(names)]), LESSONS[at // len(names) % 3]
        entered = actions.Entered(
            kind="special", subject=subject, grade=3 + at % 4, knot=f"{knot}（{at + 1}）",
            title=f"{knot}：第 {at + 1} 种教法", video=f"https://v.example.org/{at + 1}",
        )  # fmt: skip
        made = actions.begin_work(one.pk, entered, by=teacher, on=begun)
        for key in ("design", "tasks", "slides"):
            actions.add_material(made.pk, key, PAPER, f"{key}.pdf", by=teacher, on=begun)
        actions.send_work(made.pk, by=teacher, on=begun)
        actions.recommend(made.pk, by=_account(HEAD[0]), on=begun)
        truth[made.pk] = random.gauss(70, 9)
    actions.name_judges(one.pk, list(JUDGES), by=runner)
    actions.begin_judging(one.pk, by=runner, on=begun)
    by_number = {work.number: truth[work.id] for name in names for work in reads.own_works(_account(name)) if work.id in truth}  # fmt: skip
    for name, (_, severity) in JUDGES.items():
        for sheet in reads.own_sheets(_account(name)):
            level = (by_number[sheet.number] - severity) / 10
            grades = {
                key: min(spec.scale.highest, max(spec.scale.lowest, round(level + random.gauss(0, 0.7))))
                for key in spec.criteria
            }  # fmt: skip
            actions.score_work(sheet.id, grades, random.choice(COMMENTS), by=_account(name))
    actions.close_judging(one.pk, by=runner)
    _settle(one.pk, on)
    _send_up(one.pk, on)


def _settle(round_id: int, on: date) -> None:
    """Look again at what is a draw, let the chair confirm, and end the public days."""
    runner, chair = _account(RUNNER), _account(CHAIR)
    view = reads.round_view(round_id, account=runner)
    draws = [one for one in view.ranks if one.place == "draw"]
    for at, one in enumerate(draws):
        words = (
            "再看一遍，学生活动更充分。（演示）"
            if at < view.left
            else "再看一遍，目标还不够清楚。（演示）"
        )
        actions.look_again(one.id, at < view.left, words, by=runner)
    seen = reads.round_view(round_id, account=chair).digest
    actions.confirm(round_id, seen, by=chair, on=on - timedelta(days=30))
    actions.finish(round_id, by=runner, on=on - timedelta(days=12))


def _send_up(round_id: int, on: date) -> None:
    runner = _account(RUNNER)
    for at, one in enumerate(reads.round_view(round_id, account=runner).chosen[:4]):
        sent = actions.send_up(one.id, "city", on - timedelta(days=9), by=runner)
        if at < 3:
            actions.note_outcome(
                sent.pk, at < 2, f"演示-市-{at + 1:04d}" if at < 2 else "", by=runner
            )
        if at == 0:
            up = actions.send_up(one.id, "ministry", on - timedelta(days=2), by=runner)
            actions.note_outcome(up.pk, True, "演示-部-0001", by=runner)
    for name in list(TEACHERS)[:3]:
        account = _account(name)
        for award in reads.awards_of(account):
            actions.publish_award(award.id, True, by=account)


def _judged(on: date) -> None:
    """Papers of three teachers, judged by 柯蓝, 乔宇 and one from outside."""
    runner = _account(RUNNER)
    new = actions.NewRound(contest="papers", year=on.year, enter_by=on)
    one = actions.open_round(new, by=runner, demo=True)
    for name in list(TEACHERS)[:3]:
        teacher = _account(name)
        entered = actions.Entered(kind="paper", subject="数学", grade=4, knot="面积", title="从一张作业纸看面积怎么教")  # fmt: skip
        made = actions.begin_work(one.pk, entered, by=teacher)
        actions.add_material(made.pk, "paper", PAPER, "paper.pdf", by=teacher)
        actions.send_work(made.pk, by=teacher)
        actions.recommend(made.pk, by=_account(HEAD[0]))
    actions.name_judges(one.pk, ["kelan", "qiaoyu"], by=runner)
    actions.begin_judging(one.pk, by=runner)


def _open(on: date) -> None:
    """The teaching contest takes entries; 谭梅 has begun, 柯蓝 has handed in; each has a record."""
    new = actions.NewRound(contest="teaching-drill", year=on.year, enter_by=on + timedelta(days=20))
    one = actions.open_round(new, by=_account(RUNNER), demo=True)
    for name, knot in (("tanmei", "小数的意义"), ("kelan", "三角形的内角和")):
        teacher = _account(name)
        entered = actions.Entered(kind="lesson", subject="数学", grade=4, knot=knot, title=f"{knot}这一课", video="https://v.example.org/drill")  # fmt: skip
        made = actions.begin_work(one.pk, entered, by=teacher)
        if name == "kelan":
            actions.add_material(made.pk, "plan", PAPER, "plan.pdf", by=teacher)
            actions.send_work(made.pk, by=teacher)
    _records(on, _account("tanmei"))


def _records(on: date, teacher: Account) -> None:
    lines: Sequence[tuple[str, str, float, bool | None]] = (
        ("training", "暑期全员培训（演示）", 40, True), ("study", "读《课程标准》（演示）", 6, True),
        ("drill", "年级组练兵课（演示）", 2, False), ("forum", "片区论坛发言（演示）", 1.5, None),
    )  # fmt: skip
    for at, (platform, title, hours, right) in enumerate(lines):
        done = actions.Done(platform=platform, title=title, day=on - timedelta(days=20 * at + 5), hours=hours, evidence=None if right else (f"{platform}.pdf", PAPER))  # fmt: skip
        made = actions.add_growth(done, by=teacher)
        if right is not None:
            actions.check_growth(made.pk, right, "" if right else "请补一张签到表。（演示）", by=_account("kongrui"))  # fmt: skip


def _account(username: str) -> Account:
    found = people_reads.account_by_username(username)
    assert found is not None, username
    return found
