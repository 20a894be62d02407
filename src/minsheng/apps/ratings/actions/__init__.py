"""Every write to ratings that is a business act."""

from __future__ import annotations

from minsheng.apps.ratings.actions.appeals import appeal_review, decide_appeal
from minsheng.apps.ratings.actions.following import follow_ledger, publish_months
from minsheng.apps.ratings.actions.rating import (
    Given,
    add_words,
    find_visit,
    give_code,
    rate_case,
    rate_visit,
)
from minsheng.apps.ratings.actions.reviewing import (
    answer_review,
    confirm_review,
    correct_review,
    move_silent,
    recheck_review,
    record_contact,
    verify_review,
)

__all__ = [
    "Given",
    "add_words",
    "answer_review",
    "appeal_review",
    "confirm_review",
    "correct_review",
    "decide_appeal",
    "find_visit",
    "follow_ledger",
    "give_code",
    "move_silent",
    "publish_months",
    "rate_case",
    "rate_visit",
    "recheck_review",
    "record_contact",
    "verify_review",
]
