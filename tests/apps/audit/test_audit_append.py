"""Appending to a chain whose caller keeps the head, and recording on one kept by the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from minsheng.apps.audit import guard
from minsheng.apps.audit.actions import Head, News, append, record, seal
from minsheng.apps.audit.models import Chain, Entry
from minsheng.apps.audit.reads import history, recent, verify
from minsheng.lib.errors import Conflict


def at_once(*acts: Callable[[], None]) -> list[BaseException]:
    """Run all acts on connections of their own, started together, and return what they raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            act()
        except BaseException as error:  # noqa: BLE001  the test looks at it
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db
def test_append_is_one_insert_and_nothing_else(at: datetime) -> None:
    news = [News(f"item.{n}", at, "police.household", {"n": n}) for n in range(5)]
    with CaptureQueriesContext(connection) as captured:
        head = append("case", "N1", Head(), news)
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert [sql.split()[0] for sql in statements] == ["INSERT"]
    assert head.seq == 5
    assert head.hash == history("case", "N1")[-1].hash


@pytest.mark.django_db
def test_the_head_that_comes_back_carries_the_chain_on(at: datetime) -> None:
    head = append("case", "N1", Head(), [News("case.submitted", at, "w", {"a": 1})])
    append("case", "N1", head, [News("item.done", at)])
    append("case", "N2", Head(), [News("case.submitted", at)])
    first, second = history("case", "N1")
    assert (first.data, second.prev_hash, second.seq) == ({"a": 1}, first.hash, 2)
    assert history("case", "N1", after=1) == [second]
    assert verify().ok
    assert verify().chains == 2


@pytest.mark.django_db
def test_no_news_leave_the_head_as_it_is() -> None:
    assert append("case", "N1", Head(3, "a1:aa"), []) == Head(3, "a1:aa")


@pytest.mark.django_db(transaction=True)
def test_append_outside_a_transaction_is_refused(at: datetime) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        append("case", "N1", Head(), [News("a", at)])
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_head_that_is_behind_is_a_conflict_that_says_what_to_do(at: datetime) -> None:
    append("case", "N1", Head(), [News("a", at)])
    with pytest.raises(Conflict) as conflict, transaction.atomic():
        append("case", "N1", Head(), [News("b", at)])
    assert conflict.value.code == "audit.someone_was_faster"
    assert conflict.value.facts == {"stream": "case", "key": "N1", "seq": 1}
    assert isinstance(conflict.value.__cause__, IntegrityError)
    assert [e.kind for e in history("case", "N1")] == ["a"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_append_behind_the_same_head_one_wins(at: datetime) -> None:
    def act(by: str) -> Callable[[], None]:
        def run() -> None:
            with transaction.atomic():
                append("case", "N1", Head(), [News("item.done", at, by), News("case.closed", at)])

        return run

    raised = at_once(act("sunwei"), act("linlan"), act("wutong"))
    assert [type(error) for error in raised] == [Conflict, Conflict]
    assert [e.seq for e in history("case", "N1")] == [1, 2]
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_many_who_record_on_one_chain_at_once_all_get_their_place(at: datetime) -> None:
    def look(by: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(5):
                record("look", "person-1", News("looked", at, by))

        return run

    assert at_once(*(look(f"clerk-{n}") for n in range(4))) == []
    assert [e.seq for e in history("look", "person-1")] == list(range(1, 21))
    assert verify().ok


@pytest.mark.django_db
def test_record_returns_its_last_entry_and_keeps_the_head(at: datetime) -> None:
    record("look", "p1", News("looked", at, "zhaomin"))
    entry = record("look", "p1", [News("looked", at, "linlan"), News("copied", at, "linlan")])
    assert (entry.pk is not None, entry.seq, entry.kind) == (True, 3, "copied")
    chain = Chain.objects.get(stream="look", key="p1")
    assert (chain.seq, chain.hash) == (3, entry.hash)
    assert recent(stream="look", limit=1) == [entry]
    assert recent(stream="case") == []


@pytest.mark.django_db
def test_recording_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        record("look", "p1", [])


@pytest.mark.django_db
def test_a_chain_may_change_its_suite_and_still_verifies(at: datetime, settings: Settings) -> None:
    record("look", "p1", News("looked", at))
    settings.MINSHENG_SUITE = "s1"
    entry = record("look", "p1", News("looked", at))
    assert entry.hash.startswith("s1:")
    assert entry.prev_hash.startswith("a1:")
    assert verify().ok


REFUSED = [
    "UPDATE audit_entry SET kind = 'x'",
    "UPDATE audit_entry SET hash = hash",
    "DELETE FROM audit_entry",
    "UPDATE audit_seal SET root = 'a1:00'",
    "DELETE FROM audit_seal",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_or_delete(
    statement: str, at: datetime, tmp_path: Path
) -> None:
    record("look", "p1", News("looked", at))
    assert seal(at, tmp_path)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert verify(tmp_path).ok


@pytest.mark.django_db
def test_the_orm_is_refused_as_well(at: datetime) -> None:
    entry = record("look", "p1", News("looked", at))
    entry.by = "nobody"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.delete()
    assert history("look", "p1")[0].by == ""


@pytest.mark.django_db
def test_an_entry_cannot_be_written_over(at: datetime) -> None:
    entry = record("look", "p1", News("looked", at))
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = %s"
    else:
        statement = (
            "INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM audit_entry "
            "WHERE id = %s ON CONFLICT (id) DO UPDATE SET kind = 'x'"
        )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])
    assert verify().ok


@pytest.mark.postgres
@pytest.mark.usefixtures("on_postgres")
@pytest.mark.parametrize(
    "statement", ["TRUNCATE audit_entry", "SET LOCAL session_replication_role = replica"]
)
def test_postgres_refuses_truncate_and_a_session_that_plays_a_replica(
    statement: str, at: datetime
) -> None:
    record("look", "p1", News("looked", at))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("DELETE FROM audit_entry")
    assert verify().ok


@pytest.mark.django_db
def test_a_missing_trigger_is_a_finding(at: datetime) -> None:
    record("look", "p1", News("looked", at))
    assert guard.missing(connection) == []
    guard.take_off(connection)
    report = verify()
    assert {problem.code for problem in report.problems} == {"audit.guard_missing"}
    guard.put_on(connection)
    guard.put_on(connection)
    assert verify().ok


@pytest.mark.django_db
def test_production_is_never_emptied(at: datetime, settings: Settings) -> None:
    record("look", "p1", News("looked", at))
    settings.DEMO = False
    with pytest.raises(CommandError, match="append-only"):
        call_command("flush", interactive=False)
    assert history("look", "p1")


@pytest.mark.django_db(transaction=True)
def test_a_demonstration_can_be_emptied_and_is_guarded_again(at: datetime) -> None:
    record("look", "p1", News("looked", at))
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    assert guard.missing(connection) == []
