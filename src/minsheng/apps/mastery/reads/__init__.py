"""What teachers, pupils and families see of work and of what it shows."""

from minsheng.apps.mastery.reads.classroom import ClassSkill, Lacking, class_skills, lacking
from minsheng.apps.mastery.reads.portrait import (
    NoteLine,
    ObjectionLine,
    PortraitView,
    SkillLine,
    UnitLine,
    open_objections,
    portrait_of,
)
from minsheng.apps.mastery.reads.practice import NextLine, next_exercises
from minsheng.apps.mastery.reads.results import (
    GroupLine,
    ItemResult,
    ToDecide,
    Tomorrow,
    WorkResult,
    result_of,
)
from minsheng.apps.mastery.reads.works import (
    AskedItem,
    OwnSheet,
    WorkLine,
    own_sheet,
    suggested_items,
    waiting_for,
    works_of,
)
from minsheng.apps.mastery.reads.wrongbook import WrongLine, wrong_book

__all__ = [
    "AskedItem",
    "ClassSkill",
    "GroupLine",
    "ItemResult",
    "Lacking",
    "NextLine",
    "NoteLine",
    "ObjectionLine",
    "OwnSheet",
    "PortraitView",
    "SkillLine",
    "ToDecide",
    "Tomorrow",
    "UnitLine",
    "WorkLine",
    "WorkResult",
    "WrongLine",
    "class_skills",
    "lacking",
    "next_exercises",
    "open_objections",
    "own_sheet",
    "portrait_of",
    "result_of",
    "suggested_items",
    "waiting_for",
    "works_of",
    "wrong_book",
]
