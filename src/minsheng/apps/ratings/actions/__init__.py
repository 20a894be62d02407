"""Every write to ratings that is a business act."""

from __future__ import annotations

from minsheng.apps.ratings.actions.appeals import appeal_review, decide_appeal
from minsheng.apps.ratings.actions.entering import (
    Texted,
    enter_rating,
    may_text,
    take_text,
    what_is_rated,
)
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
    "Texted",
    "add_words",
    "answer_review",
    "appeal_review",
    "confirm_review",
    "correct_review",
    "decide_appeal",
    "enter_rating",
    "find_visit",
    "follow_ledger",
    "give_code",
    "may_text",
    "move_silent",
    "publish_months",
    "rate_case",
    "rate_visit",
    "recheck_review",
    "record_contact",
    "take_text",
    "verify_review",
    "what_is_rated",
]
