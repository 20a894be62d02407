"""Which act leads from which state to which: one table, nothing else decides it.

listed → running → (observing →) checking → closed. A check that fails leads back to work; a closed
entry may be opened again; what will not be done is dropped with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

State = Literal["listed", "running", "observing", "checking", "closed", "dropped"]
Act = Literal["start", "work", "finish", "ask_check", "pass_check", "fail_check", "reopen", "drop"]

STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        ("listed", "start"): "running",
        ("listed", "drop"): "dropped",
        ("running", "work"): "running",
        ("running", "finish"): "observing",
        ("running", "ask_check"): "checking",
        ("running", "drop"): "dropped",
        ("observing", "work"): "observing",
        ("observing", "ask_check"): "checking",
        ("observing", "reopen"): "running",
        ("checking", "pass_check"): "closed",
        ("checking", "fail_check"): "running",
        ("closed", "reopen"): "running",
    }
)
ENDED: tuple[State, ...] = ("closed", "dropped")


def after(state: State, act: Act) -> State | None:
    """Return the state an act leads to, or None where it isn't allowed."""
    return STEPS.get((state, act))


def allowed(state: State) -> frozenset[Act]:
    """Return the acts that a state allows."""
    return frozenset(act for (before, act) in STEPS if before == state)
