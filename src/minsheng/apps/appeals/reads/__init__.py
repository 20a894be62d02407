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
    request_needs_purpose,
    wishes_to_answer,
)
from minsheng.apps.appeals.reads.glance import (
    GLANCE_FORMULA,
    LIGHTS,
    OFFICE_NUMBERS,
    Glance,
    GlanceLine,
    OfficeGlance,
    glance,
    glance_list,
)
from minsheng.apps.appeals.reads.hotspots import Spot, spots
from minsheng.apps.appeals.reads.matching import Alike, Hints, Likely, Sign, hints
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
    kinds_rated,
    public_lines,
    rate_table,
)
from minsheng.apps.appeals.reads.sorting import (
    SortingView,
    challenges_to_judge,
    desk_sorting,
    not_sorted,
    own_sorting,
)
from minsheng.apps.appeals.reads.telling import Happening

__all__ = [
    "GLANCE_FORMULA",
    "GROUPS",
    "LIGHTS",
    "OFFICE_NUMBERS",
    "Alike",
    "Behind",
    "Candidate",
    "DeskLine",
    "DeskView",
    "Glance",
    "GlanceLine",
    "Happening",
    "Hints",
    "ItemView",
    "Likely",
    "OfficeGlance",
    "OwnLine",
    "OwnView",
    "PublicLine",
    "RateLine",
    "RateTable",
    "RequestCheck",
    "Sign",
    "SortingView",
    "Spot",
    "area_title",
    "behind_rate",
    "calls_to_make",
    "challenges_to_judge",
    "check_request",
    "checks",
    "desk_sorting",
    "desk_view",
    "dispatch_list",
    "firm_requests",
    "glance",
    "glance_list",
    "heads",
    "hints",
    "items_of_posts",
    "kinds_for",
<<<<<<< HEAD
    "kinds_rated",
=======
    "not_sorted",
>>>>>>> 4afdf74 (api: how a request was sorted, hot spots, neighbours' votes and the small fund)
    "own_requests",
    "own_sorting",
    "own_view",
    "public_lines",
    "rate_table",
    "request_needs_purpose",
    "spots",
    "whole_number",
    "wishes_to_answer",
]
