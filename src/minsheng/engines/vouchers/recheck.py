"""Checking again after payment: which paid vouchers are drawn, and what may follow.

Whoever draws chooses nothing: the seed comes from the machine, each paid voucher takes part in one
draw, and the same seed over the same vouchers draws the same ones. drawn → fine, or doubted: the firm is
heard, somebody else decides, the firm may object to a third person; what stands is paid back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from minsheng.lib.texts import Text

SUITE = "minsheng.recheck.1"
RecheckState = Literal[
    "drawn", "fine", "doubted", "heard", "upheld", "objected", "owed", "returned"
]  # fmt: skip
RecheckAct = Literal[
    "clear", "doubt", "answer", "uphold", "drop", "object", "confirm", "overturn", "take_back"
]  # fmt: skip
RecheckSide = Literal["firm", "checker", "decider", "reviewer", "payer"]
RECHECK_STATES: tuple[RecheckState, ...] = get_args(RecheckState)
OVER: tuple[RecheckState, ...] = ("fine", "returned")


@dataclass(frozen=True, slots=True)
class RecheckStep:
    """Who takes an act, and the state it leads to. `says_why`: a reason belongs to it.

    `waits`: before its day has passed the act isn't open; `ends`: after it no more.
    """

    side: RecheckSide
    to: RecheckState
    says_why: bool = True
    waits: bool = False
    ends: bool = False


_STEPS: Mapping[tuple[RecheckState, RecheckAct], RecheckStep] = MappingProxyType(
    {
        ("drawn", "clear"): RecheckStep("checker", "fine"),
        ("drawn", "doubt"): RecheckStep("checker", "doubted"),
        ("doubted", "answer"): RecheckStep("firm", "heard"),
        ("doubted", "uphold"): RecheckStep("decider", "upheld", waits=True),
        ("doubted", "drop"): RecheckStep("decider", "fine"),
        ("heard", "uphold"): RecheckStep("decider", "upheld"),
        ("heard", "drop"): RecheckStep("decider", "fine"),
        ("upheld", "object"): RecheckStep("firm", "objected", ends=True),
        ("upheld", "take_back"): RecheckStep("payer", "returned", says_why=False, waits=True),
        ("objected", "confirm"): RecheckStep("reviewer", "owed"),
        ("objected", "overturn"): RecheckStep("reviewer", "fine"),
        ("owed", "take_back"): RecheckStep("payer", "returned", says_why=False),
    }
)


def recheck_step(state: RecheckState, act: RecheckAct, *, day_passed: bool) -> RecheckStep | None:
    """Return the step that an act takes, or None where it isn't open.

    `day_passed`: the last day of the firm's to answer or object is over.
    """
    found = _STEPS.get((state, act))
    if found is None or (found.waits and not day_passed) or (found.ends and day_passed):
        return None
    return found


def recheck_allowed(
    state: RecheckState, side: RecheckSide, *, day_passed: bool
) -> tuple[RecheckAct, ...]:
    """Return the acts that a state leaves to one side, in the order of the table."""
    acts = [act for (before, act), one in _STEPS.items() if before == state and one.side == side]
    return tuple(act for act in acts if recheck_step(state, act, day_passed=day_passed))


def sample(keys: Iterable[str], *, seed: str, percent: int) -> tuple[str, ...]:
    """Return which of some keys are drawn: so many per cent, rounded up; the order given is nothing.

    >>> sample(["1", "2", "3"], seed="00", percent=10)
    ('3',)
    """
    lots = sorted((_lot(seed, key), key) for key in set(keys))
    count = -(-len(lots) * percent // 100)
    return tuple(key for _, key in lots[:count])


def keys_digest(keys: Iterable[str]) -> str:
    """Return the digest of all keys that took part in a draw, whatever their order."""
    return hashlib.sha256(",".join(sorted(set(keys))).encode()).hexdigest()


def _lot(seed: str, key: str) -> str:
    return hashlib.sha256(f"{SUITE}|{seed}|{key}".encode()).hexdigest()


RECHECK_SAID: Mapping[str, Text] = MappingProxyType(
    {
        "drawn": Text("抽中了，等复核", "Drawn; waits to be checked"),
        "fine": Text("复核没有问题", "Checked: nothing wrong"),
        "doubted": Text("有疑问，等企业说明", "Doubted; the firm is heard"),
        "heard": Text("企业说明了，等决定", "The firm has answered; waits for a decision"),
        "upheld": Text("认定有问题，企业可以提异议", "Found wrong; the firm may object"),
        "objected": Text("企业提了异议，等另一个部门看", "Objected; another office looks at it"),
        "owed": Text("要退钱", "To be paid back"),
        "returned": Text("钱退回来了", "Paid back"),
    }
)
RECHECK_ACTS: Mapping[str, Text] = MappingProxyType(
    {
        "clear": Text("没有问题", "Nothing wrong"),
        "doubt": Text("有疑问，请企业说明", "Doubt it and hear the firm"),
        "answer": Text("说明情况", "Answer"),
        "uphold": Text("认定有问题，要退钱", "Find it wrong"),
        "drop": Text("说得通，不追究", "Drop it"),
        "object": Text("提异议", "Object"),
        "confirm": Text("维持认定", "Confirm the finding"),
        "overturn": Text("撤销认定", "Overturn the finding"),
        "take_back": Text("钱到账了，记回总额", "The money has come: give it back to the pool"),
    }
)
RECHECK_SIDES: Mapping[str, Text] = MappingProxyType(
    {
        "firm": Text("企业", "the firm"),
        "checker": Text("复核人", "who checks"),
        "decider": Text("决定人", "who decides"),
        "reviewer": Text("听异议的人", "who hears objections"),
        "payer": Text("兑付人", "who pays"),
    }
)
