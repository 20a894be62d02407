"""Several workers, workers that come back too late, and workers that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone
from tests.apps.outbox.killed_worker import call, write

from minsheng.apps.audit.actions import News, record
from minsheng.apps.audit.models import Entry
from minsheng.apps.audit.reads import history, verify
from minsheng.apps.outbox import actions, reads
from minsheng.apps.outbox.actions import Handler, Job, Outside, put, run_due
from minsheng.apps.outbox.models import Effect

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("killed_worker.py")


def happened(key: str) -> list[str]:
    """Return by which workers the effect was carried out."""
    return [entry.by for entry in history("test.effect", key)]


class Worker(threading.Thread):
    """A worker on a connection of its own."""

    def __init__(self, name: str, handlers: dict[str, Handler], *, later: timedelta) -> None:
        super().__init__()
        self.worker, self.handlers, self.later = name, handlers, later
        self.completed = -1

    def run(self) -> None:
        try:
            self.completed = run_due(
                self.handlers, now=timezone.now() + self.later, worker=self.worker
            )
        finally:
            connections.close_all()


def test_of_several_workers_each_effect_has_one() -> None:
    for n in range(20):
        put("card", f"card:{n}", {})
    workers = [Worker(f"w{n}", {"card": write}, later=timedelta()) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker ends when it finds nothing it could take; what is left over is taken next time.
    rest = run_due({"card": write}, now=timezone.now(), worker="last")
    assert sum(worker.completed for worker in workers) + rest == 20
    assert {key: len(happened(key)) for key in (f"card:{n}" for n in range(20))} == {
        f"card:{n}": 1 for n in range(20)
    }
    assert set(Effect.objects.values_list("state", "attempts", "fence")) == {("done", 1, 1)}


@pytest.mark.postgres
def test_an_effect_that_another_worker_is_just_taking_is_left_to_it() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set MINSHENG_DATABASE")
    taking, may_end = threading.Event(), threading.Event()

    def take_slowly() -> None:
        try:
            with transaction.atomic():
                Effect.objects.select_for_update().get(key="card:1")
                taking.set()
                may_end.wait(15)
        finally:
            connections.close_all()

    put("card", "card:1", {})
    put("card", "card:2", {})
    other = threading.Thread(target=take_slowly)
    other.start()
    assert taking.wait(20)
    assert run_due({"card": write}, now=timezone.now(), worker="w1") == 1
    may_end.set()
    other.join()
    assert (happened("card:1"), happened("card:2")) == ([], ["w1"])


@pytest.mark.parametrize("fails", [False, True])
def test_a_worker_that_comes_back_after_its_lease_is_refused(fails: bool) -> None:
    away, may_return = threading.Event(), threading.Event()

    def slow(job: Job) -> None:
        away.set()
        assert may_return.wait(20)
        if fails:
            raise TimeoutError

    put("card", "card:1", {})
    late = Worker("late", {"card": Outside(slow, write)}, later=timedelta())
    late.start()
    assert away.wait(20)
    assert run_due({"card": write}, now=timezone.now(), worker="early") == 0  # still leased
    after_the_lease = timezone.now() + actions.LEASE + timedelta(seconds=1)
    assert run_due({"card": write}, now=after_the_lease, worker="second") == 1
    may_return.set()
    late.join()
    assert late.completed == 0
    assert happened("card:1") == ["second"]
    effect = Effect.objects.get()
    assert (effect.state, effect.fence, effect.worker) == ("done", 2, "second")


def test_a_lease_that_was_taken_over_and_is_running_is_not_finished_by_the_first() -> None:
    """The first comes back while the second is still away: the fence decides, not the clock."""
    first_may, second_may = threading.Event(), threading.Event()
    away = {"first": threading.Event(), "second": threading.Event()}

    def slow(job: Job) -> None:
        away[job.worker].set()
        assert (first_may if job.worker == "first" else second_may).wait(20)

    put("card", "card:1", {})
    first = Worker("first", {"card": Outside(slow, write)}, later=timedelta())
    first.start()
    assert away["first"].wait(20)
    second = Worker(
        "second", {"card": Outside(slow, write)}, later=actions.LEASE + timedelta(seconds=1)
    )
    second.start()
    assert away["second"].wait(20)
    first_may.set()
    first.join()
    assert happened("card:1") == []
    assert Effect.objects.get().state == "leased"
    second_may.set()
    second.join()
    assert (first.completed, second.completed) == (0, 1)
    assert happened("card:1") == ["second"]


def test_other_writers_are_not_held_up_by_an_outside_call() -> None:
    away, may_return = threading.Event(), threading.Event()

    def slow(job: Job) -> None:
        away.set()
        assert may_return.wait(20)

    put("card", "card:1", {})
    worker = Worker("w1", {"card": Outside(slow, write)}, later=timedelta())
    worker.start()
    assert away.wait(20)
    record("look", "p1", News("looked", timezone.now()))  # on SQLite there is only one writer
    may_return.set()
    worker.join()
    assert worker.completed == 1


# ── kill -9 ─────────────────────────────────────────────────────────────────────────────────────


class Register(ThreadingHTTPServer):
    """An outside system that knows a repeated call by its key."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.calls: Counter[str] = Counter()
        self.acted: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Answer(BaseHTTPRequestHandler):
    server: Register

    def do_POST(self) -> None:
        key = self.headers["Idempotency-Key"]
        self.server.calls[key] += 1
        self.server.acted.add(key)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def register() -> Iterator[Register]:
    server = Register()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def kill_in_the_middle(*words: str) -> None:
    """Start a worker on this test's database, and kill it as soon as it hangs."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MINSHENG_VAR": str(settings.MINSHENG_VAR),
        "MINSHENG_DATABASE": _this_database(),
    }
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), *words], env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hanging\n"
        process.kill()


def _this_database() -> str:
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{here['NAME']}"
    return f"postgresql://{here['USER']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"


def run_until_done(handlers: dict[str, Handler], *, later: timedelta) -> int:
    """Run what is due `later`; PostgreSQL may need a moment to notice that a worker is dead."""
    for _ in range(100):
        if completed := run_due(handlers, now=timezone.now() + later, worker="restarted"):
            return completed
        time.sleep(0.1)
    return 0


def test_killed_inside_the_closing_transaction_the_effect_happens_once_after_a_restart() -> None:
    put("card", "card:1", {})
    kill_in_the_middle("inside")
    effect = Effect.objects.get()
    assert (effect.state, effect.worker, effect.attempts) == ("leased", "doomed", 1)
    assert happened("card:1") == []  # what it had written went with it
    assert run_due({"card": write}, now=timezone.now(), worker="too early") == 0
    assert run_until_done({"card": write}, later=actions.LEASE + timedelta(seconds=1)) == 1
    assert happened("card:1") == ["restarted"]
    assert run_due({"card": write}, now=timezone.now() + timedelta(days=1), worker="again") == 0
    assert happened("card:1") == ["restarted"]
    assert reads.counts() == {"waiting": 0, "leased": 0, "stuck": 0}
    assert verify().ok


def test_killed_after_the_call_outside_it_is_made_again_under_the_same_key(
    register: Register,
) -> None:
    put("card", "card:1", {})
    kill_in_the_middle("outside", register.url)
    assert register.calls == {"card:1": 1}
    handler = Outside(lambda job: call(job, register.url), write)
    assert run_until_done({"card": handler}, later=actions.LEASE + timedelta(seconds=1)) == 1
    assert register.calls == {"card:1": 2}
    assert register.acted == {"card:1"}  # so the other side acted once
    assert happened("card:1") == ["restarted"]
    assert Entry.objects.filter(stream="test.effect").count() == 1
