"""The item bank: skills, items, what an answer is worth, and what is drawn and printed of them."""

from minsheng.engines.items.answers import Checked, Given, Suggestion, check_answer
from minsheng.engines.items.described import described
from minsheng.engines.items.drawing import PAPER, SCREEN, draw
from minsheng.engines.items.formula import as_html, as_plain, as_spoken, as_tree
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
    "PAPER",
    "SCREEN",
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
    "as_html",
    "as_plain",
    "as_spoken",
    "as_tree",
    "check_answer",
    "described",
    "draw",
    "number_said",
    "options_of",
    "read_number",
    "right_answer",
]
