"""Truth values of many rows: two masks, one for yes and one for no; what is in neither is unknown.

With two masks Kleene's and, or and not are plain and, or and a swap. Where nothing is unknown the
second mask is left away, and so is all work on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

Mask = Any
"""A boolean array, or one numpy boolean that stands for every row."""

YES, NO = np.True_, np.False_


@dataclass(slots=True)
class Truth:
    """Where something is so, and where it isn't. `no` None: everywhere else it isn't."""

    yes: Mask
    no: Mask | None = None


UNSETTLED = Truth(NO, NO)


def no_of(truth: Truth) -> Mask:
    """Return where it isn't so."""
    return ~truth.yes if truth.no is None else truth.no


def known_of(truth: Truth) -> Mask | None:
    """Return where it is settled, or None for everywhere."""
    return None if truth.no is None else truth.yes | truth.no


def both_known(one: Mask | None, other: Mask | None) -> Mask | None:
    """Return where both are known, or None for everywhere."""
    if one is None:
        return other
    return one if other is None else one & other


def settled(holds: Mask, known: Mask | None) -> Truth:
    """Return what holds where it is known, and unknown elsewhere."""
    if known is None:
        return Truth(holds)
    yes = holds & known
    return Truth(yes, known > yes)


def opposite(truth: Truth) -> Truth:
    """Return not."""
    return Truth(~truth.yes) if truth.no is None else Truth(truth.no, truth.yes)


def every(truths: Sequence[Truth]) -> Truth:
    """Return and: no as soon as one is no, whatever is unknown."""
    return opposite(some([opposite(truth) for truth in truths]))


def some(truths: Sequence[Truth]) -> Truth:
    """Return or: yes as soon as one is yes, whatever is unknown."""
    yes = reduce(np.logical_or, [truth.yes for truth in truths])
    whole = [truth.yes for truth in truths if truth.no is None]
    parts = [truth.no for truth in truths if truth.no is not None]
    if not parts:
        return Truth(yes)
    no = reduce(np.logical_and, parts)
    return Truth(yes, no > reduce(np.logical_or, whole) if whole else no)


def alike(one: Truth, other: Truth) -> Truth:
    """Return whether both are yes or both are no; unknown where either is unknown."""
    if one.no is None and other.no is None:
        return Truth(one.yes == other.yes)
    one_no, other_no = no_of(one), no_of(other)
    return Truth(
        (one.yes & other.yes) | (one_no & other_no), (one.yes & other_no) | (one_no & other.yes)
    )


def chosen(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """Return `then` where the condition holds, else `otherwise`; where it is unknown what both say."""
    if condition.no is None and then.no is None and otherwise.no is None:
        return Truth((condition.yes & then.yes) | (otherwise.yes > condition.yes))
    yes = (condition.yes & then.yes) | (no_of(condition) & otherwise.yes)
    no = (condition.yes & no_of(then)) | (no_of(condition) & no_of(otherwise))
    if condition.no is None:
        return Truth(yes, no)
    return Truth(yes | (then.yes & otherwise.yes), no | (no_of(then) & no_of(otherwise)))
