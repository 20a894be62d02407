"""Policies find people: who qualifies, who is unknown for want of what, what changed since last time.

See `docs/engines/screening.md`.
"""

from __future__ import annotations

from .compare import Change, Kind, diff
from .people import Outcome, Subject, judged, screen
from .tally import Tally, tally
from .withheld import Shown, withheld

__all__ = [
    "Change",
    "Kind",
    "Outcome",
    "Shown",
    "Subject",
    "Tally",
    "diff",
    "judged",
    "screen",
    "tally",
    "withheld",
]
