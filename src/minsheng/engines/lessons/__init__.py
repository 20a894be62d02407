"""五学课堂: a lesson planned in five steps, what changed from one plan to the next, the observation sheet."""

from minsheng.engines.lessons.plan import (
    Change,
    Material,
    Plan,
    Step,
    Wrong,
    differences,
    plan_from,
    plan_kept,
    wrong_in,
)
from minsheng.engines.lessons.sheet import Apart, Pattern, Question, StepPattern, apart, by_step

__all__ = [
    "Apart",
    "Change",
    "Material",
    "Pattern",
    "Plan",
    "Question",
    "Step",
    "StepPattern",
    "Wrong",
    "apart",
    "by_step",
    "differences",
    "plan_from",
    "plan_kept",
    "wrong_in",
]
