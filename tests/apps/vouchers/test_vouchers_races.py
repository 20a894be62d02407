"""Sixteen processes ask at once, and some die by signal 9: the pool is never exceeded, the books balance."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from tests.factories import District
from tests.marathon import PROCESSES, Days, can_fork, run

from minsheng.apps.accounts import reads as books
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people.models import Organisation
from minsheng.apps.vouchers import actions, reads
from minsheng.apps.vouchers.actions.moving import POOL
from minsheng.apps.vouchers.models import Voucher
from minsheng.engines.vouchers import OPEN

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("buyer.py")
EACH = 1_000_000
ROOM = 5


def firms(district: District, count: int) -> list[str]:
    """Return the codes of firms for all of which 黄毅 speaks."""
    owner, clerk = district.account("huangyi"), district.account("zhaomin")
    made = []
    for number in range(count):
        firm = Organisation.objects.create(
            credit_code=f"91500000MA0RACE{number:03d}", name=f"{number}"
        )
        people.name_representative(owner, firm, by=clerk, since=district.today)
        made.append(firm.credit_code)
    return made


def assert_whole(year: int) -> None:
    """See that money is only where vouchers say, and that nothing was lost or promised twice."""
    pool = reads.pool("innovation", year)
    report = books.verify(pool.scheme.unit(year))
    assert report.is_whole, report.wrong
    open_ones = Voucher.objects.filter(state__in=OPEN)
    assert sum(row.amount_fen for row in open_ones) == pool.held_fen
    assert pool.free_fen >= 0
    assert pool.free_fen + pool.held_fen + pool.paid_fen == pool.total_fen
    assert all(books.is_posted(row.step) for row in open_ones)


@can_fork
def test_of_sixteen_processes_asking_at_once_only_so_many_get_one(
    district: District, tmp_path: Path
) -> None:
    packs = installed.packs()
    loaded = packs.vouchers["innovation"]
    small = replace(loaded, scheme=replace(loaded.scheme, pool_fen=ROOM * EACH, cap_fen=EACH))
    object.__setattr__(packs, "vouchers", {"innovation": small})
    try:
        year = district.today.year
        actions.open_pool("innovation", year, by=district.account("fanhua"))
        codes, owner = firms(district, PROCESSES), district.account("huangyi")

        def choose(chance: object, name: str) -> tuple[str, object]:
            number = int(name.rsplit("-", 1)[-1]) % PROCESSES
            return "ask", lambda: actions.ask(
                "innovation", code=codes[number], use="research", amount_fen=EACH, words="要",
                by=owner,
            )  # fmt: skip

        told = run(choose, tmp_path, acts=2, seed=3, days=Days(1))  # type: ignore[arg-type]
        assert not told.faults, told.faults
        assert told.went["ask"] == ROOM
        assert told.refused.total() == 2 * PROCESSES - ROOM
        assert reads.pool("innovation", year).free_fen == 0
        assert_whole(year)
    finally:
        object.__setattr__(packs, "vouchers", {"innovation": loaded})


def test_processes_killed_in_the_middle_leave_balanced_books(district: District) -> None:
    year = district.today.year
    actions.open_pool("innovation", year, by=district.account("fanhua"))
    codes = firms(district, 3)
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
    connections.close_all()
    running = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), str(seed), code, "huangyi"],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for seed, code in enumerate(codes)
    ]
    said: list[str] = []
    try:
        for process in running:  # the first line says that it has begun
            assert process.stdout is not None
            process.stdout.peek(1)  # type: ignore[attr-defined]
        time.sleep(0.7)
    finally:
        for process in running:
            process.kill()
            process.wait()
            assert process.stdout is not None
            said += process.stdout.read().decode().split()
            process.stdout.close()
    assert said, "they did something"
    assert {int(one) for one in said} <= set(Voucher.objects.values_list("pk", flat=True))
    assert books.balance(reads.pool("innovation", year).scheme.unit(year), POOL, on=district.today)
    assert_whole(year)
