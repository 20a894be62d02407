"""Every write of scores."""

from minsheng.apps.scores.actions.declaring import Typed, declare, note, object_to, settle_objection
from minsheng.apps.scores.actions.keeping import take_snapshot
from minsheng.apps.scores.actions.weighing import confirm_weights, enter_weights, refuse_weights

__all__ = [
    "Typed",
    "confirm_weights",
    "declare",
    "enter_weights",
    "note",
    "object_to",
    "refuse_weights",
    "settle_objection",
    "take_snapshot",
]
