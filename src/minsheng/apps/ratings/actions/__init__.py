"""Every write to ratings that is a business act."""

from __future__ import annotations

from minsheng.apps.ratings.actions.following import follow_ledger, publish_months
from minsheng.apps.ratings.actions.rating import (
    Given,
    add_words,
    find_visit,
    give_code,
    rate_case,
    rate_visit,
)

__all__ = [
    "Given",
    "add_words",
    "find_visit",
    "follow_ledger",
    "give_code",
    "publish_months",
    "rate_case",
    "rate_visit",
]
