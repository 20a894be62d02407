"""Every write about lessons."""

from minsheng.apps.lessons.actions.joint import clashes, hand_over, move, set_for
from minsheng.apps.lessons.actions.observing import decline, invite, submit_sheet
from minsheng.apps.lessons.actions.planning import (
    Drafted,
    copy_plan,
    revise_plan,
    save_plan,
    share_plan,
)
from minsheng.apps.lessons.actions.rehearsing import rehearse_lesson
from minsheng.apps.lessons.actions.teaching import (
    begin_lesson,
    call_off,
    end_lesson,
    give_lesson_ticket,
    go_to_step,
    reflect,
    set_lesson,
)

__all__ = [
    "Drafted",
    "begin_lesson",
    "call_off",
    "clashes",
    "copy_plan",
    "decline",
    "end_lesson",
    "give_lesson_ticket",
    "go_to_step",
    "hand_over",
    "invite",
    "move",
    "reflect",
    "rehearse_lesson",
    "revise_plan",
    "save_plan",
    "set_for",
    "set_lesson",
    "share_plan",
    "submit_sheet",
]
