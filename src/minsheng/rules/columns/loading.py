"""Facts of single cases as a population: what the interpreter reads, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from minsheng.rules.errors import WrongFact
from minsheng.rules.model import Model
from minsheng.rules.schema import FieldKind, checked_fact
from minsheng.rules.values import Facts, Unknown

from .cells import INT64, Words, objects
from .program import leads_of
from .tables import NOBODY_KNOWS, NONE, Column, Population, Table, ToMany, ToOne
from .words import BITS

DENOMINATOR_BOUND = 10**6
_NUMBER_BOUND = 2**40


def population_of(model: Model, things: Mapping[str, Sequence[Facts]]) -> Population:
    """Return facts as tables. A relation leads to the very mappings that stand in the lists.

    Whoever is only led to is added after the others, empty mappings stand for nobody. Raises
    WrongFact for a fact of another kind, and for several where a relation leads to one.
    """
    rows = {entity: list(things.get(entity, ())) for entity in model.schemas}
    places = {entity: {id(one): at for at, one in enumerate(many)} for entity, many in rows.items()}
    _add_those_led_to(model, rows, places)
    tables = {
        entity: Table(
            len(rows[entity]),
            {
                name: column_of(name, kind, [one.get(name) for one in rows[entity]])
                for name, kind in schema.fields.items()
            },
            {
                name: _relation(name, relation.many, rows[entity], places[relation.to])
                for name, relation in schema.relations.items()
            },
        )
        for entity, schema in model.schemas.items()
    }
    return Population(tables, leads_of(model))


def _add_those_led_to(
    model: Model, rows: dict[str, list[Facts]], places: dict[str, dict[int, int]]
) -> None:
    open_ = [(entity, one) for entity, many in rows.items() for one in many]
    while open_:
        entity, one = open_.pop()
        for name, relation in model.schemas[entity].relations.items():
            for other in _others(name, one.get(name)) or ():
                if id(other) not in places[relation.to]:
                    places[relation.to][id(other)] = len(rows[relation.to])
                    rows[relation.to].append(other)
                    open_.append((relation.to, other))


def _others(name: str, raw: object) -> Sequence[Facts] | None:
    """Return those a relation leads to, or None when nobody knows."""
    if raw is None or isinstance(raw, Unknown):
        return None
    if isinstance(raw, Mapping):
        return (raw,) if raw else ()
    if isinstance(raw, Sequence) and all(isinstance(one, Mapping) for one in raw):
        return raw
    raise WrongFact(
        f"“{name}”要写成一项或几项，请核对来源",
        f"{name!r} leads to something that is not a mapping or a list of mappings",
        fact=name,
        type="relation",
    )


def _relation(
    name: str, many: bool, rows: Sequence[Facts], places: Mapping[int, int]
) -> ToOne | ToMany:
    led = [_others(name, one.get(name)) for one in rows]
    if not many:
        return ToOne(np.array([_the_one(name, others, places) for others in led], dtype=INT64))
    sizes = [len(others or ()) for others in led]
    offsets = np.concatenate([np.zeros(1, INT64), np.cumsum(np.array(sizes, dtype=INT64))])
    flat = np.array([places[id(one)] for others in led for one in others or ()], dtype=INT64)
    known = np.array([others is not None for others in led], dtype=bool)
    in_order = np.array_equal(flat, np.arange(len(flat)))
    return ToMany(offsets, None if in_order else flat, None if known.all() else known)


def _the_one(name: str, others: Sequence[Facts] | None, places: Mapping[int, int]) -> int:
    if others is None:
        return NOBODY_KNOWS
    if len(others) > 1:
        raise WrongFact(
            f"“{name}”只能有一个，这里有 {len(others)} 个，请核对来源",
            f"{name!r} leads to one at most, here there are {len(others)}",
            fact=name,
        )
    return places[id(others[0])] if others else NONE


def column_of(name: str, kind: FieldKind, raw: Sequence[object]) -> Column:
    """Return the facts of one field as a column; raises WrongFact as the interpreter does."""
    facts = [checked_fact(name, kind, each) for each in raw]
    known = np.array([not isinstance(fact, Unknown) for fact in facts], dtype=bool)
    values: list[Any] = [None if isinstance(fact, Unknown) else fact for fact in facts]
    mask = None if known.all() else known
    match kind.type:
        case "boolean":
            return Column(np.array([bool(value) for value in values], dtype=bool), mask)
        case "integer" | "money":
            return Column(np.array([value or 0 for value in values], dtype=INT64), mask)
        case "date":
            return Column(np.array([_day(value) for value in values], dtype=np.int32), mask)
        case "number":
            return _fractions(values, mask)
        case "set":
            return _sets(kind, values, mask)
    return _words(kind, values, mask)


def _day(value: date | None) -> int:
    return value.toordinal() if value else 1


def _fractions(values: Sequence[Fraction | None], known: Any) -> Column:
    """Return numbers over one denominator, or as Python's own where there is no handy one."""
    least = 1
    for value in values:
        least = lcm(least, value.denominator if value else 1)
        if least > DENOMINATOR_BOUND:
            return Column(objects([value or Fraction(0) for value in values]), known)
    if any(value and abs(value) > _NUMBER_BOUND for value in values):
        return Column(objects([value or Fraction(0) for value in values]), known)
    over = [int((value or 0) * least) for value in values]
    return Column(np.array(over, dtype=INT64), known, least)


def _words(kind: FieldKind, values: Sequence[str | None], known: Any) -> Column:
    words = Words(tuple(dict.fromkeys((*kind.options, "", *(each or "" for each in values)))))
    codes = np.array([words.places[each or ""] for each in values], dtype=np.int32)
    return Column(codes, known, words=words)


def _sets(kind: FieldKind, values: Sequence[frozenset[str] | None], known: Any) -> Column:
    words = Words(
        tuple(dict.fromkeys((*kind.options, *sorted({w for v in values for w in v or ()}))))
    )
    if len(words.words) > BITS:
        return Column(objects([each or frozenset() for each in values]), known)
    bits = [sum(1 << words.places[word] for word in each or ()) for each in values]
    return Column(np.array(bits, dtype=INT64), known, words=words)
