"""Rules over whole populations, with the same meaning as the interpreter has for one case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.rules.ir import Node
from minsheng.rules.model import Model
from minsheng.rules.rule import Rule

from .answers import Answer, Collected, Room, joined, rows_of
from .blocks import Block
from .choices import Columns
from .plan import Builder, Step
from .tables import Population, Table

BLOCK_ROWS = 65_536
"""So many rows at a time: their columns stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule or formula about each thing of an entity."""

    entity: str
    rule: Rule | Node

    @property
    def node(self) -> Node:
        """The typed form."""
        return self.rule.ir if isinstance(self.rule, Rule) else self.rule


@dataclass(frozen=True, slots=True)
class _Stage:
    """Steps over the blocks of one root, and which of them are wanted afterwards.

    Each line is a step, and the columns nobody needs after it.
    """

    root: str
    lines: tuple[tuple[int, Step, tuple[int, ...]], ...]
    kept: tuple[int, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    steps: tuple[Step, ...]
    stages: tuple[_Stage, ...]
    outputs: Mapping[str, int]


@dataclass(eq=False)
class Program:
    """Rules made ready for a day. Parts that several rules share are computed once.

    asked: rules by name. What is worked out for a shape of tables is kept, so a program is made
    once and run over many populations or parts of one.
    """

    model: Model
    asked: Mapping[str, Asked]
    on: date
    _plans: dict[Any, _Plan] = field(default_factory=dict, repr=False)

    def run(self, population: Population, *, rows: int = BLOCK_ROWS) -> dict[str, Answer]:
        """Return the answers to each rule, one for each thing of its entity, in their order."""
        plan = self._plan(population, rows)
        finished: dict[int, Columns] = {}
        counts = {entity: table.count for entity, table in population.tables.items()}
        room = Room.for_all([(a.node.type, counts[a.entity]) for a in self.asked.values()])
        collected = {
            name: Collected(asked.node.type, asked.entity, counts[asked.entity], room)
            for name, asked in self.asked.items()
        }
        for stage in plan.stages:
            _run_stage(plan, stage, population, finished, collected, rows)
        return {name: each.answer() for name, each in collected.items()}

    def stream(self, populations: Iterable[Population]) -> Iterator[dict[str, Answer]]:
        """Yield the answers for each part of a population that doesn't fit in memory at once."""
        for population in populations:
            yield self.run(population)

    def population(self, tables: Mapping[str, Table]) -> Population:
        """Return tables as a population of this program's model."""
        return Population(tables, leads_of(self.model))

    @property
    def steps(self) -> int:
        """How many distinct parts the last plan has."""
        return len(next(reversed(self._plans.values())).steps) if self._plans else 0

    def _plan(self, population: Population, rows: int) -> _Plan:
        shape = (population.shape(rows), tuple(population.roots.items()))
        if shape not in self._plans:
            self._plans[shape] = self._worked_out(population, rows)
        return self._plans[shape]

    def _worked_out(self, population: Population, rows: int) -> _Plan:
        shape = population.shape(rows)
        builder = Builder(
            population.leads,
            {(entity, name): stays for entity, name, _, stays in shape},
            frozenset((entity, name) for entity, name, single, _ in shape if single),
            self.on,
        )
        outputs = {
            name: builder.part(asked.node, asked.entity) for name, asked in self.asked.items()
        }
        roots = {name: population.roots[asked.entity] for name, asked in self.asked.items()}
        return _Plan(
            tuple(builder.steps), tuple(_stages(builder, outputs, roots, population)), outputs
        )


def leads_of(model: Model) -> dict[tuple[str, str], str]:
    """Return for each entity and relation of a model the entity it leads to."""
    return {
        (entity, name): relation.to
        for entity, schema in model.schemas.items()
        for name, relation in schema.relations.items()
    }


def _stages(
    builder: Builder, outputs: Mapping[str, int], roots: Mapping[str, str], population: Population
) -> Iterator[_Stage]:
    """Yield stages in an order in which every whole column is finished before it is needed."""
    wholes = set(builder.all_wholes(list(outputs.values())))
    places: dict[tuple[int, str], tuple[set[int], list[str]]] = {}
    for number in wholes:
        step = builder.steps[number]
        places.setdefault((step.level, population.roots[step.entity]), (set(), []))[0].add(number)
    for name, number in outputs.items():
        level = builder.steps[number].level
        places.setdefault((level, roots[name]), (set(), []))[1].append(name)
    finished: frozenset[int] = frozenset()
    for (_, root), (kept, names) in sorted(places.items(), key=lambda item: item[0]):
        wanted = [*sorted(kept), *(outputs[name] for name in names)]
        order = builder.order_for(wanted, finished)
        lines = _lines(builder, order, set(wanted), finished)
        yield _Stage(root, tuple(lines), tuple(sorted(kept)), tuple(names))
        finished |= kept


def _lines(
    builder: Builder, order: list[int], wanted: set[int], finished: frozenset[int]
) -> Iterator[tuple[int, Step, tuple[int, ...]]]:
    last: dict[int, int] = {}
    for number in order:
        if number not in finished:
            for each in builder.steps[number].inputs:
                last[each] = number
    for number in order:
        step = builder.steps[number]
        if number in finished:
            yield number, Step(step.entity, _slice_of(number, step.entity), looks=True), ()
            continue
        done = tuple(
            each
            for each in dict.fromkeys(step.inputs)
            if last[each] == number and each not in wanted and builder.steps[each].always is None
        )
        yield number, step, done


def _slice_of(number: int, entity: str) -> Any:
    def sliced(block: Block) -> Columns:
        return rows_of(block.finished[number], *block.spans[entity])

    return sliced


def _run_stage(
    plan: _Plan,
    stage: _Stage,
    population: Population,
    finished: dict[int, Columns],
    collected: Mapping[str, Collected],
    rows: int,
) -> None:
    pieces: dict[int, list[tuple[Columns, int]]] = {number: [] for number in stage.kept}
    entities = {number: plan.steps[number].entity for number in stage.kept}
    columns: list[Any] = [step.always for step in plan.steps]
    outputs = [(collected[name], plan.outputs[name]) for name in stage.outputs]
    for spans in population.spans(stage.root, rows):
        block = Block(population, spans, finished)
        for number, step, done in stage.lines:
            given = [columns[each] for each in step.inputs]
            columns[number] = step.work(block, *given) if step.looks else step.work(*given)
            for each in done:
                columns[each] = None
        for number, parts in pieces.items():
            low, high = spans[entities[number]]
            parts.append((columns[number], high - low))
        for target, number in outputs:
            target.take(columns[number], *spans[target.entity])
    for number, parts in pieces.items():
        finished[number] = joined(parts, plan.steps[number].kind)
