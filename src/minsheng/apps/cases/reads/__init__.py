"""What portal, API and CLI read of joint services: frozen rows, already cut to who asks."""

from minsheng.apps.cases.reads.applications import (
    DraftView,
    Preview,
    StepView,
    draft_view,
    drafts_of,
    events_of,
    preview,
)
from minsheng.apps.cases.reads.desk import Decision, InboxRow, decision, inbox
from minsheng.apps.cases.reads.running import (
    CaseLine,
    CaseView,
    ItemView,
    case_counts,
    case_view,
    cases_of,
    consent_requests,
    find_case,
)

__all__ = [
    "CaseLine",
    "CaseView",
    "Decision",
    "DraftView",
    "InboxRow",
    "ItemView",
    "Preview",
    "StepView",
    "case_counts",
    "case_view",
    "cases_of",
    "consent_requests",
    "decision",
    "draft_view",
    "drafts_of",
    "events_of",
    "find_case",
    "inbox",
    "preview",
]
