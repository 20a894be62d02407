"""Sixteen processes post at random in one unit, three of them killed: a fund's book balances all the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.apps.accounts import spender
from tests.apps.accounts.spender import HOLDERS, UNIT
from tests.apps.accounts.test_accounts_races import assert_whole, why
from tests.marathon import PROCESSES, Chosen, Days, can_fork, run

from minsheng.apps.accounts import actions
from minsheng.apps.accounts.models import Posting

pytestmark = [pytest.mark.django_db(transaction=True), can_fork]
KILLS = 3


def choose(chance: random.Random, worker: str) -> Chosen:
    """Give, spend, set aside, settle, release or reverse, among three holders whom all share."""
    key = f"{worker}:{chance.getrandbits(40)}"
    return "post", lambda: spender.step(chance, key)


@pytest.mark.parametrize(
    ("seed", "acts"),
    [
        pytest.param(1, 12, id="seed1-short"),
        *[pytest.param(n, 150, id=f"seed{n}", marks=pytest.mark.long) for n in range(2, 6)],
    ],
)
def test_whatever_sixteen_processes_post_the_book_balances(
    tmp_path: Path, seed: int, acts: int
) -> None:
    for holder in HOLDERS:
        actions.give(UNIT, holder, 50, why(f"gift:{holder}"))
    told = run(choose, tmp_path, acts=acts, seed=seed, days=Days(0), kills=KILLS)
    assert not told.faults, told.faults[0]
    assert told.acts >= (PROCESSES - KILLS) * acts
    made = Posting.objects.count() - len(HOLDERS)
    assert told.went["post"] <= made <= told.went["post"] + told.killed
    assert_whole()
