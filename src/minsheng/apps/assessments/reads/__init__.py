"""What is known of assessments: by the family, at the desk, in numbers, about oneself."""

from __future__ import annotations

from minsheng.apps.assessments.reads.desk import (
    Compared,
    Difference,
    Work,
    compared,
    desk_view,
    own_answers,
    works_of,
)
from minsheng.apps.assessments.reads.holding import held_about, obstacles
from minsheng.apps.assessments.reads.lines import STATES, Line, standing_result
from minsheng.apps.assessments.reads.mine import FamilyView, Whom, family_view, own_lines, whom
from minsheng.apps.assessments.reads.outcomes import Outcome, outcome_of, said
from minsheng.apps.assessments.reads.quality import ItemAgreement, agreement

__all__ = [
    "STATES",
    "Compared",
    "Difference",
    "FamilyView",
    "ItemAgreement",
    "Line",
    "Outcome",
    "Whom",
    "Work",
    "agreement",
    "compared",
    "desk_view",
    "family_view",
    "held_about",
    "obstacles",
    "outcome_of",
    "own_answers",
    "own_lines",
    "said",
    "standing_result",
    "whom",
    "works_of",
]
