"""What portal, API and CLI read of joint services: frozen rows, already cut to who asks."""

from minsheng.apps.cases.reads.applications import (
    DraftView,
    Preview,
    StepView,
    draft_view,
    drafts_of,
    events_of,
    longest_workdays,
    preview,
)
from minsheng.apps.cases.reads.desk import Decision, InboxRow, decided, decision, inbox
from minsheng.apps.cases.reads.ledger import LedgerLine, ledger_lines, protected_looks
from minsheng.apps.cases.reads.running import (
    CaseLine,
    CaseView,
    Happening,
    ItemView,
    case_counts,
    case_view,
    cases_of,
    claims,
    consent_requests,
    find_case,
    lookups_about,
)

__all__ = [
    "CaseLine",
    "CaseView",
    "Decision",
    "DraftView",
    "Happening",
    "InboxRow",
    "ItemView",
    "LedgerLine",
    "Preview",
    "StepView",
    "case_counts",
    "case_view",
    "cases_of",
    "claims",
    "consent_requests",
    "decided",
    "decision",
    "draft_view",
    "drafts_of",
    "events_of",
    "find_case",
    "inbox",
    "ledger_lines",
    "longest_workdays",
    "lookups_about",
    "preview",
    "protected_looks",
]
