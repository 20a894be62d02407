"""Every write of money that goes out."""

from minsheng.apps.payouts.actions.batches import make_batch, read_bank_answer
from minsheng.apps.payouts.actions.budgets import drop_budget, give_budget, propose_budget
from minsheng.apps.payouts.actions.instalments import (
    Due,
    retry_instalment,
    reverse_instalment,
    set_aside,
)
from minsheng.apps.payouts.actions.purses import forget, name_account, take_account

__all__ = [
    "Due",
    "drop_budget",
    "forget",
    "give_budget",
    "make_batch",
    "name_account",
    "propose_budget",
    "read_bank_answer",
    "retry_instalment",
    "reverse_instalment",
    "set_aside",
    "take_account",
]
