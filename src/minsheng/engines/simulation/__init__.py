"""Policies tried before they are published: what a change costs, who wins and loses, where amounts fall.

See `docs/engines/simulation.md`.
"""

from __future__ import annotations

from .plan import Plan, changed
from .schedule import Cliff, NotExact, Piece, Schedule, Varied, schedule, stepped
from .trial import UNKNOWN, Band, Group, Point, Side, Trial, curve, tried

__all__ = [
    "UNKNOWN",
    "Band",
    "Cliff",
    "Group",
    "NotExact",
    "Piece",
    "Plan",
    "Point",
    "Schedule",
    "Side",
    "Trial",
    "Varied",
    "changed",
    "curve",
    "schedule",
    "stepped",
    "tried",
]
