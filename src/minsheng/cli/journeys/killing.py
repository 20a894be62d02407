"""Kills the web server and the worker with SIGKILL at random moments, while somebody sends a form.

The moments follow from the seed; where they fall between the steps of the processes is up to the
machine. A killed process is started again at once, as a supervisor would.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from minsheng.cli.stack import Stack

PROCESSES = ("web", "worker")
LONGEST_SECONDS = 0.3


class Killer:
    """Kills at most `times` times; `strike` is called before each form is sent."""

    def __init__(self, stack: Stack, *, times: int, seed: int, say: Callable[[str], None]) -> None:
        self._stack, self._say = stack, say
        self._left = times
        self._chance = random.Random(seed)  # noqa: S311  not a secret: the same seed, the same course
        self._one_at_a_time = threading.Lock()
        self._running: list[threading.Timer] = []

    def strike(self) -> None:
        """Kill one of the processes in turn within the next moments, every other time."""
        if not self._left or self._chance.random() < 0.5:
            return
        self._left -= 1
        name = PROCESSES[self._left % len(PROCESSES)]
        delay = self._chance.random() * LONGEST_SECONDS
        timer = threading.Timer(delay, self._kill, (name,))
        self._running.append(timer)
        timer.start()

    def finish(self) -> None:
        """Wait until everything that was killed has been started again."""
        self._left = 0
        for timer in self._running:
            timer.join()

    def _kill(self, name: str) -> None:
        with self._one_at_a_time:
            self._stack.kill(name)
            self._stack.start(name)
        self._say(f"杀掉了 {name}，又开了一个 / {name} was killed, another one starts")
