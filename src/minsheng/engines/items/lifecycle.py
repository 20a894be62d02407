"""The life of an item: written, reviewed by somebody else, used, rested, retired.

What is in use has been read by two people. An item that is seen too often rests by itself; a person may
send it to rest or retire it at any time, with a reason. Limits are settings of the district (mark L).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

State = Literal["draft", "review", "in_use", "rest", "retired"]
Act = Literal["submit", "return", "approve", "rest", "wake", "retire"]
Role = Literal["author", "reviewer", "keeper"]

STATES: dict[State, Text] = {
    "draft": Text("草稿", "Draft"),
    "review": Text("等审", "In review"),
    "in_use": Text("在用", "In use"),
    "rest": Text("歇着", "Resting"),
    "retired": Text("停用", "Retired"),
}
ACTS: dict[Act, Text] = {
    "submit": Text("交审", "Submit"),
    "return": Text("退回", "Return"),
    "approve": Text("通过", "Approve"),
    "rest": Text("歇一歇", "Rest"),
    "wake": Text("再用", "Use again"),
    "retire": Text("停用", "Retire"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act: from which states, to which, whose it is, and whether it says why."""

    sources: tuple[State, ...]
    target: State
    role: Role
    reason: bool = False


STEPS: dict[Act, Step] = {
    "submit": Step(("draft",), "review", "author"),
    "return": Step(("review",), "draft", "reviewer", reason=True),
    "approve": Step(("review",), "in_use", "reviewer"),
    "rest": Step(("in_use",), "rest", "keeper", reason=True),
    "wake": Step(("rest",), "in_use", "keeper"),
    "retire": Step(("draft", "review", "in_use", "rest"), "retired", "keeper", reason=True),
}
_ROLES = {
    "author": Text("写题的老师", "the teacher who wrote it"),
    "reviewer": Text("审题的老师", "a teacher who reviews"),
    "keeper": Text("管题库的教研员", "the keeper of the bank"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often an item may be seen. After `uses` in a row it rests for `rest_days`.

    `again_days`: the same class isn't asked it again before that.
    """

    uses: int = 40
    rest_days: int = 90
    again_days: int = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How often an item was used since it last rested, when last, and when last in this class."""

    uses: int = 0
    last: date | None = None
    last_here: date | None = None


NEVER = Exposure()


def acts_from(state: State) -> tuple[Act, ...]:
    """Return what may be done with an item in a state, by anybody."""
    return tuple(act for act, step in STEPS.items() if state in step.sources)


def after(
    act: Act, state: State, *, roles: frozenset[Role], is_author: bool, reason: str = ""
) -> State:
    """Return the state after an act.

    `roles` are those of the person who acts; `is_author` whether they wrote this item. Raises Conflict
    when the item isn't in a state for it, NotAllowed when it is somebody else's to do, WrongInput without
    a reason where one is wanted.
    """
    step = STEPS[act]
    said = ACTS[act]
    if state not in step.sources:
        now = STATES[state]
        raise Conflict(
            "item_state",
            f"这道题现在是“{now.zh}”，不能“{said.zh}”。刷新看看是不是别人刚处理过。",
            f"This item is '{now.en}'; '{said.en}' is not possible. Has somebody else just acted?",
            facts={"state": state, "act": act},
        )
    if act in ("return", "approve") and is_author:
        raise NotAllowed(
            "item_own",
            "自己写的题要请别的老师审。",
            "Somebody else reviews what you have written.",
        )
    is_theirs = is_author if step.role == "author" else step.role in roles
    withdraws = act == "retire" and is_author and state in ("draft", "review")
    if not is_theirs and not withdraws:
        whose = _ROLES[step.role]
        raise NotAllowed(
            "item_role",
            f"“{said.zh}”由{whose.zh}来做。",
            f"'{said.en}' is for {whose.en}.",
            facts={"act": act},
        )
    if step.reason and not reason.strip():
        raise WrongInput(
            "item_reason",
            f"“{said.zh}”要写一句为什么，写题的老师会看到。",
            f"Say in one sentence why ('{said.en}'); the author reads it.",
            field="reason",
        )
    return step.target


def is_worn(exposure: Exposure, limits: Limits) -> bool:
    """Whether an item has been used so often that it goes to rest."""
    return exposure.uses >= limits.uses


def rests_until(exposure: Exposure, limits: Limits) -> date | None:
    """Return the first day on which a worn item may be used again; None when it isn't worn."""
    if not is_worn(exposure, limits) or exposure.last is None:
        return None
    return exposure.last + timedelta(days=limits.rest_days)


def may_be_asked(exposure: Exposure, limits: Limits, *, on: date) -> bool:
    """Whether an item in use may be put to this class on a day."""
    if is_worn(exposure, limits):
        until = rests_until(exposure, limits)
        return until is not None and on >= until
    here = exposure.last_here
    return here is None or on >= here + timedelta(days=limits.again_days)
