"""Several kinds of things with relations between them, and facts computed from other facts.

A person has a household, a household has members, a person has an employer. A derived fact is
written once in the entity it belongs to and named like any field; it may rest on other derived
facts, of any entity, as long as none rests on itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from minsheng.lib.texts import Text

from .errors import BadTable, RuleError, Where, WrongType
from .ir import Derived, children
from .ir import Node as RuleNode
from .parse import parse
from .schema import NO_TEXT, FieldKind, Param, Relation, Schema
from .tables import DecisionTable

SIZE_BOUND = 20_000


@dataclass(frozen=True, slots=True)
class DerivedSource:
    """How a derived fact is written: a formula, or a decision table."""

    kind: FieldKind
    rule: str = ""
    table: Mapping[str, object] | None = None
    at: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing as a pack declares it: its facts, what it is related to, what follows."""

    fields: Mapping[str, FieldKind]
    relations: Mapping[str, Relation] = field(default_factory=dict)
    derived: Mapping[str, DerivedSource] = field(default_factory=dict)
    label: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Model:
    """Entities with all that may be named about them. `schema(name)` is where a rule is read."""

    entities: Mapping[str, Entity]
    params: Mapping[str, Param]
    schemas: Mapping[str, Schema] = field(repr=False, compare=False)

    @classmethod
    def build(
        cls, entities: Mapping[str, Entity], params: Mapping[str, Param] | None = None
    ) -> Model:
        """Return the model with every derived fact read and typed.

        Raises RuleError for a relation to nothing, a derived fact that rests on itself, one that
        is too large when written out, and whatever else can be wrong with a formula.
        """
        params = dict(params or {})
        schemas: dict[str, Schema] = {}
        for name, entity in entities.items():
            _must_lead_somewhere(name, entity, entities)
            facts = _Computed(name, entity, schemas)
            schemas[name] = Schema(entity.fields, params, name, entity.relations, facts, schemas)
        for name, schema in schemas.items():
            for key, fact in schema.derived.items():
                _must_be_small(fact, entities[name].derived[key].at)
        return cls(dict(entities), params, schemas)

    def schema(self, entity: str) -> Schema:
        """Return what a rule about one entity may name; raises KeyError for no such entity."""
        return self.schemas[entity]


class _Computed(Mapping[str, Derived]):
    """The derived facts of one entity, each read when it is first named."""

    def __init__(self, name: str, entity: Entity, schemas: Mapping[str, Schema]) -> None:
        self._name = name
        self._sources = entity.derived
        self._schemas = schemas
        self._read: dict[str, Derived] = {}
        self._open: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def __contains__(self, key: object) -> bool:
        return key in self._sources

    def __getitem__(self, key: str) -> Derived:
        if key not in self._read:
            source = self._sources[key]
            if key in self._open:
                raise _rests_on_itself([*self._open, key], source.at)
            self._open.append(key)
            try:
                self._read[key] = Derived(key, source.kind, self._node(source))
            finally:
                self._open.pop()
        return self._read[key]

    def _node(self, source: DerivedSource) -> RuleNode:
        schema = self._schemas[self._name]
        if source.table is None:
            return parse(source.rule, schema, at=source.at, gives=source.kind.type)
        table = DecisionTable.parse(source.table, schema, at=source.at)
        if table.gives != source.kind.type:
            raise BadTable(
                f"表里给出的是 {table.gives}，这里要的是 {source.kind.type}",
                f"the table gives {table.gives}, but {source.kind.type} is needed here",
                at=source.at,
            )
        return table.ir


def _rests_on_itself(way: list[str], at: Where) -> RuleError:
    told = " → ".join(way[way.index(way[-1]) :])
    return WrongType(
        f"推出的事实绕回了自己：{told}", f"a derived fact rests on itself: {told}", at=at
    )


def _must_lead_somewhere(name: str, entity: Entity, entities: Mapping[str, Entity]) -> None:
    for key, relation in entity.relations.items():
        if relation.to not in entities:
            raise WrongType(
                f"{name} 的关系 {key} 通向 {relation.to}，可是没有这一类",
                f"relation {key!r} of {name!r} leads to {relation.to!r}, which isn't there",
            )


def _must_be_small(fact: Derived, at: Where) -> None:
    """Refuse a fact that is too large when everything it rests on is written out."""
    sizes: dict[int, int] = {}

    def size(node: RuleNode) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = 1 + sum(size(child) for child in children(node))
        return sizes[id(node)]

    if size(fact) > SIZE_BOUND:
        raise WrongType(
            f"“{fact.kind.label.zh or fact.name}”展开以后太长，请拆开或者改用表",
            f"{fact.name!r} is too large when written out; split it or use a table",
            at=at,
        )
