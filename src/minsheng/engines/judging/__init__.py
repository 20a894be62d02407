"""Judging works by several judges: who judges what, how severe each is, what is too close to call."""

from minsheng.engines.judging.assignment import Assignment, Unassignable, assign, substitute
from minsheng.engines.judging.cut import Line, draw_line
from minsheng.engines.judging.severity import (
    Criterion,
    Finding,
    JudgeFinding,
    Rating,
    Scale,
    WorkFinding,
    measure,
)

__all__ = [
    "Assignment",
    "Criterion",
    "Finding",
    "JudgeFinding",
    "Line",
    "Rating",
    "Scale",
    "Unassignable",
    "WorkFinding",
    "assign",
    "draw_line",
    "measure",
    "substitute",
]
