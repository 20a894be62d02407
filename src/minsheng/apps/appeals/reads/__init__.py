"""What can be known of requests, by whoever asks; used by portal, API and CLI alike."""

from __future__ import annotations

from minsheng.apps.appeals.reads.checking import RequestCheck, check_request, checks, heads
from minsheng.apps.appeals.reads.desk import (
    Candidate,
    DeskLine,
    DeskView,
    ItemView,
    calls_to_make,
    desk_view,
    dispatch_list,
    items_of_posts,
    wishes_to_answer,
)
from minsheng.apps.appeals.reads.mine import (
    OwnLine,
    OwnView,
    area_title,
    firm_requests,
    kinds_for,
    own_requests,
    own_view,
    whole_number,
)
from minsheng.apps.appeals.reads.rates import (
    GROUPS,
    Behind,
    PublicLine,
    RateLine,
    RateTable,
    behind_rate,
    public_lines,
    rate_table,
)
from minsheng.apps.appeals.reads.telling import Happening

__all__ = [
    "GROUPS",
    "Behind",
    "Candidate",
    "DeskLine",
    "DeskView",
    "Happening",
    "ItemView",
    "OwnLine",
    "OwnView",
    "PublicLine",
    "RateLine",
    "RateTable",
    "RequestCheck",
    "area_title",
    "behind_rate",
    "calls_to_make",
    "check_request",
    "checks",
    "desk_view",
    "dispatch_list",
    "firm_requests",
    "heads",
    "items_of_posts",
    "kinds_for",
    "own_requests",
    "own_view",
    "public_lines",
    "rate_table",
    "whole_number",
    "wishes_to_answer",
]
