"""The item bank: skills, items, what an answer is worth, and what is drawn and printed of them."""

from minsheng.engines.items.answers import Checked, Given, Suggestion, check_answer
from minsheng.engines.items.items import (
    BLANKS,
    KINDS,
    Blanks,
    Choice,
    Choices,
    Expression,
    Item,
    Judge,
    Named,
    Number,
    Order,
    RubricPoint,
    Written,
    options_of,
    right_answer,
)
from minsheng.engines.items.numbers import number_said, read_number
from minsheng.engines.items.skills import Misconception, Skill, SkillMap, Unit

__all__ = [
    "BLANKS",
    "KINDS",
    "Blanks",
    "Checked",
    "Choice",
    "Choices",
    "Expression",
    "Given",
    "Item",
    "Judge",
    "Misconception",
    "Named",
    "Number",
    "Order",
    "RubricPoint",
    "Skill",
    "SkillMap",
    "Suggestion",
    "Unit",
    "Written",
    "check_answer",
    "number_said",
    "options_of",
    "read_number",
    "right_answer",
]
