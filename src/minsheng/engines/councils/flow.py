"""Which act leads a matter of the neighbours from which state to which: one table.

called → met → voting → decided → done. What the vote doesn't settle is called together again. Where
neighbours agree without a vote, the meeting itself settles it; what will not be is dropped, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

State = Literal["called", "met", "voting", "decided", "failed", "done", "dropped"]
Act = Literal["hold", "call_again", "open_vote", "agree", "fail", "finish", "drop"]
STATES: tuple[State, ...] = get_args(State)
ENDED: tuple[State, ...] = ("done", "dropped")
STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        ("called", "hold"): "met",
        ("called", "call_again"): "called",
        ("called", "drop"): "dropped",
        ("met", "call_again"): "called",
        ("met", "open_vote"): "voting",
        ("met", "finish"): "done",
        ("met", "drop"): "dropped",
        ("voting", "agree"): "decided",
        ("voting", "fail"): "failed",
        ("failed", "call_again"): "called",
        ("failed", "open_vote"): "voting",
        ("failed", "drop"): "dropped",
        ("decided", "finish"): "done",
        ("decided", "drop"): "dropped",
    }
)


def after(state: State, act: Act) -> State | None:
    """Return the state an act leads to, or None where it isn't allowed."""
    return STEPS.get((state, act))


def allowed(state: State) -> frozenset[Act]:
    """Return the acts that a state allows."""
    return frozenset(act for (before, act) in STEPS if before == state)
