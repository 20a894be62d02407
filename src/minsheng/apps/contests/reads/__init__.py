"""Contests as each person may see them: entrant, head, judge, who runs them, everybody."""

from __future__ import annotations

from minsheng.apps.contests.reads.awards import (
    AwardLine,
    award_workbook,
    awards_of,
    public_awards,
    register,
)
from minsheng.apps.contests.reads.growth import (
    GrowthLine,
    Totals,
    contested_awards,
    contested_lines,
    evidence_line,
    own_growth,
    own_hours,
    school_totals,
    to_check,
)
from minsheng.apps.contests.reads.holding import Held, held_about, obstacles
from minsheng.apps.contests.reads.judged import JudgedSheet, judged_sheet, own_sheets
from minsheng.apps.contests.reads.mine import (
    MaterialLine,
    OwnWork,
    RoundLine,
    led_works,
    material_of,
    own_work,
    own_works,
    papers_of,
    rounds,
)
from minsheng.apps.contests.reads.running import PublicWork, RoundView, public_works, round_view

__all__ = [
    "AwardLine",
    "GrowthLine",
    "Held",
    "JudgedSheet",
    "MaterialLine",
    "OwnWork",
    "PublicWork",
    "RoundLine",
    "RoundView",
    "Totals",
    "award_workbook",
    "awards_of",
    "contested_awards",
    "contested_lines",
    "evidence_line",
    "held_about",
    "judged_sheet",
    "led_works",
    "material_of",
    "obstacles",
    "own_growth",
    "own_hours",
    "own_sheets",
    "own_work",
    "own_works",
    "papers_of",
    "public_awards",
    "public_works",
    "register",
    "round_view",
    "rounds",
    "school_totals",
    "to_check",
]
