"""What rules about people, households and firms may name: `facts/vocabulary.yaml`.

Each fact says where it comes from, who can change it and how it is asked for. Derived facts are
formulas or tables; numbers of the law that several policies share stand here once, dated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from minsheng.content.problems import Place, Problem, error_at, refuse
from minsheng.content.reading import Node, Scalar, place_of, read_file
from minsheng.content.schema import Builder, scalar_form
from minsheng.engines.policies.spec import Changer, Fact, Vocabulary
from minsheng.lib.cites import Mark
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Model,
    Param,
    ParamValue,
    Relation,
    RuleError,
    Value,
    ValueType,
    Where,
)

FILE = "facts/vocabulary.yaml"
NO_TEXT = Text("")
_FRACTION = re.compile(r"([0-9]{1,15})/([1-9][0-9]{0,14})")


@dataclass(frozen=True, slots=True)
class Written:
    """One value as it stands in the file."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as it stands in the file."""

    plain: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """One fact of an entity."""

    key: str
    label: Text
    type: ValueType
    source: str
    options: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    unit: Text = NO_TEXT
    ask: Text = NO_TEXT
    proof: Text = NO_TEXT
    change: Changer = "nobody"
    advice: Text = NO_TEXT
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationSpec:
    """Where a relation leads."""

    key: str
    to: str
    label: Text
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedSpec:
    """One fact that is computed: a formula, or a table."""

    key: str
    label: Text
    type: ValueType
    rule: str = ""
    table: Table | None = None
    options: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    unit: Text = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSpec:
    """One value of a number of the law, from a day on."""

    since: date
    value: Written
    source: Text
    mark: Mark
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamSpec:
    """One number of the law with its history."""

    key: str
    label: Text
    type: ValueType
    values: tuple[ValueSpec, ...]
    unit: Text = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySpec:
    """One kind of thing."""

    key: str
    label: Text
    facts: Mapping[str, FactSpec]
    relations: Mapping[str, RelationSpec] = field(default_factory=lambda: MappingProxyType({}))
    derived: Mapping[str, DerivedSpec] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularySpec:
    """The whole file."""

    entities: Mapping[str, EntitySpec]
    params: Mapping[str, ParamSpec] = field(default_factory=lambda: MappingProxyType({}))


scalar_form(Written, lambda node: Written(_scalar(node)))
scalar_form(Table, lambda node: Table({key: one.plain for key, one in node.mapping.items()}))


def _scalar(node: Node) -> Scalar:
    if isinstance(node.value, tuple | Mapping):
        raise refuse(node.place, "这里要写一个值", "one value belongs here")
    return node.value


def read_vocabulary(path: Path, *, shown: str) -> tuple[VocabularySpec, Node]:
    """Return what one file says, with where everything stands; raises PackError."""
    node = read_file(path, shown=shown)
    return Builder().build(VocabularySpec, node), node


def build_vocabulary(
    spec: VocabularySpec,
    node: Node,
    *,
    further: Mapping[str, Mapping[str, FactSpec]] | None = None,
    later: Mapping[str, tuple[ParamValue, ...]] | None = None,
) -> Vocabulary:
    """Return the model with its facts; `further` facts come from elsewhere (months paid, by entity).

    later: further dated values of numbers of the law; of one day the last one holds. Raises PackError
    for what can't be computed.
    """
    facts: dict[tuple[str, str], Fact] = {}
    entities: dict[str, Entity] = {}
    for name, entity in spec.entities.items():
        own = {**entity.facts, **(further or {}).get(name, {})}
        fields = {key: kind_of_fact(one) for key, one in own.items()}
        for key, one in own.items():
            facts[name, key] = Fact(
                entity=name,
                name=key,
                kind=fields[key],
                source=one.source,
                change=one.change,
                ask=one.ask,
                proof=one.proof,
                advice=one.advice,
            )
        entities[name] = Entity(
            fields,
            {key: Relation(one.to, one.label, one.many) for key, one in entity.relations.items()},
            {
                key: _derived(one, place_of(node, "entities", name, "derived", key))
                for key, one in entity.derived.items()
            },
            entity.label,
        )
    params = {key: param(one, place_of(node, "params", key)) for key, one in spec.params.items()}
    for name, values in (later or {}).items():
        params[name] = with_values(params[name], values)
    try:
        return Vocabulary(Model.build(entities, params), facts)
    except RuleError as error:
        steps = error.at.field.split(".") if error.at.field else []
        raise refuse(place_of(node, *steps), error.zh, error.en) from error


def kind_of_fact(spec: FactSpec | DerivedSpec) -> FieldKind:
    """Return how rules read a fact."""
    return FieldKind(
        spec.type,
        options=tuple(spec.options),
        labels=tuple(spec.options.values()),
        label=spec.label,
        unit=spec.unit,
        hidden=isinstance(spec, FactSpec) and spec.hidden,
    )


def _derived(spec: DerivedSpec, place: Place) -> DerivedSource:
    table = dict(spec.table.plain) if spec.table else None
    return DerivedSource(kind_of_fact(spec), spec.rule, table, Where(field=place.field))


def param(spec: ParamSpec, place: Place) -> Param:
    """Return a number of the law; raises PackError for a value of another kind."""
    try:
        return Param(
            spec.type,
            tuple(
                ParamValue(one.since, exact(one.value.value), one.source, one.clause, one.mark)
                for one in spec.values
            ),
            spec.label,
            spec.unit,
        )
    except MinshengError as error:
        raise refuse(place, error.zh, error.en) from error


def with_values(known: Param, values: Iterable[ParamValue]) -> Param:
    """Return a number with further dated values; of one day the last one holds."""
    by_day = {one.start: one for one in (*known.values, *values)}
    return replace(known, values=tuple(by_day.values()))


def exact(value: Scalar) -> Value | None:
    """Return a value as rules take it; `2/3` written as text is that fraction."""
    found = _FRACTION.fullmatch(value) if isinstance(value, str) else None
    if found:
        return Fraction(int(found[1]), int(found[2]))
    return Fraction(value) if isinstance(value, Decimal) else value


def wrong_vocabulary(spec: VocabularySpec, node: Node) -> Iterator[Problem]:
    """Yield what would stop it from being used: no value, no question, no advice."""
    for key, one in spec.params.items():
        if not one.values:
            yield error_at(place_of(node, "params", key), "至少写一个值", "it needs a value")
    for name, entity in spec.entities.items():
        for key, fact in entity.facts.items():
            place = place_of(node, "entities", name, "facts", key)
            if fact.source == "person" and not fact.ask.zh:
                yield error_at(
                    place, "要问本人的，写上怎么问（ask）", "say how a person is asked: ask"
                )
            if fact.change == "person" and not fact.advice.zh:
                yield error_at(
                    place,
                    "本人能改变的，写上怎么做（advice）",
                    "say what a person can do: advice",
                )
