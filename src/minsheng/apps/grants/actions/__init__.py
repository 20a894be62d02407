"""Every write of awards."""

from minsheng.apps.grants.actions.claiming import claim
from minsheng.apps.grants.actions.deciding import approve, decide, refuse
from minsheng.apps.grants.actions.months import Computed, compute_months
from minsheng.apps.grants.actions.recovering import confirm, drop, note_repaid, open_recovery, speak

__all__ = [
    "Computed",
    "approve",
    "claim",
    "compute_months",
    "confirm",
    "decide",
    "drop",
    "note_repaid",
    "open_recovery",
    "refuse",
    "speak",
]
