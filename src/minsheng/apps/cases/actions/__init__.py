"""Every write that is a business act of joint services: one verb, one transaction, its events."""

from minsheng.apps.cases.actions.drafts import (
    choose_event,
    discard_draft,
    give_file,
    give_promise,
    open_draft,
    save_answers,
)
from minsheng.apps.cases.actions.follow import (
    call_effect,
    finish_call,
    fire_timers,
    follow_case,
    issue_certificate,
    revoke_certificate,
)
from minsheng.apps.cases.actions.steps import (
    approve_item,
    consent_case,
    pause_item,
    rate_case,
    refuse_item,
    release_item,
    resume_item,
    return_item,
    reverse_item,
    skip_item,
    supply_item,
    withdraw_case,
)
from minsheng.apps.cases.actions.submission import submit_draft

__all__ = [
    "approve_item",
    "call_effect",
    "choose_event",
    "consent_case",
    "discard_draft",
    "finish_call",
    "fire_timers",
    "follow_case",
    "give_file",
    "give_promise",
    "issue_certificate",
    "open_draft",
    "pause_item",
    "rate_case",
    "refuse_item",
    "release_item",
    "resume_item",
    "return_item",
    "reverse_item",
    "revoke_certificate",
    "save_answers",
    "skip_item",
    "submit_draft",
    "supply_item",
    "withdraw_case",
]
