"""A block: some roots and all that stands with them, as slices of the tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import INT64, LIMIT, Cells
from .choices import Columns
from .gathering import Groups, Way, owners
from .tables import NONE, Column, Population, ToMany, ToOne
from .truths import UNSETTLED, settled
from .words import NO_WORDS

Span = tuple[int, int]


class Block:
    """Slices of a population. Ways and groups are worked out once for each block."""

    __slots__ = ("_groups", "_ways", "finished", "population", "spans")

    def __init__(
        self, population: Population, spans: dict[str, Span], finished: dict[int, Columns]
    ) -> None:
        self.population = population
        self.spans = spans
        self.finished = finished
        self._ways: dict[tuple[str, str], Way] = {}
        self._groups: dict[tuple[str, str], Groups] = {}

    def fact(self, entity: str, name: str, kind: str) -> Columns:
        """Return the facts of one field."""
        column = self.population.tables[entity].columns.get(name)
        if column is None:
            return UNSETTLED if kind == "boolean" else self._nothing(entity, kind)
        low, high = self.spans[entity]
        known = None if column.known is None else column.known[low:high]
        if known is not None and known.all():
            known = None
        values = column.values[low:high]
        if kind == "boolean":
            return settled(values, known)
        return _cells(column, values, known, kind)

    def _nothing(self, entity: str, kind: str) -> Columns:
        low, high = self.spans[entity]
        if kind in ("text", "choice", "set"):
            return NO_WORDS
        return Cells(np.zeros(high - low, INT64), np.zeros(high - low, bool), tight=True)

    def way(self, entity: str, name: str, *, local: bool) -> Way:
        """Return where a relation to one thing leads: rows of this block, or of the whole table."""
        key = (entity, name)
        if key not in self._ways:
            low, high = self.spans[entity]
            relation = self.population.tables[entity].relations[name]
            assert isinstance(relation, ToOne)
            given = relation.rows[low:high]
            first = self.spans[self.population.leads[key]][0] if local else 0
            rows = np.subtract(given, first, dtype=np.intp)
            if given.min(initial=0) < 0:
                missing = given < 0
                self._ways[key] = Way(rows, ~missing, given == NONE)
            else:
                self._ways[key] = Way(rows)
        return self._ways[key]

    def groups(self, entity: str, name: str, *, local: bool) -> Groups:
        """Return the members of each owner: rows of this block, or of the whole table."""
        key = (entity, name)
        if key not in self._groups:
            relation = self.population.tables[entity].relations[name]
            if isinstance(relation, ToOne):
                self._groups[key] = self._at_most_one(key, local=local)
            else:
                self._groups[key] = self._several(key, relation, local=local)
        return self._groups[key]

    def _several(self, key: tuple[str, str], relation: ToMany, *, local: bool) -> Groups:
        low, high = self.spans[key[0]]
        offsets = relation.offsets[low : high + 1].astype(np.intp)
        sizes = np.diff(offsets)
        owner = owners(sizes)
        first = self.spans[self.population.leads[key]][0] if local else 0
        if relation.rows is not None:
            rows = relation.rows[offsets[0] : offsets[-1]].astype(np.intp) - first
        else:
            rows = None if local else np.arange(offsets[0], offsets[-1])
        known = None if relation.known is None else relation.known[low:high]
        if known is not None and known.all():
            known = None
        return Groups(high - low, owner, sizes, int(sizes.max(initial=0)), rows, known)

    def _at_most_one(self, key: tuple[str, str], *, local: bool) -> Groups:
        way = self.way(*key, local=local)
        count = len(way.rows)
        if way.there is None:
            return Groups(count, np.arange(count), np.ones(count, np.intp), 1, way.rows)
        owner = np.flatnonzero(way.there)
        known = way.there | way.none
        return Groups(count, owner, way.there.astype(np.intp), 1, way.rows[owner], known)


def _cells(column: Column, values: Any, known: Any, kind: str) -> Cells:
    if kind in ("text", "choice", "set"):
        return Cells(values, known, words=column.words)
    if values.dtype == object:
        return Cells(values, known)
    low, high = column.bounds
    if max(-low, high) > LIMIT and known is not None:  # what is unknown may be anything
        values = np.where(known, values, 0)
        return Cells(values, known, column.denominator, -LIMIT, LIMIT)
    return Cells(values, known, column.denominator, low, high)
