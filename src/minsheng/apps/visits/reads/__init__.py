"""What can be known of plans with visits; used by portal, API and CLI alike."""

from __future__ import annotations

from minsheng.apps.visits.reads.lines import VisitLine
from minsheng.apps.visits.reads.mine import (
    Round,
    my_round,
    open_visit_of,
    settled_lately,
    waiting_count,
)
from minsheng.apps.visits.reads.one import VisitView, find, visit_view
from minsheng.apps.visits.reads.watched import Watched, locked_for_watch, watched

__all__ = [
    "Round",
    "VisitLine",
    "VisitView",
    "Watched",
    "find",
    "locked_for_watch",
    "my_round",
    "open_visit_of",
    "settled_lately",
    "visit_view",
    "waiting_count",
    "watched",
]
