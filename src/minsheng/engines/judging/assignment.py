"""Who judges which work: as even as conflicts allow, and tied together so that judges compare."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

import numpy as np

Work = TypeVar("Work", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)


class Unassignable(ValueError):
    """Some works have too few judges without a conflict; `works` names them."""

    def __init__(self, works: Sequence[Hashable]) -> None:
        super().__init__(f"too few judges without a conflict: {list(works)}")
        self.works = tuple(works)


@dataclass(frozen=True, slots=True)
class Assignment(Generic[Work, Person]):
    """Which judges have which work. `loads`: works of each judge. `pieces`: 1 when all hang together."""

    judges_of: Mapping[Work, tuple[Person, ...]]
    loads: Mapping[Person, int]
    pieces: int

    @property
    def is_connected(self) -> bool:
        """Whether every judge can be compared with every other through works they share."""
        return self.pieces == 1


def assign(
    works: Sequence[Work],
    judges: Sequence[Person],
    *,
    per_work: int,
    conflicts: Collection[tuple[Work, Person]],
    random: np.random.Generator,
) -> Assignment[Work, Person]:
    """Return an incomplete block design: each work has `per_work` judges, none in conflict.

    Works come in random order, the most constrained first, and take the least loaded judges who met
    least so far. Loads are then evened out along exchanges until no exchange helps, so that the
    greatest load is as small as it can be; pieces are tied together where an exchange of two can.
    Raises Unassignable, ValueError for doubles or a number below one.
    """
    if per_work < 1 or len(set(works)) != len(works) or len(set(judges)) != len(judges):
        raise ValueError("per_work at least one; works and judges each once")
    barred = set(conflicts)
    free = {work: [one for one in judges if (work, one) not in barred] for work in works}
    wanting = [work for work in works if len(free[work]) < per_work]
    if wanting:
        raise Unassignable(wanting)
    chosen: dict[Work, set[Person]] = {}
    loads: Counter[Person] = Counter(dict.fromkeys(judges, 0))
    met: Counter[frozenset[Person]] = Counter()
    chance = {work: float(random.random()) for work in works}
    for work in sorted(works, key=lambda one: (len(free[one]), chance[one])):
        mine: set[Person] = set()
        for _ in range(per_work):
            luck = {one: float(random.random()) for one in free[work]}
            best = min(
                (one for one in free[work] if one not in mine),
                key=lambda one: (
                    loads[one],
                    sum(met[frozenset((one, other))] for other in mine),
                    luck[one],
                ),
            )
            met.update(frozenset((best, other)) for other in mine)
            mine.add(best)
            loads[best] += 1
        chosen[work] = mine
    _even_out(chosen, loads, free)
    _tie_together(chosen, free)
    return Assignment(
        {work: tuple(one for one in judges if one in chosen[work]) for work in works},
        dict(loads),
        pieces([(work, one) for work, mine in chosen.items() for one in mine]) if works else 0,
    )


def substitute(
    judges_of: Mapping[Work, Collection[Person]],
    work: Work,
    *,
    judges: Sequence[Person],
    conflicts: Collection[tuple[Work, Person]],
) -> Person:
    """Return who takes one more seat at a work: free of conflict, least loaded, first as listed.

    Whoever has the work already doesn't count. Raises Unassignable.
    """
    barred = set(conflicts)
    loads = Counter(one for mine in judges_of.values() for one in mine)
    there = set(judges_of.get(work, ()))
    free = [one for one in judges if one not in there and (work, one) not in barred]
    if not free:
        raise Unassignable([work])
    return min(free, key=lambda one: loads[one])


def pieces(sheets: Collection[tuple[Hashable, Hashable]]) -> int:
    """Return into how many pieces works and judges fall that share nothing."""
    return len(set(_roots(sheets).values()))


def _roots(
    sheets: Collection[tuple[Hashable, Hashable]],
) -> dict[tuple[str, Hashable], tuple[str, Hashable]]:
    parent: dict[tuple[str, Hashable], tuple[str, Hashable]] = {}

    def root(node: tuple[str, Hashable]) -> tuple[str, Hashable]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for work, judge in sheets:
        parent[root(("work", work))] = root(("judge", judge))
    return {node: root(node) for node in list(parent)}


def _even_out(
    chosen: dict[Work, set[Person]], loads: Counter[Person], free: Mapping[Work, list[Person]]
) -> None:
    """Hand works on along chains from the heavily to the lightly loaded until no chain is left."""
    while True:
        for heavy in sorted(loads, key=lambda one: -loads[one]):
            chain = _chain(heavy, chosen, loads, free)
            if chain:
                break
        else:
            return
        for work, giver, taker in chain:
            chosen[work].remove(giver)
            chosen[work].add(taker)
        loads[chain[0][1]] -= 1
        loads[chain[-1][2]] += 1


def _chain(
    heavy: Person,
    chosen: Mapping[Work, set[Person]],
    loads: Counter[Person],
    free: Mapping[Work, list[Person]],
) -> list[tuple[Work, Person, Person]]:
    """Return the shortest chain of hand-overs that ends at somebody with two works fewer, or []."""
    came: dict[Person, tuple[Work, Person] | None] = {heavy: None}
    queue = deque([heavy])
    while queue:
        giver = queue.popleft()
        for work, mine in chosen.items():
            if giver not in mine:
                continue
            for taker in free[work]:
                if taker in mine or taker in came:
                    continue
                came[taker] = (work, giver)
                if loads[taker] <= loads[heavy] - 2:
                    return _walked(came, taker)
                queue.append(taker)
    return []


def _walked(
    came: Mapping[Person, tuple[Work, Person] | None], end: Person
) -> list[tuple[Work, Person, Person]]:
    steps: list[tuple[Work, Person, Person]] = []
    at = end
    while (step := came[at]) is not None:
        steps.append((step[0], step[1], at))
        at = step[1]
    return steps[::-1]


def _tie_together(chosen: dict[Work, set[Person]], free: Mapping[Work, list[Person]]) -> None:
    """Swap judges between two works of different pieces while that leaves fewer pieces."""
    while (now := _count(chosen)) > 1:
        if not _one_swap(chosen, free, now):
            return


def _one_swap(chosen: dict[Work, set[Person]], free: Mapping[Work, list[Person]], now: int) -> bool:
    roots = _roots([(work, one) for work, mine in chosen.items() for one in mine])
    for first, second in combinations(chosen, 2):
        if roots[("work", first)] == roots[("work", second)]:
            continue
        for one in tuple(chosen[first]):
            for other in tuple(chosen[second]):
                if other not in free[first] or one not in free[second]:
                    continue
                _swap(chosen, first, one, second, other)
                if _count(chosen) < now:
                    return True
                _swap(chosen, first, other, second, one)
    return False


def _swap(
    chosen: dict[Work, set[Person]], first: Work, one: Person, second: Work, other: Person
) -> None:
    chosen[first] ^= {one, other}
    chosen[second] ^= {one, other}


def _count(chosen: Mapping[Work, set[Person]]) -> int:
    return pieces([(work, one) for work, mine in chosen.items() for one in mine])
