"""What can be known of the ledger; used by portal, API and CLI alike."""

from __future__ import annotations

from minsheng.apps.projects.reads.entries import (
    ChangeLine,
    EntryView,
    Filters,
    Happened,
    MilestoneLine,
    Row,
    entries,
    entry,
    evidence_file,
    local_entries,
)
from minsheng.apps.projects.reads.trees import Branch, PlanTree, plan_trees

__all__ = [
    "Branch",
    "ChangeLine",
    "EntryView",
    "Filters",
    "Happened",
    "MilestoneLine",
    "PlanTree",
    "Row",
    "entries",
    "entry",
    "evidence_file",
    "local_entries",
    "plan_trees",
]
