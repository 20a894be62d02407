"""Every write of awards."""

from minsheng.apps.grants.actions.claiming import claim, claim_at_counter
from minsheng.apps.grants.actions.deciding import approve, decide, refuse
from minsheng.apps.grants.actions.ending import end, give_up
from minsheng.apps.grants.actions.months import Computed, compute_due, compute_months
from minsheng.apps.grants.actions.objecting import answer_objection, object_to
from minsheng.apps.grants.actions.recovering import confirm, drop, note_repaid, open_recovery, speak

__all__ = [
    "Computed",
    "answer_objection",
    "approve",
    "claim",
    "claim_at_counter",
    "compute_due",
    "compute_months",
    "confirm",
    "decide",
    "drop",
    "end",
    "give_up",
    "note_repaid",
    "object_to",
    "open_recovery",
    "refuse",
    "speak",
]
