"""What can be known of the ledger; used by portal, API and CLI alike."""

from __future__ import annotations

from minsheng.apps.projects.reads.entries import (
    MOST_ROWS,
    ChangeLine,
    EntryView,
    Filters,
    Happened,
    MilestoneLine,
    Row,
    Standing,
    entries,
    entry,
    evidence_file,
    local_entries,
    standing,
)
from minsheng.apps.projects.reads.trees import Branch, PlanTree, plan_trees

__all__ = [
    "MOST_ROWS",
    "Branch",
    "ChangeLine",
    "EntryView",
    "Filters",
    "Happened",
    "MilestoneLine",
    "PlanTree",
    "Row",
    "Standing",
    "entries",
    "entry",
    "evidence_file",
    "local_entries",
    "plan_trees",
    "standing",
]
