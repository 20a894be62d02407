"""Every write to sittings that is a business act."""

from __future__ import annotations

from minsheng.apps.sittings.actions.seats import (
    Asked,
    answer_seat,
    book_seat,
    give_up_seat,
    make_whistle,
    note_presence,
    say_solved,
)
from minsheng.apps.sittings.actions.setting import Wanted, cancel_sitting, remind, set_sitting

__all__ = [
    "Asked",
    "Wanted",
    "answer_seat",
    "book_seat",
    "cancel_sitting",
    "give_up_seat",
    "make_whistle",
    "note_presence",
    "remind",
    "say_solved",
    "set_sitting",
]
