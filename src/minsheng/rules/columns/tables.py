"""A population as tables: for each kind of thing its columns, and where its relations lead.

Members of a household stand one after another, and households in the order of their members, so
that a block of households with all their members can be judged by itself, small enough for the
cache of the processor. Other relations lead anywhere and cost more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minsheng.rules.errors import WrongFact

from .cells import INT64, Words, bounds_of

NONE, NOBODY_KNOWS = -1, -2
"""Where a relation to one thing leads to none, and where nobody knows."""


@dataclass(eq=False, slots=True)
class Column:
    """The facts of one field. `known` None: all of them are known.

    values: boolean as booleans; integer and money (fen) as whole numbers; number as numerators of
    one `denominator`; date as days since the year 1 (`date.toordinal`); text and choice as codes
    of `words`; set as bits of `words` (at most 62), or as frozensets.
    """

    values: Any
    known: Any = None
    denominator: int = 1
    words: Words | None = None
    _bounds: tuple[int, int] | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value, read once."""
        if self._bounds is None:
            self._bounds = bounds_of(self.values)
        return self._bounds


@dataclass(eq=False, slots=True)
class ToOne:
    """A relation to one thing at most: its row over there, NONE, or NOBODY_KNOWS."""

    rows: Any


@dataclass(eq=False, slots=True)
class ToMany:
    """A relation to several: members of row i are `rows[offsets[i]:offsets[i + 1]]`.

    `rows` None: members stand in the order of their owners. `known` False: nobody knows them.
    """

    offsets: Any
    rows: Any = None
    known: Any = None


