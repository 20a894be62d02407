"""Processes that act at random on the same things, some of them killed by signal 9 in the middle.

Each is forked from the test, with a connection of its own and a random generator of its own seed. What
it was told is written down line by line, so that nothing of a killed one is forgotten; anything but a
plain refusal is a fault. The days go by for all of them together, so that timers come due between acts.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from minsheng.lib.errors import MinshengError

NOW = timezone.now
PROCESSES = 16
can_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="the machine can't fork"
)
Chosen = tuple[str, Callable[[], object]]
Choose = Callable[[random.Random, str], Chosen]
"""One act that somebody may well try now, by a random generator and the name of the process."""


@dataclass
class Told:
    """What all processes were told: which acts went through, which were refused; how many were killed."""

    went: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    killed: int = 0

    @property
    def acts(self) -> int:
        """How many acts were tried and told of."""
        return self.went.total() + self.refused.total()


class Days:
    """Days that go by for every process at once."""

    def __init__(self, most: int) -> None:
        self._passed, self._most = multiprocessing.Value("i", 0), most

    def now(self) -> Any:
        """Return the time, moved by the days that have passed."""
        return NOW() + timedelta(days=self._passed.value)

    def go_by(self, days: int = 1) -> None:
        """Let some days pass."""
        with self._passed.get_lock():
            self._passed.value = min(self._passed.value + days, self._most)


def run(
    choose: Choose,
    folder: Path,
    *,
    acts: int,
    seed: int,
    days: Days,
    processes: int = PROCESSES,
    kills: int = 0,
) -> Told:
    """Let processes act `acts` times each, kill `kills` of them, and return what they were told."""
    context = multiprocessing.get_context("fork")
    # Nobody acts before all are there: a register that serves the first, in a thread of this process, may
    # hold a lock of SQLite at the moment of the next fork, and the copy of that lock is never given back.
    all_there = context.Event()
    connections.close_all()  # a connection belongs to one process
    timezone.now = days.now
    try:
        actors = [
            context.Process(
                target=_act_all,
                args=(choose, folder / f"{n}.lines", acts, seed * 1000 + n, all_there),
            )
            for n in range(processes)
        ]
        for actor in actors:
            actor.start()
        all_there.set()
        killed = _kill(actors, folder, kills, random.Random(seed))
        for actor in actors:
            actor.join()
    finally:
        timezone.now = NOW
    told = Told(killed=killed)
    for number, actor in enumerate(actors):
        _read(folder / f"{number}.lines", told)
        if actor.exitcode not in (0, -signal.SIGKILL):
            told.faults.append(f"process {actor.name} ended with {actor.exitcode}")
    return told


def _kill(actors: list[Any], folder: Path, kills: int, chance: random.Random) -> int:
    """Kill some that have begun to act, a few moments apart, and return how many were caught alive."""
    caught = 0
    for number in chance.sample(range(len(actors)), kills):
        while actors[number].is_alive() and not (folder / f"{number}.lines").exists():
            time.sleep(0.005)
        time.sleep(chance.random() * 0.2)
        if actors[number].is_alive():
            os.kill(actors[number].pid, signal.SIGKILL)
            caught += 1
    return caught


def _act_all(choose: Choose, path: Path, acts: int, seed: int, all_there: Any) -> None:
    """Act at random, and write down how each act ended. The whole life of one process."""
    all_there.wait()
    chance = random.Random(seed)
    with path.open("a", buffering=1, encoding="utf-8") as lines:
        for _ in range(acts):
            kind, what = _act(choose, chance, f"worker-{seed}")
            lines.write(json.dumps([kind, what], ensure_ascii=False) + "\n")
    connections.close_all()


def _act(choose: Choose, chance: random.Random, worker: str) -> tuple[str, str]:
    name = "choosing"
    try:
        name, act = choose(chance, worker)
        act()
    except MinshengError as error:
        return "refused", f"{name} {error.code}"
    except Exception:  # noqa: BLE001  whatever else is raised is what this looks for
        return "faults", f"{worker}, {name}:\n{traceback.format_exc()}"
    return "went", name


def _read(path: Path, told: Told) -> None:
    if not path.exists():
        told.faults.append(f"{path.name}: nothing was told")
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, what = json.loads(line)
        if kind == "faults":
            told.faults.append(what)
        else:
            getattr(told, kind)[what] += 1
