"""How an affair looks to whoever may see it: steps that are open, steps that were taken, the fund behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.steps import sealing
from minsheng.apps.steps.actions import Kind, Terms, fund_key, holder_of
from minsheng.apps.steps.models import Step
from minsheng.lib.texts import Text

T = TypeVar("T", bound=Terms)
Held = tuple[Text, str, str]
"""What is held of somebody: what it is, its words, where it stands and since when."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that is open to whoever looks: `asks` names what it wants to know."""

    act: str
    said: Text
    asks: tuple[str, ...]
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken."""

    said: Text
    side: Text
    amount_fen: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fund(Generic[T]):
    """The money behind a scheme: what is free, what is set aside, whether it was filled."""

    terms: T
    free_fen: int
    held_fen: int
    is_filled: bool
    may_fill: bool


def taken(
    steps: Iterable[Step], acts: Mapping[str, Text], sides: Mapping[str, Text]
) -> tuple[Taken, ...]:
    """Return steps in words, in the order in which they were taken."""
    return tuple(
        Taken(acts[one.act], sides[one.side], one.amount_fen, sealing.opened(one.reason), one.at)
        for one in sorted(steps, key=lambda one: one.pk)
    )


def reasons_of(steps: Iterable[Taken], number: str) -> list[Held]:
    """Return what was said at each step with a reason, for the copy of a person's data."""
    return [
        (one.said, one.reason, f"{number}，{timezone.localtime(one.at).date()}")
        for one in steps
        if one.reason
    ]


def fund_of(kind: Kind, terms: T, *, fills: bool, on: date) -> Fund[T]:
    """Return how the fund of a scheme stands. `fills`: whoever looks has the post that fills it."""
    there = accounts.balance(terms.unit, holder_of(terms), on=on)
    is_filled = accounts.is_posted(fund_key(kind, terms))
    return Fund(terms, there.usable, there.held, is_filled, fills and not is_filled)
