"""Every write about dual lessons."""

from minsheng.apps.dual.actions.pairing import (
    Proposed,
    agree,
    decline,
    end_pairing,
    propose,
    set_timetable,
)
from minsheng.apps.dual.actions.rooms import (
    HANDLERS,
    close_room,
    open_room,
    room_link,
    say_other_way,
)
from minsheng.apps.dual.actions.running import (
    begin,
    end,
    give_ticket,
    go_to_step,
    keep_attendance,
    say_word,
)
from minsheng.apps.dual.actions.setting import call_off, move, set_lesson, set_tasks, stand_in

__all__ = [
    "HANDLERS",
    "Proposed",
    "agree",
    "begin",
    "call_off",
    "close_room",
    "decline",
    "end",
    "end_pairing",
    "give_ticket",
    "go_to_step",
    "keep_attendance",
    "move",
    "open_room",
    "propose",
    "room_link",
    "say_other_way",
    "say_word",
    "set_lesson",
    "set_tasks",
    "set_timetable",
    "stand_in",
]
