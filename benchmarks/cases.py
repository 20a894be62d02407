"""Whole newborn cases a second through the actions, beside a floor of bare SQL.

The floor writes as many rows in as many transactions with the driver alone: no rules, no sealing,
no hashing, no outbox. It says what the database costs, so that the ratio says what we add.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.bare_sql import Floor, Shape
from django.conf import settings
from django.db import connection, transaction

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import store
from minsheng.apps.people import reads as people
from minsheng.cli.demo import loading, running
from minsheng.cli.registers.in_process import in_process
from minsheng.cli.registers.store import Store
from minsheng.engines.population import District, generate

WARM = 3
ITEMS = (
    "guidance",
    "birth_certificate",
    "vaccination",
    "household",
    "social_card",
    "insurance",
    "birth_costs",
)
STREETS = [("500999", "测量路")]


def measure(*, count: int) -> Mapping[str, Any]:
    """Return the figures of `count` cases in an empty installation, and those of the floor."""
    today = loading.today()
    district = mothers(count + WARM, on=today)
    registers = Store(Path(settings.MINSHENG_VAR) / "bench-registers.sqlite3")
    registers.fill(loading.register_rows(district))
    with transaction.atomic():
        loading.load_offices()
        loading.load_people(district)
        loading.load_cast(today)
    with in_process(registers):
        drafts = [
            running.filled_draft(birth, f"bench{number:05d}", number)
            for number, birth in enumerate(district.births)
        ]
        for mother, draft in drafts[:WARM]:
            whole_case(mother, draft)
        began, cpu = time.monotonic(), time.process_time()
        for mother, draft in drafts[WARM:]:
            number = whole_case(mother, draft)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    shape = shape_of(number)
    floor = Floor(connection)
    floor.run(WARM, shape)
    floor_seconds = floor.run(count, shape)
    return {
        "bench": "cases",
        "database": connection.vendor,
        "cases": count,
        "cases_per_second": round(count / seconds, 1),
        "ms_per_case": round(seconds / count * 1000, 1),
        "cpu_ms_per_case": round(cpu / count * 1000, 1),
        "transactions_per_case": shape.transactions,
        "rows_per_case": shape.rows,
        "floor_cases_per_second": round(count / floor_seconds, 1),
        "floor_ms_per_case": round(floor_seconds / count * 1000, 2),
        "times_floor": round(seconds / floor_seconds, 1),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def mothers(count: int, *, on: date) -> District:
    """Return `count` married couples with one newborn each, and the cast's offices' people."""
    homes, births = [], []
    seed = 0
    while len(births) < count:
        seed += 1
        drawn = generate(
            Random(seed),
            households=count * 3,
            on=on,
            streets=STREETS,
            birth_share=1.0,
            taken=[person.number for home in homes for person in home.members],
        )
        of_mother = {birth.mother.number: birth for birth in drawn.births}
        for home in drawn.households:
            birth = of_mother.get(home.members[0].number)
            if home.couple and birth and len(births) < count:
                homes.append(home)
                births.append(birth)
    return District((*loading.households(), *homes), tuple(births))


def whole_case(mother: Any, draft: Any) -> str:
    """Submit one draft, agree to its seven items, and return the number of the case."""
    case = cases.submit_draft(draft, by=mother)
    running.follow()
    for key in ITEMS:
        row = case.items.get(key=key)
        cases.approve_item(row.pk, by=people.accounts_of(row.post)[0])
        running.follow()
    case.refresh_from_db()
    assert case.status == "done", case.status
    return str(case.number)


def shape_of(number: str) -> Shape:
    """Return how many transactions and rows such a case was, counted in the database."""
    from minsheng.apps.cases.reads import find_case

    case = find_case(number)
    events = len(audit.history(store.CHAIN, str(case.pk)))
    return Shape(
        items=case.items.count(),
        values=case.values.count(),
        materials=case.materials.count(),
        events=events,
        steps=1 + len(ITEMS) + len(running_writes(case)),
    )


def running_writes(case: Any) -> list[str]:
    """Return the items whose register had to confirm: one more step each."""
    from minsheng.apps.cases import catalogue

    spec = catalogue.pinned_spec(case.pack_id)
    return [item.key for item in spec.items.values() if item.effect]
