"""Every write to plans with visits that is a business act."""

from __future__ import annotations

from minsheng.apps.visits.actions.calling import (
    CANCEL_REASONS,
    ask_other_day,
    call_for,
    call_for_visit,
    cancel_visit,
    plan_visit,
    substitute,
)
from minsheng.apps.visits.actions.enrolling import (
    WHY_ENDED,
    Whom,
    add_visited,
    end_visited,
    enrol,
    pause,
    resume,
    set_level,
)
from minsheng.apps.visits.actions.erasure import forget
from minsheng.apps.visits.actions.findings import note_voice, refer
from minsheng.apps.visits.actions.noting import (
    Note,
    WrongNote,
    add_words,
    note_no_show,
    note_refusal,
    note_visit,
)
from minsheng.apps.visits.actions.timing import follow_time, hand_over, mark_missed

__all__ = [
    "CANCEL_REASONS",
    "WHY_ENDED",
    "Note",
    "Whom",
    "WrongNote",
    "add_visited",
    "add_words",
    "ask_other_day",
    "call_for",
    "call_for_visit",
    "cancel_visit",
    "end_visited",
    "enrol",
    "follow_time",
    "forget",
    "hand_over",
    "mark_missed",
    "note_no_show",
    "note_refusal",
    "note_visit",
    "note_voice",
    "pause",
    "plan_visit",
    "refer",
    "resume",
    "set_level",
    "substitute",
]
