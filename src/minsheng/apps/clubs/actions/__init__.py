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
from minsheng.apps.clubs.actions.presence import note_presences
from minsheng.apps.clubs.actions.rounds import (
    RoundWanted,
    close_round,
    draw_round,
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
    "close_round",
    "confirm_booking",
    "draw_round",
    "end_round",
    "enter_from_paper",
    "leave",
    "name_leader",
    "note_lesson",
    "note_presences",
    "offer_slot",
    "open_round",
    "publish_round",
    "remind",
    "save_choices",
    "take_left_over",
]
