"""Every write to stakes: apply, opinions, the next step, parts of the money, the pool."""

from minsheng.apps.stakes.actions.applying import Wanted, apply_for_grant
from minsheng.apps.stakes.actions.judging import Word, ask_experts, give_opinion, remind
from minsheng.apps.stakes.actions.paying import (
    confirm_payment,
    fill_pool,
    order_payment,
    stop_payment,
)
from minsheng.apps.stakes.actions.stepping import Said, take_step

__all__ = [
    "Said",
    "Wanted",
    "Word",
    "apply_for_grant",
    "ask_experts",
    "confirm_payment",
    "fill_pool",
    "give_opinion",
    "order_payment",
    "remind",
    "stop_payment",
    "take_step",
]
