"""Worker processes, each with its own connection, that run cases of ours, the peer's or the floor's."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Job = tuple[str, Sequence[Any]]
_IN_PROCESS: dict[str, Any] = {}


@dataclass
class Run:
    """What a crew measured over `cases` whole cases."""

    cases: int = 0
    seconds: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    steps_ms: list[float] = field(default_factory=list)

    def add(self, other: Run, *, is_beside: bool = False) -> None:
        """Take in another measurement; one made beside it at the same time adds no seconds."""
        self.cases += other.cases
        self.seconds = (
            max(self.seconds, other.seconds) if is_beside else self.seconds + other.seconds
        )
        self.client_cpu += other.client_cpu
        self.server_cpu += other.server_cpu
        self.steps_ms += other.steps_ms


class Crew:
    """Some processes of this bench, ready and warm."""

    def __init__(self, workers: int, settings: dict[str, Any]) -> None:
        self.workers = workers
        context = multiprocessing.get_context("spawn")
        self._barrier = context.Barrier(workers)
        self._pool = context.Pool(workers, _begin, (settings, self._barrier))

    def run(self, what: str, cases: Sequence[Any]) -> Run:
        """Share the cases out, let all begin at once, and return what was measured."""
        shares = [cases[n :: self.workers] for n in range(self.workers)]
        total = Run()
        for one in self._pool.map(_work, [(what, share) for share in shares], chunksize=1):
            total.add(one, is_beside=True)
        return total

    def end(self) -> None:
        """Let the processes go."""
        self._pool.terminate()
        self._pool.join()


def _begin(settings: dict[str, Any], barrier: Any) -> None:
    """Make this process ready: Django, packs, and what the peer needs."""
    from minsheng.cli.starting import start_django

    start_django()
    from benchmarks.bare_sql import Driver, Floor
    from django.db import connection

    from minsheng.apps.cases import catalogue

    catalogue.packs()
    driver = Driver(connection)
    _IN_PROCESS.update(
        barrier=barrier,
        connection=connection,
        officers=settings["officers"],
        floor=Floor(driver, settings["shape"]),
    )
    if settings["peer"]:
        from benchmarks.spiff import Spiff

        _IN_PROCESS["spiff"] = Spiff(driver)
        _IN_PROCESS["spiff_values"] = Spiff(driver, values=settings["shape"].values)


def _work(job: Job) -> Run:
    """Run one share; every share begins when all are there."""
    what, cases = job
    act: Callable[[Any], Iterable[float]] = {
        "ours": _ours,
        "followed": _followed,
        "spiff": _peer,
        "spiff_values": _peer_with_values,
        "floor": _floor,
    }[what]
    if what in {"ours", "followed"}:
        # Who is signed in is read before an action is called: by the session, not by us.
        from minsheng.apps.people import reads as people

        cases = [(people.account(account), draft) for account, draft in cases]
    driver = _IN_PROCESS["connection"].connection
    backend = getattr(getattr(driver, "info", None), "backend_pid", 0)
    _IN_PROCESS["barrier"].wait()
    run = Run(cases=len(cases))
    began, cpu, server = time.monotonic(), time.process_time(), server_cpu(backend)
    for case in cases:
        run.steps_ms += act(case)
    run.seconds = time.monotonic() - began
    run.client_cpu = time.process_time() - cpu
    run.server_cpu = server_cpu(backend) - server
    return run


def server_cpu(pid: int) -> float:
    """Return the CPU seconds of the server's process of this connection, 0 where it can't be seen."""
    stat = Path(f"/proc/{pid}/stat")
    if not pid or not stat.exists():
        return 0.0
    words = stat.read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _ours(case: tuple[Any, Any]) -> list[float]:
    """Submit a draft and let the officers agree to its seven items: eight commits."""
    from minsheng.apps.cases import actions as cases

    account, draft = case
    submitted = cases.submit_draft(draft, by=account)
    rows = list(submitted.items.order_by("position").values_list("pk", "post"))
    steps = []
    for pk, post in rows:
        officer = _officer(post)
        began = time.perf_counter()
        closed = cases.approve_item(pk, by=officer)
        steps.append((time.perf_counter() - began) * 1000)
    assert closed.status == "done", closed.status
    return steps


def _followed(case: tuple[int, Any]) -> list[float]:
    """The same, and then the worker's steps of all of it: notices and what else follows."""
    from minsheng.cli.demo import running

    steps = _ours(case)
    running.follow()
    return steps


def _officer(post: str) -> Any:
    """Return who decides for a post: read once, as the request that calls an action has read it."""
    officers = _IN_PROCESS["officers"]
    if isinstance(officers[post], int):
        from minsheng.apps.people import reads as people

        officers[post] = people.account(officers[post])
    return officers[post]


def _peer(number: int) -> list[float]:
    return list(_IN_PROCESS["spiff"].case(number))


def _peer_with_values(number: int) -> list[float]:
    return list(_IN_PROCESS["spiff_values"].case(number))


def _floor(number: int) -> list[float]:
    _IN_PROCESS["floor"].case(number)
    return []
