"""Many approve against a nearly empty pot, and processes that pay die by signal 9: nothing is paid twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from tests.apps.grants.story import CARD, FLEXIBLE, fill_pot, known
from tests.apps.payouts.payer import FEN

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.accounts.models import Account as Book
from minsheng.apps.audit import reads as audit
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts.models import Batch, BatchLine, Instalment
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Person
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import dossiers

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("payer.py")


def test_processes_that_approve_at_once_never_promise_more_than_the_pot_has(district: Any) -> None:
    approve_at_once(district, processes=4, covered=5)


@pytest.mark.long
def test_sixteen_processes_that_approve_at_once_neither(district: Any) -> None:
    approve_at_once(district, processes=16, covered=5)


def test_processes_killed_while_paying_leave_the_books_whole(district: Any) -> None:
    killed(district, processes=2, rounds=1, seconds=2.0)


@pytest.mark.long
def test_a_marathon_of_killed_payers_leaves_the_books_whole(district: Any) -> None:
    killed(district, processes=4, rounds=8, seconds=3.0)


def test_two_officers_who_decide_the_same_claims_at_once_decide_each_once(district: Any) -> None:
    ids = decided(district, 6)
    Grant.objects.update(state="claimed", decided_by=None, claimed_at=timezone.now())
    people.assign(
        district.account("dengyan"), people_reads.post("hr.benefits"), since=district.today
    )
    officers = ("tangli", "dengyan")
    with running([["decide", one, *map(str, ids)] for one in officers]) as found:
        said = [line for one in found for line in one.communicate()[0].decode().split()]
    kinds = Counter(line.partition(":")[0] for line in said)
    assert kinds == {"begun": 2, "decided": len(ids), "grants.done": len(ids)}
    assert sorted(line for line in said if ":" in line) == sorted(f"decided:{pk}" for pk in ids)
    for pk in ids:
        assert sum(one.kind == "grant.decided" for one in audit.history("grant", str(pk))) == 1


def approve_at_once(district: Any, *, processes: int, covered: int) -> None:
    """Let processes approve sixteen awards against a pot that covers a few and half of one more."""
    fill_pot(district, covered * FEN + FEN // 2)
    ids = decided(district, 16)
    shares = [ids[n::processes] for n in range(processes)]
    with running([["approve", *map(str, share)] for share in shares]) as found:
        said = [line for one in found for line in one.communicate()[0].decode().split()]
    assert Counter(line.partition(":")[0] for line in said) == {
        "begun": processes, "approved": covered, "payouts.pot_short": len(ids) - covered,
    }  # fmt: skip
    assert Grant.objects.filter(state="running").count() == covered
    assert Instalment.objects.aggregate(sum=Sum("amount_fen"))["sum"] == covered * FEN
    assert_whole()


def killed(district: Any, *, processes: int, rounds: int, seconds: float) -> None:
    """Let processes pay together, kill them at random moments, and see that all adds up."""
    chance = random.Random(7)
    fill_pot(district, 10**8)
    payouts.name_account(known(district), CARD)
    said: list[str] = []
    for turn in range(rounds):
        seeds = range(turn * processes, (turn + 1) * processes)
        with running([["pay", str(seed)] for seed in seeds]) as found:
            time.sleep(seconds * (0.5 + chance.random()))
            for process in found:
                process.kill()
            said += [line for one in found for line in one.communicate()[0].decode().split()]
    done = Counter(line.partition(":")[0] for line in said)
    assert done["aside"], "they did something"
    for line in said:
        kind, _, key = line.partition(":")
        if kind == "batch":
            assert Batch.objects.filter(number=key).exists(), "what was said to be done is there"
    assert_whole()


def assert_whole() -> None:
    """See that pot, instalments, batches and lines tell the same story, and nothing was paid twice."""
    report = accounts.verify()
    assert report.is_whole, report.wrong
    assert not Book.objects.filter(balance__lt=0).exclude(role="issued").exists()
    by_state = {
        state: Instalment.objects.filter(state__in=states).aggregate(sum=Sum("amount_fen"))["sum"]
        or 0
        for state, states in (("held", ["reserved", "batched"]), ("used", ["paid"]))
    }
    balances = {
        role: Book.objects.filter(role=role).aggregate(sum=Sum("balance"))["sum"] or 0
        for role in by_state
    }
    assert balances == by_state
    paid = Counter(BatchLine.objects.filter(outcome="paid").values_list("instalment_id", flat=True))
    assert set(paid) == set(Instalment.objects.filter(state="paid").values_list("pk", flat=True))
    assert set(paid.values()) <= {1}
    open_lines = set(BatchLine.objects.filter(outcome="").values_list("instalment_id", flat=True))
    assert open_lines == set(
        Instalment.objects.filter(state="batched").values_list("pk", flat=True)
    )
    for batch in Batch.objects.all():
        sums = batch.lines.aggregate(sum=Sum("amount_fen"))
        assert (batch.lines.count(), sums["sum"]) == (batch.count, batch.sum_fen)


def decided(district: Any, count: int) -> list[int]:
    """Return awards of so many people, each decided and waiting for the second person."""
    from django.utils import timezone

    from minsheng.apps.grants.sheets import month_of

    known(district)
    facts = dossiers.of_person(district.account("qinsu").person)
    people = list(Person.objects.order_by("pk")[:count])
    assert len(people) == count
    clerk, officer = district.account("zhaomin"), district.account("tangli")
    ids = []
    for person in people:
        policies.note_facts(person, facts, by="system")
        ids.append(
            Grant.objects.create(
                person=person, policy=FLEXIBLE, state="decided", claimed_by=clerk, decided_by=officer,
                from_month=month_of(timezone.localdate()),
            ).pk
        )  # fmt: skip
    return ids


@contextmanager
def running(commands: Sequence[Sequence[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
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
    found = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), *words], env=environment, stdout=subprocess.PIPE
        )
        for words in commands
    ]
    try:
        for process in found:  # the first line says that it has begun
            assert process.stdout is not None
            process.stdout.peek(1)  # type: ignore[attr-defined]
        yield found
    finally:
        for process in found:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
