"""Every write to points that is a business act."""

from minsheng.apps.points.actions.erasing import forget
from minsheng.apps.points.actions.honours import answer_honour, bar, offer_honour, withdraw_honour
from minsheng.apps.points.actions.joining import join, leave
from minsheng.apps.points.actions.objecting import decide_objection, object_to
from minsheng.apps.points.actions.posting import expire_due, give_base, post_due, reverse_proposal
from minsheng.apps.points.actions.proposing import drop, propose, publish
from minsheng.apps.points.actions.shop import (
    add_stock,
    cancel,
    hand_over,
    lapse_due,
    order,
    take_back,
)

__all__ = [
    "add_stock",
    "answer_honour",
    "bar",
    "cancel",
    "decide_objection",
    "drop",
    "expire_due",
    "forget",
    "give_base",
    "hand_over",
    "join",
    "lapse_due",
    "leave",
    "object_to",
    "offer_honour",
    "order",
    "post_due",
    "propose",
    "publish",
    "reverse_proposal",
    "take_back",
    "withdraw_honour",
]
