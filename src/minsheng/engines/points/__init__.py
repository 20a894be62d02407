"""Points by a rule pack: what an act earns, what it may never touch, when it is posted."""

from minsheng.engines.points.earning import Earned, NotNow, Past, earn, period_of
from minsheng.engines.points.guard import MINUS_SUBJECTS, USES, Breach, breaches
from minsheng.engines.points.scheme import (
    Cap,
    Circle,
    Expiry,
    Good,
    Honour,
    Item,
    Publicity,
    Scheme,
    Veto,
)

__all__ = [
    "MINUS_SUBJECTS",
    "USES",
    "Breach",
    "Cap",
    "Circle",
    "Earned",
    "Expiry",
    "Good",
    "Honour",
    "Item",
    "NotNow",
    "Past",
    "Publicity",
    "Scheme",
    "Veto",
    "breaches",
    "earn",
    "period_of",
]
