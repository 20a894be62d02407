"""Handing over: nobody falls out of a plan when a visitor leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Visited = TypeVar("Visited")
Visitor = TypeVar("Visitor")


def handed_over(
    visitors: Mapping[Visited, Visitor | None],
    staying: Sequence[Visitor],
    *,
    far: Callable[[Visited, Visitor], float] = lambda visited, visitor: 0.0,
) -> dict[Visited, Visitor | None]:
    """Return who visits whom once only `staying` are there: the same persons, none lost.

    Whoever has a visitor that stays keeps them. The others go, one after the other, to the visitor
    with the fewest, of those to the one to whom they are least `far`. With nobody staying they
    wait at the post: None.
    """
    known = set(staying)
    loads = Counter(dict.fromkeys(staying, 0))
    loads.update(visitor for visitor in visitors.values() if visitor in known)
    found: dict[Visited, Visitor | None] = {}
    for visited, visitor in visitors.items():
        if visitor in known:
            found[visited] = visitor
            continue
        heir = min(
            staying,
            key=lambda one: (loads[one], far(visited, one), staying.index(one)),
            default=None,
        )
        found[visited] = heir
        if heir is not None:
            loads[heir] += 1
    return found
