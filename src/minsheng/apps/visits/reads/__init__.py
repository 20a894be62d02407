"""What can be known of plans with visits; used by portal, API and CLI alike."""

from __future__ import annotations

from minsheng.apps.visits.plans import plan as plan_of
from minsheng.apps.visits.reads.coverage import FORMULA, Share, behind, coverage, missed_count
from minsheng.apps.visits.reads.enrolled import (
    Enrolled,
    EnrolledView,
    enrolled,
    enrolled_view,
    headed_plans,
)
from minsheng.apps.visits.reads.erasing import obstacles
from minsheng.apps.visits.reads.lines import VisitLine
from minsheng.apps.visits.reads.local import local_visits
from minsheng.apps.visits.reads.matters import Matter, matter
from minsheng.apps.visits.reads.mine import (
    Round,
    my_round,
    open_visit_of,
    settled_lately,
    waiting_count,
)
from minsheng.apps.visits.reads.one import VisitView, find, visit_view
from minsheng.apps.visits.reads.own import OwnVisits, firm_visits, is_visited, own_visits
from minsheng.apps.visits.reads.route import Route, RouteStop, my_route
from minsheng.apps.visits.reads.voices import Posted, Voice, board, courtyards, voice_plans, voices
from minsheng.apps.visits.reads.watched import Watched, locked_for_watch, watched

__all__ = [
    "FORMULA",
    "Enrolled",
    "EnrolledView",
    "Matter",
    "OwnVisits",
    "Posted",
    "Round",
    "Route",
    "RouteStop",
    "Share",
    "VisitLine",
    "VisitView",
    "Voice",
    "Watched",
    "behind",
    "board",
    "courtyards",
    "coverage",
    "enrolled",
    "enrolled_view",
    "find",
    "firm_visits",
    "headed_plans",
    "is_visited",
    "local_visits",
    "locked_for_watch",
    "matter",
    "missed_count",
    "my_round",
    "my_route",
    "obstacles",
    "open_visit_of",
    "own_visits",
    "plan_of",
    "settled_lately",
    "visit_view",
    "voice_plans",
    "voices",
    "waiting_count",
    "watched",
]
