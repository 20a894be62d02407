"""Pairings, the week, one lesson with both sides, the joint ticket, the effect: as each may see them."""

from minsheng.apps.dual.reads.effect import EffectView, effect_of
from minsheng.apps.dual.reads.lessons import (
    LessonLine,
    LessonView,
    PartView,
    PupilMark,
    RoomView,
    StepView,
    Week,
    WeekLine,
    held_about,
    lesson_view,
    lessons_of_teacher,
    plans_for,
    stand_ins,
    week_of,
)
from minsheng.apps.dual.reads.pairings import (
    ClassLine,
    PairingLine,
    PairingView,
    classes_to_pair,
    pairing_view,
    pairings_of,
    subjects,
)
from minsheng.apps.dual.reads.tickets import ItemCount, TicketSide, TicketView, ticket_of

__all__ = [
    "ClassLine",
    "EffectView",
    "ItemCount",
    "LessonLine",
    "LessonView",
    "PairingLine",
    "PairingView",
    "PartView",
    "PupilMark",
    "RoomView",
    "StepView",
    "TicketSide",
    "TicketView",
    "Week",
    "WeekLine",
    "classes_to_pair",
    "effect_of",
    "held_about",
    "lesson_view",
    "lessons_of_teacher",
    "pairing_view",
    "pairings_of",
    "plans_for",
    "stand_ins",
    "subjects",
    "ticket_of",
    "week_of",
]
