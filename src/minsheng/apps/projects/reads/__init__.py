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
)

__all__ = [
    "ChangeLine",
    "EntryView",
    "Filters",
    "Happened",
    "MilestoneLine",
    "Row",
    "entries",
    "entry",
    "evidence_file",
]
