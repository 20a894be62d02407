"""Counts of small groups are withheld, and so that nobody can work them out from the total."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Shown(Generic[Key]):
    """Counts as they may be shown: None is withheld. `total` None: it would give a cell away."""

    counts: Mapping[Key, int | None]
    total: int | None

    @property
    def hidden(self) -> tuple[Key, ...]:
        """Which cells are withheld."""
        return tuple(key for key, count in self.counts.items() if count is None)


def withheld(counts: Mapping[Key, int], *, smallest: int) -> Shown[Key]:
    """Return the counts of groups that don't overlap, with those under `smallest` withheld.

    Nobody is in a group of 0, so that 0 may be shown. Where what is withheld adds up to fewer than
    `smallest`, is one cell alone, or can be split in one way only, further cells are withheld, in their order, since choosing by
    size would tell sizes; and when none are left, the total. Raises ValueError for a count below 0.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count can't be below 0")
    total = sum(counts.values())
    hidden = {key for key, count in counts.items() if 0 < count < smallest}
    rest = [key for key in counts if key not in hidden]
    while hidden and rest and not _is_safe([counts[key] for key in hidden], smallest):
        hidden.add(rest.pop(0))
    is_safe = not hidden or _is_safe([counts[key] for key in hidden], smallest)
    return Shown(
        {key: None if key in hidden else count for key, count in counts.items()},
        total if is_safe and not 0 < total < smallest else None,
    )


def _is_safe(hidden: list[int], smallest: int) -> bool:
    """Whether the sum of what is withheld, which everybody can work out, gives no cell away."""
    total, cells = sum(hidden), len(hidden)
    is_one_way = total in (cells, cells * (smallest - 1))  # all of them one, or all the most
    return cells > 1 and total >= smallest and not is_one_way
