"""Assessments of the demonstration (演示): one elder has asked, another has a result signed today."""

from __future__ import annotations

from datetime import date, time

from minsheng.apps.assessments import actions
from minsheng.apps.assessments.actions import Answer, Appointment, Word
from minsheng.apps.people import installed
from minsheng.cli.demo.policies import account_of

KEY = "gbt-42195"
FINISHED, WAITING = "chenlian", "xuguilan"
ASSESSORS = ("mengyan", "dingke")
WORDS = "走路不稳，上个月摔过一次。（演示）"
INFORMANT = "社区探访员艾明（演示）"
CAN = {
    "eating": 3, "grooming": 2, "bathing": 0, "upper_dressing": 2, "lower_dressing": 1, "urine": 2, "stool": 3,
    "toilet": 1, "bed_position": 2, "bed_chair": 1, "walking": 1, "stairs": 0, "memory": 2, "time": 3, "place": 3,
    "understanding": 3, "expression": 3, "sight": 1, "hearing": 1, "daily_affairs": 1, "transport": 0, "company": 2,
}  # fmt: skip
FACTS = {"coma": False, "dementia": False, "mental_disorder": False, "care_events": 1}


def begin(on: date) -> int:
    """Let 陈莲 be assessed today and 徐桂兰 ask for it; return how many assessments there are."""
    row = actions.ask(KEY, by=account_of(FINISHED), words="洗澡、下楼都要人扶。（演示）")
    wanted = Appointment(
        day=on,
        starts=time(9, 0),
        place="青槐镇青槐街 40 号（演示）",
        assessors=[account_of(name).pk for name in ASSESSORS],
    )
    actions.appoint(row.pk, wanted, by=account_of("aiming"))
    for name, changes in zip(ASSESSORS, ({}, {"memory": 3}), strict=True):
        by = account_of(name)
        actions.save_answers(row.pk, _sheet({**CAN, **changes}), by=by)
        actions.hand_in(row.pk, by=by)
    one, other = (account_of(name) for name in ASSESSORS)
    word = Word("memory", 2, "又问了一遍昨天的事（演示）")
    row = actions.settle(row.pk, word, by=one, informant=INFORMANT)
    actions.sign(row.pk, row.revision, by=one)
    actions.sign(row.pk, row.revision, by=other)
    actions.ask(KEY, by=account_of(WAITING), words=WORDS)
    return 2


def _sheet(can: dict[str, int]) -> list[Answer]:
    grading = installed.packs().gradings[KEY].grading
    whole = {item.key: can.get(item.key, max(item.points)) for item in grading.items()}
    answers = [Answer(key, value) for key, value in whole.items()]
    return [*answers, *(Answer(key, value) for key, value in FACTS.items())]
