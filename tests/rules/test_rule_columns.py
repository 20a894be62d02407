"""The columnar evaluator means what the interpreter means: 0 differing cells."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from tests.rules.columns_world import DAY, MODEL, random_rules, random_world

from minsheng.rules import Scope, Unknown, evaluate
from minsheng.rules.columns import Asked, Program, population_of

ROUNDS = 30


def differing(seed: int, *, rules: int, households: int, gaps: float, rows: int) -> list[str]:
    """Return a line for each cell in which the two evaluators differ."""
    random = Random(seed)
    asked = random_rules(random, rules)
    world = random_world(random, households, gaps=gaps)
    population = population_of(MODEL, world)
    program = Program(MODEL, {name: Asked(*each) for name, each in asked.items()}, DAY)
    answers = program.run(population, rows=rows)
    scopes = {entity: [Scope(one) for one in things] for entity, things in world.items()}
    lines = []
    for name, (entity, rule) in asked.items():
        for row, scope in enumerate(scopes[entity]):
            wanted: Any = evaluate(rule, scope, on=DAY)
            wanted = None if isinstance(wanted, Unknown) else wanted
            got = answers[name].at(row)
            if got != wanted:
                lines.append(f"{seed} {entity}[{row}] {rule.source}: {wanted!r} but {got!r}")
    return lines


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_random_rules_on_random_rows_with_gaps_give_the_same(seed: int) -> None:
    gaps = (0.0, 0.03, 0.2, 0.5)[seed % 4]
    rows = (3, 10_000)[seed % 2]
    assert differing(seed, rules=25, households=6, gaps=gaps, rows=rows) == []