@dataclass(eq=False, slots=True)
class Table:
    """All things of one kind. A field or relation that isn't there is unknown of each."""

    count: int
    columns: Mapping[str, Column] = field(default_factory=dict)
    relations: Mapping[str, ToOne | ToMany] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Population:
    """Tables by the name of their entity, related as `leads` says.

    leads: for each entity and relation the entity it leads to. Raises WrongFact when a column has
    another length than its table, or a relation leads to a row that isn't there.
    """

    tables: Mapping[str, Table]
    leads: Mapping[tuple[str, str], str]
    roots: dict[str, str] = field(default_factory=dict)
    _shapes: dict[int, tuple[tuple[str, str, bool, bool], ...]] = field(default_factory=dict)
    _spans: dict[tuple[str, int], list[dict[str, tuple[int, int]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entity, table in self.tables.items():
            for name, column in table.columns.items():
                _must_fit(len(column.values) == table.count, entity, name)
                _must_fit(column.known is None or len(column.known) == table.count, entity, name)
            for name, relation in table.relations.items():
                there = self.tables[self.leads[entity, name]]
                _must_fit(_leads_somewhere(relation, table, there), entity, name)
        self._find_roots()

    def _find_roots(self) -> None:
        """Find which things are cut into blocks together: owners, and members in their order."""
        owned: set[str] = set()
        for entity, table in self.tables.items():
            for name, relation in table.relations.items():
                there = self.leads[entity, name]
                free = there not in owned and entity not in owned and there not in self.roots
                if free and there != entity and self._owns_all(relation, there):
                    owned.add(there)
                    self.roots[there] = self.roots[entity] = entity
        for entity in self.tables:
            self.roots.setdefault(entity, entity)

    def _owns_all(self, relation: ToOne | ToMany, there: str) -> bool:
        return isinstance(relation, ToMany) and relation.rows is None and (
            int(relation.offsets[-1]) == self.tables[there].count and int(relation.offsets[0]) == 0
        )  # fmt: skip

    def offsets_of(self, entity: str) -> Any:
        """Return where the members of each root begin and end, or None for a root itself."""
        root = self.roots[entity]
        if root == entity:
            return None
        for name, relation in self.tables[root].relations.items():
            if self.leads[root, name] == entity and self._owns_all(relation, entity):
                return relation.offsets  # type: ignore[union-attr]
        raise KeyError(entity)

    def shape(self, rows: int) -> tuple[tuple[str, str, bool, bool], ...]:
        """Return what a plan depends on: for each relation whether it leads to one thing at most,
        and whether it never leads out of a block of so many rows.
        """
        if rows not in self._shapes:
            self._shapes[rows] = tuple(
                (entity, name, isinstance(relation, ToOne), self._stays(entity, name, rows))
                for entity, table in sorted(self.tables.items())
                for name, relation in sorted(table.relations.items())
            )
        return self._shapes[rows]

    def _stays(self, entity: str, name: str, rows: int) -> bool:
        there, relation = self.leads[entity, name], self.tables[entity].relations[name]
        if self.roots[entity] != self.roots[there]:
            return False
        if isinstance(relation, ToMany) and relation.rows is None:
            cut_by = self.offsets_of(there)
            return cut_by is not None and np.array_equal(relation.offsets, cut_by)
        return all(
            _within(_rows_led_to(relation, spans[entity]), spans[there])
            for spans in self.spans(self.roots[entity], rows)
        )

    def spans(self, root: str, rows: int) -> list[dict[str, tuple[int, int]]]:
        """Return the rows of each block: whole roots, with about `rows` rows of what they own."""
        if (root, rows) not in self._spans:
            self._spans[root, rows] = list(self._cut(root, rows))
        return self._spans[root, rows]

    def _cut(self, root: str, rows: int) -> Iterator[dict[str, tuple[int, int]]]:
        owned = {
            entity: self.offsets_of(entity)
            for entity, its_root in self.roots.items()
            if its_root == root and entity != root
        }
        cuts = _cuts(self.tables[root].count, list(owned.values()), rows)
        for low, high in itertools.pairwise(cuts):
            spans = {root: (low, high)}
            for entity, offsets in owned.items():
                spans[entity] = (int(offsets[low]), int(offsets[high]))
            yield spans


def _cuts(count: int, owned: list[Any], rows: int) -> list[int]:
    if not count:
        return [0, 0]
    if not owned:
        return [*range(0, count, rows), count]
    weight = max(owned, key=lambda offsets: int(offsets[-1]))
    marks = np.arange(0, int(weight[-1]), rows)
    cuts = np.searchsorted(weight, marks, side="left")
    return sorted({0, count, *(int(cut) for cut in cuts if cut < count)})


def _rows_led_to(relation: ToOne | ToMany, span: tuple[int, int]) -> Any:
    low, high = span
    if isinstance(relation, ToOne):
        return relation.rows[low:high]
    return relation.rows[relation.offsets[low] : relation.offsets[high]]


def _within(rows: Any, span: tuple[int, int]) -> bool:
    """Whether all rows that lead somewhere lead into the span; those that don't are negative."""
    if not len(rows) or rows.max() < 0:
        return True
    least = rows.view(f"u{rows.dtype.itemsize}").min()  # negative ones become the greatest
    return bool(rows.max() < span[1] and least >= span[0])


def _leads_somewhere(relation: ToOne | ToMany, table: Table, there: Table) -> bool:
    if isinstance(relation, ToOne):
        low, high = bounds_of(relation.rows)
        return len(relation.rows) == table.count and low >= NOBODY_KNOWS and (
            high < there.count or not table.count
        )  # fmt: skip
    offsets = relation.offsets
    if len(offsets) != table.count + 1 or bool((np.diff(offsets) < 0).any()) or offsets[0] < 0:
        return False
    if relation.rows is None:
        return int(offsets[-1]) <= there.count
    low, high = bounds_of(relation.rows)
    return int(offsets[-1]) <= len(relation.rows) and low >= 0 and (
        high < there.count or not len(relation.rows)
    )  # fmt: skip


def _must_fit(fits: bool, entity: str, name: str) -> None:
    if not fits:
        raise WrongFact(
            f"{entity} 的“{name}”这一列和表对不上，请核对行数和它指向的行",
            f"column {name!r} of {entity!r} doesn't fit its table; check its length and its rows",
            fact=name,
        )


def days(values: Any) -> Any:
    """Return numpy dates as days since the year 1."""
    return (np.asarray(values, "datetime64[D]").astype(INT64) + 719_163).astype(np.int32)
