"""A plan with visits: how often, what counts, how it stands; who takes over; the day's way."""

from minsheng.engines.visits.handing import handed_over
from minsheng.engines.visits.plan import (
    Basis,
    Facts,
    Level,
    Plan,
    State,
    Trigger,
    Way,
    is_missed,
    standing,
    wrong_plan,
)
from minsheng.engines.visits.rhythm import Rhythm, SchoolTerm
from minsheng.engines.visits.route import Stop, length, ordered

__all__ = [
    "Basis",
    "Facts",
    "Level",
    "Plan",
    "Rhythm",
    "SchoolTerm",
    "State",
    "Stop",
    "Trigger",
    "Way",
    "handed_over",
    "is_missed",
    "length",
    "ordered",
    "standing",
    "wrong_plan",
]
