"""Every write after school that is a business act."""

from __future__ import annotations

from minsheng.apps.clubs.actions.bookings import (
    Wanted,
    book_slot,
    cancel_booking,
    cancel_slot,
    confirm_booking,
    note_lesson,
    offer_slot,
    remind,
)
from minsheng.apps.clubs.actions.choosing import (
    enter_from_paper,
    leave,
    save_choices,
    take_left_over,
)
from minsheng.apps.clubs.actions.enrolling import enrol, put_back, take_out
from minsheng.apps.clubs.actions.presence import note_presences
from minsheng.apps.clubs.actions.rounds import (
    RoundWanted,
    close_due_rounds,
    close_round,
    draw_round,
    end_leader,
    end_round,
    name_leader,
    open_round,
    publish_round,
)

__all__ = [
    "RoundWanted",
    "Wanted",
    "book_slot",
    "cancel_booking",
    "cancel_slot",
    "close_due_rounds",
    "close_round",
    "confirm_booking",
    "draw_round",
    "end_leader",
    "end_round",
    "enrol",
    "enter_from_paper",
    "leave",
    "name_leader",
    "note_lesson",
    "note_presences",
    "offer_slot",
    "open_round",
    "publish_round",
    "put_back",
    "remind",
    "save_choices",
    "take_left_over",
    "take_out",
]
