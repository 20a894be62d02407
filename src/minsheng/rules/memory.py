"""What was made of a node before. Rules live as long as their packs; their words needn't be made anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from .ir import Node

T = TypeVar("T")
MOST = 50_000


def remembered(make: Callable[[Node], T]) -> Callable[[Node], T]:
    """Return the same function, which makes of each node once what depends on nothing else.

    By identity, which is cheap; the node is kept, so that its id can't be given away.
    """
    made: dict[int, tuple[Node, T]] = {}

    def found(node: Node) -> T:
        entry = made.get(id(node))
        if entry is None:
            if len(made) >= MOST:
                made.clear()
            entry = made[id(node)] = (node, make(node))
        return entry[1]

    return found


def remembered_on(make: Callable[[Node, date], T]) -> Callable[[Node, date], T]:
    """Return the same function, which makes of each node once for a day what no case changes."""
    made: dict[tuple[int, date], tuple[Node, T]] = {}

    def found(node: Node, on: date) -> T:
        key = (id(node), on)
        entry = made.get(key)
        if entry is None:
            if len(made) >= MOST:
                made.clear()
            entry = made[key] = (node, make(node, on))
        return entry[1]

    return found
