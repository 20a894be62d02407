"""Every write of scores."""

from minsheng.apps.scores.actions.declaring import Typed, declare, note, object_to, settle_objection
from minsheng.apps.scores.actions.keeping import (
    confirm_year,
    keep_due,
    keep_year,
    take_snapshot,
)
from minsheng.apps.scores.actions.talent import (
    Checked,
    check_talent_code,
    confirm_number,
    declare_own,
    forget_talent,
    give_talent_code,
    object_to_refusal,
    refuse_number,
)
from minsheng.apps.scores.actions.weighing import confirm_weights, enter_weights, refuse_weights

__all__ = [
    "Checked",
    "Typed",
    "check_talent_code",
    "confirm_number",
    "confirm_weights",
    "confirm_year",
    "declare",
    "declare_own",
    "enter_weights",
    "forget_talent",
    "give_talent_code",
    "keep_due",
    "keep_year",
    "note",
    "object_to",
    "object_to_refusal",
    "refuse_number",
    "refuse_weights",
    "settle_objection",
    "take_snapshot",
]
