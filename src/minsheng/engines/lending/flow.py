"""Which act leads a guaranteed loan from which state to which, and whose act it is: one table.

applied → recommended → agreed → guaranteed → contracted → paid → repaid, or overdue → claimed →
shared → closed. The last repayment finishes it. The centre recommends; only the bank decides about the loan, only the guarantee body about the
guarantee. A loss is claimed by one and shared by the other, and what comes back is reported and
confirmed alike, so that no one alone moves money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

State = Literal[
    "applied", "declined", "recommended", "refused", "agreed", "unguaranteed", "guaranteed",
    "contracted", "paid", "repaid", "overdue", "claimed", "shared", "recovering", "closed", "withdrawn",
]  # fmt: skip
Act = Literal[
    "recommend", "decline", "agree", "refuse", "guarantee", "reject", "contract", "pay_out", "repay",
    "finish", "call_overdue", "claim", "return_claim", "share", "report", "return_report", "recover", "close", "withdraw",
]  # fmt: skip
Side = Literal["firm", "centre", "bank", "guarantor"]
STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)
ENDED: tuple[State, ...] = (
    "declined", "refused", "unguaranteed", "repaid", "closed", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes an act, and the state it leads to. `says_why`: a reason belongs to it."""

    side: Side
    to: State
    says_why: bool = False


_STEPS: Mapping[tuple[State, Act], Step] = MappingProxyType(
    {
        ("applied", "recommend"): Step("centre", "recommended"),
        ("applied", "decline"): Step("centre", "declined", says_why=True),
        ("applied", "withdraw"): Step("firm", "withdrawn"),
        ("recommended", "agree"): Step("bank", "agreed", says_why=True),
        ("recommended", "refuse"): Step("bank", "refused", says_why=True),
        ("recommended", "withdraw"): Step("firm", "withdrawn"),
        ("agreed", "guarantee"): Step("guarantor", "guaranteed"),
        ("agreed", "reject"): Step("guarantor", "unguaranteed", says_why=True),
        ("agreed", "withdraw"): Step("firm", "withdrawn"),
        ("guaranteed", "contract"): Step("bank", "contracted"),
        ("guaranteed", "withdraw"): Step("firm", "withdrawn"),
        ("contracted", "pay_out"): Step("bank", "paid"),
        ("paid", "repay"): Step("bank", "paid"),
        ("paid", "finish"): Step("bank", "repaid"),
        ("paid", "call_overdue"): Step("bank", "overdue"),
        ("overdue", "repay"): Step("bank", "overdue"),
        ("overdue", "finish"): Step("bank", "repaid"),
        ("overdue", "claim"): Step("bank", "claimed", says_why=True),
        ("claimed", "return_claim"): Step("guarantor", "overdue", says_why=True),
        ("claimed", "share"): Step("guarantor", "shared"),
        ("shared", "report"): Step("bank", "recovering", says_why=True),
        ("recovering", "return_report"): Step("guarantor", "shared", says_why=True),
        ("recovering", "recover"): Step("guarantor", "shared"),
        ("shared", "close"): Step("guarantor", "closed", says_why=True),
    }
)


def step(state: State, act: Act) -> Step | None:
    """Return the step that an act takes from a state, or None where it isn't allowed."""
    return _STEPS.get((state, act))


def allowed(state: State, side: Side) -> tuple[Act, ...]:
    """Return the acts that a state leaves to one side, in the order of the table."""
    return tuple(
        act for (before, act), one in _STEPS.items() if before == state and one.side == side
    )
