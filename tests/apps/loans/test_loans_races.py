"""One loss, many who share it at once, processes that die by signal 9: it is shared once and the books balance."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.apps.loans.loans_of import fill, led_to

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.accounts.models import Posting
from minsheng.apps.audit import reads as audit
from minsheng.apps.loans import actions, reads
from minsheng.apps.loans.actions import Said
from minsheng.apps.loans.models import Loan, LoanStep
from minsheng.apps.people.models import Organisation
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("sharer.py")
UNIT, HOLDER = "fen:loans.ladder", "fund:ladder"


def test_of_sixteen_who_share_one_loss_at_once_one_does(district):
    fill(district)
    loan, officer = led_to(district, "claim"), district.account("renjing")
    gate, answers = threading.Barrier(16), []

    def share() -> None:
        gate.wait()
        try:
            actions.take_step(loan.pk, "share", Said(), by=officer)
            answers.append("shared")
        except Conflict:
            answers.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=share) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Counter(answers) == {"shared": 1, "too late": 15}
    assert Posting.objects.filter(kind="spend").count() == 1
    assert_whole()


def test_of_two_who_guarantee_more_than_the_fund_holds_one_does(district):
    fill(district)
    first = led_to(district, "agree")
    # 20 m of fund hold the guarantee of 25 m at most: let each of two loans want 20 m guaranteed.
    other = Loan.objects.get(pk=first.pk)
    other.pk = None
    other.organisation = Organisation.objects.create(
        credit_code="91500000MA0DEMB02X", name="云桥材料（演示）"
    )
    other.save()
    Loan.objects.update(asked_fen=2_000_000_000, agreed_fen=2_000_000_000)
    gate, answers, officer = threading.Barrier(2), [], district.account("renjing")

    def guarantee(loan_id: int) -> None:
        gate.wait()
        try:
            actions.take_step(loan_id, "guarantee", Said(), by=officer)
            answers.append("guaranteed")
        except Conflict as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarantee, args=(one.pk,)) for one in (first, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["guaranteed", "loans.fund_short"]
    assert_whole()


def test_processes_killed_in_the_middle_leave_the_books_balanced(district):
    killed(district, processes=2, rounds=1, seconds=1.0)


@pytest.mark.long
def test_a_marathon_of_sixteen_killed_processes_leaves_the_books_balanced(district):
    killed(district, processes=16, rounds=6, seconds=3.0)


def killed(district, *, processes: int, rounds: int, seconds: float) -> None:
    """Let processes take steps on the same loans, kill them at random moments, and see that all adds up."""
    fill(district)
    loans = [led_to(district, "call_overdue").pk]
    chance, said = random.Random(7), []
    for turn in range(rounds):
        running = [_sharer(turn * processes + one, loans) for one in range(processes)]
        for process in running:  # the first line of one of them says that they have begun
            assert process.stdout is not None
        running[0].stdout.peek(1)  # type: ignore[union-attr]
        time.sleep(seconds * (0.5 + chance.random()))
        for process in running:
            process.kill()
            said += process.stdout.read().decode().split()  # type: ignore[union-attr]
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
    taken = Counter(f"{one.loan_id}:{one.act}" for one in LoanStep.objects.all())
    assert said
    assert not Counter(said) - taken, "what was said to be done is there"
    for loan in loans:
        assert taken[f"{loan}:share"] <= 1
        events = [entry.kind for entry in audit.history("loan", str(loan))]
        steps = LoanStep.objects.filter(loan_id=loan).order_by("pk").values_list("act", flat=True)
        assert events == [f"loan.{act}" for act in steps]
    assert_whole()


def assert_whole() -> None:
    """See that the books balance, and that the fund lacks exactly what was borne and not got back."""
    assert reads.verify() == []
    assert accounts.verify(UNIT).total == 0
    out = sum(one.lost_guarantor_fen - one.back_guarantor_fen for one in Loan.objects.all())
    there = accounts.balance(UNIT, HOLDER, on=LoanStep.objects.latest("pk").at.date())
    assert there.usable + there.held == 2_000_000_000 - out
    assert min(there.usable, there.held) >= 0


def _sharer(seed: int, loans: list[int]) -> subprocess.Popen[bytes]:
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
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(seed), *map(str, loans)],
        env=environment,
        stdout=subprocess.PIPE,
    )
