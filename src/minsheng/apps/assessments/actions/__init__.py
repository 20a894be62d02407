"""Every write to assessments that is a business act."""

from __future__ import annotations

from minsheng.apps.assessments.actions.appointing import Appointment, appoint, step_aside
from minsheng.apps.assessments.actions.asking import ask, ask_for, cancel, object_to
from minsheng.apps.assessments.actions.certifying import HANDLERS
from minsheng.apps.assessments.actions.filling import Answer, hand_in, save_answers
from minsheng.apps.assessments.actions.settling import Word, settle, sign
from minsheng.apps.assessments.actions.telling import remind

__all__ = [
    "HANDLERS",
    "Answer",
    "Appointment",
    "Word",
    "appoint",
    "ask",
    "ask_for",
    "cancel",
    "hand_in",
    "object_to",
    "remind",
    "save_answers",
    "settle",
    "sign",
    "step_aside",
]
