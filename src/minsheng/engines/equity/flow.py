"""Which act leads a grant from which state to which, and whose act it is: one table.

applied → checked → recommended → approved → running → audited → triggered → converting → held → exited. What
fails along the way without fault is written off with the experts' word; a conversion is proposed by one body and
confirmed by another, and so is every payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

State = Literal[
    "applied", "declined", "checked", "recommended", "refused", "approved", "running", "reviewed", "audited",
    "triggered", "converting", "held", "exiting", "exited", "written_off", "withdrawn",
]  # fmt: skip
Act = Literal[
    "check", "decline", "conclude", "turn_down", "approve", "refuse", "contract", "pass_review", "audit", "trigger",
    "propose", "return", "confirm", "offer", "take_back", "sell", "write_off", "withdraw",
]  # fmt: skip
Side = Literal["firm", "centre", "bureau", "holding"]
STATES: tuple[State, ...] = get_args(State)
ACTS: tuple[Act, ...] = get_args(Act)
ENDED: tuple[State, ...] = ("declined", "refused", "exited", "written_off", "withdrawn")


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes an act, and the state it leads to. `says_why`: a reason belongs to it."""

    side: Side
    to: State
    says_why: bool = False


_STEPS: Mapping[tuple[State, Act], Step] = MappingProxyType(
    {
        ("applied", "check"): Step("centre", "checked"),
        ("applied", "decline"): Step("centre", "declined", says_why=True),
        ("applied", "withdraw"): Step("firm", "withdrawn"),
        ("checked", "conclude"): Step("centre", "recommended"),
        ("checked", "turn_down"): Step("centre", "refused"),
        ("checked", "withdraw"): Step("firm", "withdrawn"),
        ("recommended", "approve"): Step("bureau", "approved"),
        ("recommended", "refuse"): Step("bureau", "refused", says_why=True),
        ("approved", "contract"): Step("bureau", "running"),
        ("running", "pass_review"): Step("centre", "reviewed", says_why=True),
        ("running", "trigger"): Step("holding", "triggered", says_why=True),
        ("running", "write_off"): Step("bureau", "written_off", says_why=True),
        ("reviewed", "audit"): Step("bureau", "audited", says_why=True),
        ("reviewed", "trigger"): Step("holding", "triggered", says_why=True),
        ("reviewed", "write_off"): Step("bureau", "written_off", says_why=True),
        ("audited", "trigger"): Step("holding", "triggered", says_why=True),
        ("audited", "write_off"): Step("bureau", "written_off", says_why=True),
        ("triggered", "propose"): Step("holding", "converting"),
        ("converting", "return"): Step("bureau", "triggered", says_why=True),
        ("converting", "confirm"): Step("bureau", "held"),
        ("held", "offer"): Step("holding", "exiting", says_why=True),
        ("held", "write_off"): Step("bureau", "written_off", says_why=True),
        ("exiting", "take_back"): Step("holding", "held"),
        ("exiting", "sell"): Step("bureau", "exited"),
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
