"""Reading from a bookmark, with transactions of other connections still running."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pytest
from django.db import connection, connections, transaction

from minsheng.apps.audit.actions import Head, News, append, record, seal
from minsheng.apps.audit.models import Entry
from minsheng.apps.audit.reads import history, since


class RolledBack(Exception):
    """What a slow writer raises to give up."""


class SlowWriter:
    """A connection of its own that has appended one event and has not ended yet."""

    def __init__(self, key: str, at: datetime) -> None:
        self.key, self.at = key, at
        self.appended, self.may_end = threading.Event(), threading.Event()
        self.give_up = False
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> SlowWriter:
        self.thread.start()
        assert self.appended.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self, *, give_up: bool = False, wait: bool = True) -> None:
        self.give_up = self.give_up or give_up
        self.may_end.set()
        if wait:
            self.thread.join(10)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                append("case", self.key, Head(), [News("slow", self.at)])
                self.appended.set()
                assert self.may_end.wait(30)
                if self.give_up:
                    raise RolledBack
        except RolledBack:
            pass
        finally:
            connections.close_all()


@contextmanager
def later(act: threading.Event, *, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, act.set)
    timer.start()
    yield
    timer.join()


def write(key: str, at: datetime) -> None:
    with transaction.atomic():
        append("case", key, Head(), [News("quick", at)])


def bookmark(at: datetime) -> int:
    """Return a bookmark behind everything: numbers of earlier tests are gone for good."""
    write("earlier", at)
    return since(0)[-1].pk


def keys(entries: list[Entry]) -> list[str]:
    return [entry.key for entry in entries]


@pytest.mark.django_db
def test_a_bookmark_gives_every_entry_once_and_in_order(at: datetime) -> None:
    for n in range(7):
        record("look", f"p{n % 2}", News("looked", at, f"clerk-{n}"))
    cursor, seen = 0, []
    while entries := since(cursor, 3):
        assert len(entries) <= 3
        cursor = entries[-1].pk
        seen += [entry.by for entry in entries]
    assert seen == [f"clerk-{n}" for n in range(7)]
    assert since(cursor) == []


@pytest.mark.parametrize("waited", [0.0, 0.2])
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_an_entry_that_is_committed_late_is_not_skipped(at: datetime, waited: float) -> None:
    cursor = bookmark(at)
    write("before", at)
    with SlowWriter("late", at) as writer:
        write("after", at)
        # What a naive reader sees: the number after the late one, which it would then never read.
        assert keys(list(Entry.objects.filter(pk__gt=cursor).order_by("pk"))) == ["before", "after"]
        first = since(cursor, patience_seconds=waited)
        assert keys(first) == ["before"]
        assert since(first[-1].pk, patience_seconds=waited) == []
        writer.end()
    assert keys(since(first[-1].pk)) == ["late", "after"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_a_number_that_was_rolled_back_does_not_hold_up_the_news(at: datetime) -> None:
    cursor = bookmark(at)
    with SlowWriter("given up", at) as writer:
        write("after", at)
        writer.end(give_up=True)
    assert keys(since(cursor, patience_seconds=0)) == ["after"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_who_waits_a_little_gets_the_late_one_too(at: datetime) -> None:
    cursor = bookmark(at)
    with SlowWriter("late", at) as writer:
        write("after", at)
        with later(writer.may_end, seconds=0.3):
            assert keys(since(cursor, patience_seconds=20)) == ["late", "after"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_a_gap_closes_although_there_is_never_a_moment_without_a_writer(at: datetime) -> None:
    cursor = bookmark(at)
    with SlowWriter("given up", at) as first:
        write("one", at)
        second, third = SlowWriter("two", at), SlowWriter("three", at)
        with second:
            first.end(give_up=True)
            # The gap is dead, but from outside "two" might still fill it.
            assert since(cursor, patience_seconds=0) == []

            def take_over() -> None:
                third.__enter__()
                second.end()

            relay = threading.Timer(0.2, take_over)
            relay.start()
            assert keys(since(cursor, patience_seconds=20)) == ["one"]
            assert third.thread.is_alive()
            relay.join()
        third.end()
    assert keys(since(cursor)) == ["one", "two", "three"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
def test_a_seal_leaves_out_what_a_late_entry_could_still_slip_into(
    at: datetime, tmp_path: Path
) -> None:
    write("before", at)
    assert seal(at, tmp_path)
    write("behind", at)
    with SlowWriter("late", at):
        write("after", at)
        made = seal(at, tmp_path)
        assert made is not None
        assert made.count == 1
    made = seal(at, tmp_path)
    assert made is not None
    assert made.count == 2


@pytest.mark.django_db(transaction=True)
def test_a_reader_beside_busy_writers_sees_each_committed_entry_exactly_once(
    at: datetime,
) -> None:
    """Four writers that dawdle, and give up now and then, and one reader that keeps reading."""
    done, failures = threading.Event(), []

    def run(writer: int) -> None:
        chance = random.Random(writer)
        head, key = Head(), f"w{writer}"
        try:
            for n in range(12):
                try:
                    with transaction.atomic():
                        after = append("case", key, head, [News("n", at, "", {"n": n})])
                        time.sleep(chance.random() * 0.01)
                        if chance.random() < 0.3:
                            raise RolledBack
                    head = after
                except RolledBack:
                    continue
        except BaseException as error:  # noqa: BLE001  the test looks at it
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    threading.Thread(target=lambda: ([t.join() for t in threads], done.set())).start()
    cursor, seen = 0, []
    while True:
        ended = done.is_set()
        entries = since(cursor, 5, patience_seconds=0.02)
        if entries:
            cursor = entries[-1].pk
            seen += [entry.pk for entry in entries]
        elif ended:
            break
    assert failures == []
    assert seen == list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert sum(len(history("case", f"w{n}")) for n in range(4)) == len(seen) > 0
    assert connection.in_atomic_block is False
