"""Payments in batches: the file a bank takes, the answer it gives, and the two held side by side."""

from minsheng.engines.payments.answers import read_answer
from minsheng.engines.payments.orders import Answered, Batch, Debtor, Order, Statement
from minsheng.engines.payments.pain import read_pain001, write_pain001, write_pain002
from minsheng.engines.payments.reconcile import Line, Reconciliation, reconcile
from minsheng.engines.payments.tables import write_list

__all__ = [
    "Answered",
    "Batch",
    "Debtor",
    "Line",
    "Order",
    "Reconciliation",
    "Statement",
    "read_answer",
    "read_pain001",
    "reconcile",
    "write_list",
    "write_pain001",
    "write_pain002",
]
