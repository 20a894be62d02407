"""Every write to contests, awards and growth records that is a business act."""

from __future__ import annotations

from minsheng.apps.contests.actions.deciding import (
    challenge,
    confirm,
    decide_challenge,
    finish,
    look_again,
    note_outcome,
    publish_award,
    send_up,
)
from minsheng.apps.contests.actions.entering import (
    Entered,
    add_material,
    begin_work,
    change_work,
    recommend,
    send_work,
    take_back,
)
from minsheng.apps.contests.actions.erasing import forget
from minsheng.apps.contests.actions.growth import (
    Done,
    add_growth,
    answer_growth,
    check_growth,
    contest_growth,
    open_evidence,
)
from minsheng.apps.contests.actions.judging import (
    NewRound,
    begin_judging,
    close_judging,
    declare_conflict,
    name_judges,
    open_round,
    remind,
    replace_judge,
    score_work,
)

__all__ = [
    "Done",
    "Entered",
    "NewRound",
    "add_growth",
    "add_material",
    "answer_growth",
    "begin_judging",
    "begin_work",
    "challenge",
    "change_work",
    "check_growth",
    "close_judging",
    "confirm",
    "contest_growth",
    "decide_challenge",
    "declare_conflict",
    "finish",
    "forget",
    "look_again",
    "name_judges",
    "note_outcome",
    "open_evidence",
    "open_round",
    "publish_award",
    "recommend",
    "remind",
    "replace_judge",
    "score_work",
    "send_up",
    "send_work",
    "take_back",
]
