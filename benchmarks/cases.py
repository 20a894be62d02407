"""Whole seven-item cases a second through the actions, beside SpiffWorkflow and a floor of bare SQL.

Ours: a filled-in draft is submitted and seven items are agreed to by officers, each an action with
its permission, lock, checks, sealed values, terms, hashed events, outbox row and commit. The peer:
SpiffWorkflow as a web request uses it, the same graph, server and number of commits. The floor: the
rows of such a case in as many commits, with the bare driver. Registers are answered in this process
while the drafts are filled in, which is before the clock starts. Certificates are not printed.

Rounds are interleaved, so that a busy machine is busy for all three.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import spiff, stored
from benchmarks.bare_sql import TABLES, Shape
from benchmarks.crew import Crew, Run
from django.conf import settings
from django.db import connection, transaction

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.people import reads as people
from minsheng.cli.demo import loading, running
from minsheng.cli.registers.in_process import in_process
from minsheng.cli.registers.store import Store
from minsheng.engines.population import District, generate

SERVICE = "seven"
ROUNDS = 3
WARM = 2
READS = 200
INBOX_PAGE = 50
"""As `portal.desk.inbox.PAGE`."""
STREETS = [("500999", "测量路")]
STEPS_RUNNING = 7
"""Stored cases that are under way have 0 to 6 of their items agreed to."""


def measure(
    *, count: int, workers: Sequence[int] = (1,), kept: int = 0, peer: bool = True,
    say: Any = lambda line: None,
) -> Mapping[str, Any]:  # fmt: skip
    """Return the figures of `count` cases for each number of workers, empty and with `kept` cases."""
    peer_version = spiff.require() if peer else ""
    workers = workers if connection.vendor == "postgresql" else (1,)
    per_state = sum(ROUNDS * (count // ROUNDS) * 2 + 2 * WARM * w for w in workers)
    drafts = _prepare(per_state * (2 if kept else 1) + 4 + STEPS_RUNNING, say)
    first = [_whole(*next(drafts)) for _ in range(4)]
    shape = shape_of(first[-1])
    for statement in [*TABLES, *([spiff.TABLE] if peer else [])]:
        connection.cursor().execute(statement)
    result: dict[str, Any] = {
        "bench": "cases",
        "database": _server(),
        "cases": ROUNDS * (count // ROUNDS),
        "rounds": ROUNDS,
        "items_per_case": shape.items,
        "rows_per_case": shape.rows,
        "commits_per_case": shape.steps,
        **_round_trips(drafts),
    }
    crew_settings = {"officers": _officers(), "shape": shape, "peer": peer}
    crews = {n: Crew(n, crew_settings) for n in workers}
    try:
        numbers = iter(range(1, 10**9))
        say("empty")
        result["empty"] = _all(crews, drafts, numbers, count, peer)
        if kept:
            under_way = [_begun(*next(drafts), done) for done in range(STEPS_RUNNING)]
            say(f"storing {kept} cases")
            seconds = stored.load(connection, first, under_way, kept, say)
            result["stored_cases"], result["storing_seconds"] = kept, round(seconds)
            result["database_gb"] = _size()
            result["stored"] = _all(crews, drafts, numbers, count, peer)
            result["lost_percent"] = {
                key: round(
                    100 * (1 - one["cases_per_second"] / result["empty"][key]["cases_per_second"]),
                    1,
                )
                for key, one in result["stored"].items()
            }
    finally:
        for crew in crews.values():
            crew.end()
    result["reads"] = _reads(first[-1])
    return {
        **result,
        "peer": f"SpiffWorkflow {peer_version}" if peer else "none",
        "python": platform.python_version(),
        "django": version("Django"),
        "psycopg": version("psycopg"),
        "processors": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "left_out": "certificates aren't printed; registers answer in process, before the clock starts",
    }


def _all(
    crews: Mapping[int, Crew], drafts: Any, numbers: Any, count: int, peer: bool
) -> dict[str, Any]:
    """Return the figures for each number of workers, in interleaved rounds."""
    measured = {}
    for n, crew in crews.items():
        whats = ["ours", "followed", "floor", *(["spiff", "spiff_values"] if peer else [])]
        runs = {what: Run() for what in whats}
        for what in whats:
            crew.run(
                what, list(islice(drafts if what in {"ours", "followed"} else numbers, WARM * n))
            )
        for _ in range(ROUNDS):
            for what in whats:
                source = drafts if what in {"ours", "followed"} else numbers
                runs[what].add(crew.run(what, list(islice(source, count // ROUNDS))))
        measured[f"workers_{n}"] = _figures(runs)
    return measured


def _figures(runs: Mapping[str, Run]) -> dict[str, Any]:
    rate = {what: run.cases / run.seconds for what, run in runs.items()}
    cpu = {what: (run.client_cpu + run.server_cpu) / run.cases for what, run in runs.items()}
    ours = runs["ours"]
    figures: dict[str, Any] = {}
    if "spiff" in runs:
        figures |= {
            "times_spiff": round(rate["ours"] / rate["spiff"], 2),
            "times_spiff_by_cpu": round(cpu["spiff"] / cpu["ours"], 2),
            "times_spiff_with_values": round(rate["ours"] / rate["spiff_values"], 2),
            "times_spiff_with_values_by_cpu": round(cpu["spiff_values"] / cpu["ours"], 2),
        }
    figures |= {
        "times_floor": round(rate["floor"] / rate["ours"], 2),
        "cases_per_second": round(rate["ours"], 1),
        "step_p50_ms": round(statistics.median(ours.steps_ms), 2),
        "step_p99_ms": round(sorted(ours.steps_ms)[int(len(ours.steps_ms) * 0.99)], 2),
    }
    for what, run in runs.items():
        figures[what] = {
            "cases_per_second": round(rate[what], 1),
            "client_cpu_ms_per_case": round(run.client_cpu / run.cases * 1000, 2),
            "server_cpu_ms_per_case": round(run.server_cpu / run.cases * 1000, 2),
        }
    return figures


# ── what is prepared ────────────────────────────────────────────────────────────────────────────
def _prepare(count: int, say: Any) -> Any:
    """Yield accounts and their filled-in drafts; offices, people and registers stand before."""
    today = loading.today()
    say(f"filling in {count} drafts")
    district = mothers(count, on=today)
    registers = Store(Path(settings.MINSHENG_VAR) / "bench-registers.sqlite3")
    registers.fill(loading.register_rows(district))
    with transaction.atomic():
        loading.load_offices()
        loading.load_people(district)
        loading.load_cast(today)
    made = []
    with in_process(registers):
        for number, birth in enumerate(district.births):
            mother, draft = running.filled_draft(
                birth, f"bench{number:05d}", number, service=SERVICE
            )
            made.append((mother.pk, draft))
            if number % 100 == 99:
                say(f"{number + 1:>6} / {count}")
    return iter(made)


def mothers(count: int, *, on: date) -> District:
    """Return `count` married couples with one newborn each, and the cast's offices' people."""
    homes: list[Any] = []
    births: list[Any] = []
    taken: list[str] = []
    seed = 0
    while len(births) < count:
        seed += 1
        drawn = generate(
            Random(seed),
            households=max(30, min(count * 3, 900)),
            on=on,
            streets=STREETS,
            birth_share=1.0,
            taken=taken,
        )
        of_mother = {birth.mother.number: birth for birth in drawn.births}
        for home in drawn.households:
            birth = of_mother.get(home.members[0].number)
            if home.couple and birth and len(births) < count:
                homes.append(home)
                # Each draw counts its records from one again.
                births.append(replace(birth, record=f"{birth.record}-{seed}"))
                taken += [person.number for person in home.members]
    return District((*loading.households(), *homes), tuple(births))


def _officers() -> dict[str, int]:
    """Return who decides for each post of the service."""
    items = catalogue.packs().services[SERVICE].spec.items.values()
    return {item.post: people.accounts_of(item.post)[0].pk for item in items}


def _whole(account: int, draft: Any) -> int:
    """Run one case to its end and return its id."""
    return _begun(account, draft, 7)


def _begun(account: int, draft: Any, done: int) -> int:
    """Submit a draft, agree to the first `done` items, follow up, and return the id of the case."""
    case = cases.submit_draft(draft, by=people.account(account))
    for row in list(case.items.order_by("position"))[:done]:
        cases.approve_item(row.pk, by=people.accounts_of(row.post)[0])
    running.follow()
    return int(case.pk)


# ── what is counted ─────────────────────────────────────────────────────────────────────────────
def shape_of(case: int) -> Shape:
    """Return how many rows such a case is, counted in the database."""
    row = case_reads.find_case(f"{loading.today().year}-{case:06d}")
    return Shape(
        items=row.items.count(),
        values=row.values.count(),
        materials=row.materials.count(),
        events=len(audit.history("case", str(case))),
        steps=1 + row.items.count(),
    )


def _round_trips(drafts: Any) -> dict[str, Any]:
    """Return the round trips of one approval, and of the submission, as the wire sees them.

    On PostgreSQL the driver's own trace is read: the server says once for each that it is ready.
    """
    account, draft = next(drafts)
    if connection.vendor != "postgresql":
        return {"round_trips_per_step": None}
    mother = people.account(account)  # read by the session, before an action is called
    submitting = _wire(lambda: cases.submit_draft(draft, by=mother))
    case = submitting[1]
    rows = list(case.items.order_by("position"))
    officers = [people.accounts_of(row.post)[0] for row in rows]
    counted = [
        _wire(lambda row=row, who=who: cases.approve_item(row.pk, by=who))[0]
        for row, who in zip(rows, officers, strict=True)
    ]
    return {"round_trips_per_step": max(counted), "round_trips_to_submit": submitting[0]}


def _wire(act: Any) -> tuple[int, Any]:
    path = Path(settings.MINSHENG_VAR) / "bench-wire"
    connection.ensure_connection()
    with path.open("wb") as wire:
        connection.connection.pgconn.trace(wire.fileno())
        try:
            done = act()
        finally:
            connection.connection.pgconn.untrace()
    return path.read_text(errors="replace").count("ReadyForQuery"), done


# ── what is read ────────────────────────────────────────────────────────────────────────────────
def _reads(case: int) -> dict[str, Any]:
    """Return how long the reads of the desk and of the case page take: their SQL, and all of it."""
    number = f"{loading.today().year}-{case:06d}"
    row = case_reads.find_case(number)
    mother = people.account_of_person(row.applicant)
    officers = [people.account(pk) for pk in _officers().values()]
    waiting = [case_reads.inbox_counts(officer).waiting for officer in officers]
    times = READS if connection.vendor == "postgresql" else 20
    return {
        "inbox_waiting_counted": max(waiting),
        **_timed("inbox", lambda n: _inbox(officers[n % len(officers)]), times),
        **_timed("case_page", lambda n: case_reads.case_view(number, account=mother), times),
    }


def _inbox(officer: Any) -> None:
    """Read what the first page of the desk shows: its rows, one more, and the two numbers."""
    case_reads.inbox(officer, limit=INBOX_PAGE + 1)
    case_reads.inbox_counts(officer)


def _timed(name: str, read: Any, times: int) -> dict[str, float]:
    queries: list[float] = []
    whole: list[float] = []

    def timed(execute: Any, *given: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            queries[-1] += (time.perf_counter() - began) * 1000

    for n in range(times):
        queries.append(0.0)
        began = time.perf_counter()
        with connection.execute_wrapper(timed):
            read(n)
        whole.append((time.perf_counter() - began) * 1000)
    return {
        f"{name}_{what}_{label}_ms": round(sorted(ms)[int(len(ms) * share)], 2)
        for what, ms in (("query", queries), ("read", whole))
        for label, share in (("p50", 0.5), ("p95", 0.95))
    }


def _server() -> str:
    if connection.vendor != "postgresql":
        return f"sqlite {connection.Database.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"postgresql {cursor.fetchone()[0].split()[0]}"


def _size() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1e9")
        return round(float(cursor.fetchone()[0]), 1)
