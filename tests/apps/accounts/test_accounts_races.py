"""Many spend the same units at once, and processes die by signal 9: nothing is lost or spent twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from tests.apps.accounts.spender import DAY, HOLDERS, UNIT

from minsheng.apps.accounts import actions, reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.accounts.models import Account, Line, Lot, Posting
from minsheng.apps.audit import reads as audit
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("spender.py")


def why(key: str) -> Why:
    return Why(key, "race", DAY, "test")


def test_of_many_who_spend_the_same_points_at_once_only_so_many_get_them() -> None:
    actions.give(UNIT, HOLDERS[0], 20, why("gift"))
    taken = _at_once(8, lambda n: actions.reserve(UNIT, HOLDERS[0], 5, why(f"r{n}")))
    assert len(taken) == 4
    assert reads.balance(UNIT, HOLDERS[0], on=DAY) == reads.Balance(usable=0, held=20)
    assert_whole()


def test_of_a_hand_over_and_a_cancellation_at_once_one_wins() -> None:
    actions.give(UNIT, HOLDERS[0], 5, why("gift"))
    reserved = actions.reserve(UNIT, HOLDERS[0], 5, why("r"))
    acts = (actions.settle, actions.release)
    assert len(_at_once(6, lambda n: acts[n % 2](reserved, why(f"a{n}")))) == 1
    assert_whole()


def test_one_key_sent_by_many_at_once_posts_once() -> None:
    made = _at_once(6, lambda n: actions.give(UNIT, HOLDERS[0], 5, why("same")))
    assert len(made) == 6
    assert {posting.pk for posting in made} == {Posting.objects.get().pk}
    assert_whole()


def test_processes_killed_in_the_middle_leave_every_posting_whole() -> None:
    killed(processes=2, rounds=1, seconds=1.0)


@pytest.mark.long
def test_a_marathon_of_killed_processes_leaves_every_posting_whole() -> None:
    killed(processes=6, rounds=12, seconds=2.0)


def killed(*, processes: int, rounds: int, seconds: float) -> None:
    """Let processes post together, kill them at random moments, and see that all adds up."""
    chance = random.Random(7)
    for holder in HOLDERS:
        actions.give(UNIT, holder, 50, why(f"gift:{holder}"))
    said: list[str] = []
    for turn in range(rounds):
        with _spenders(range(turn * processes, (turn + 1) * processes)) as running:
            time.sleep(seconds * (0.5 + chance.random()))
            for process in running:
                process.kill()
            said += [line for one in running for line in one.stdout.read().decode().split()]  # type: ignore[union-attr]
    assert len(said) > processes, "they did something"
    keys = set(Posting.objects.values_list("key", flat=True))
    assert set(said) <= keys, "what was said to be done is there"
    assert len(keys) == Posting.objects.count()
    assert_whole()


def assert_whole() -> None:
    """See that balances sum to zero, follow from their lines, and that each posting has its event."""
    report = reads.verify(UNIT)
    assert report.is_whole, report.wrong
    assert report.total == 0
    below = Account.objects.filter(unit=UNIT, balance__lt=0).exclude(role="issued")
    assert not below.exists()
    assert not Lot.objects.filter(left__lt=0).exists()
    assert Line.objects.values("posting").distinct().count() == Posting.objects.count()
    events = [
        entry.data["posting"]
        for holder in HOLDERS
        for entry in audit.history(actions.STREAM, f"{UNIT}:{holder}")
    ]
    assert sorted(events) == sorted(Posting.objects.values_list("pk", flat=True))


def _at_once(count: int, act: Callable[[int], Posting]) -> list[Posting]:
    """Return what came back of `count` threads that begin together; refusals are left out."""
    start, made = threading.Barrier(count), list[Posting]()
    broken: list[Exception] = []

    def run(number: int) -> None:
        try:
            start.wait()
            made.append(act(number))
        except Conflict:
            pass
        except (DatabaseError, RuntimeError, ValueError) as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    return made


@contextmanager
def _spenders(seeds: range) -> Iterator[list[subprocess.Popen[bytes]]]:
    here = connection.settings_dict
    database = (
        f"sqlite://{here['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgresql://{here['USER']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MINSHENG_VAR": str(settings.MINSHENG_VAR),
        "MINSHENG_DATABASE": database,
    }
    running = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), str(seed)], env=environment, stdout=subprocess.PIPE
        )
        for seed in seeds
    ]
    try:
        for process in running:  # the first line says that it has begun
            assert process.stdout is not None
            process.stdout.peek(1)  # type: ignore[attr-defined]
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
