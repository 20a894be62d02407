"""A process that shares and recovers losses until it is killed, and says what was committed, line by line.

`python sharer.py SEED LOAN...`: takes any step that could be open on one of the loans, as the cast whose side it
is; every such process does the same, so that they meet. Each line is loan and act of a step that has returned.
"""

from __future__ import annotations

import random
import sys

import django

django.setup()

from minsheng.apps.loans import actions  # noqa: E402
from minsheng.apps.loans.actions import Said  # noqa: E402
from minsheng.apps.people import reads as people  # noqa: E402
from minsheng.lib.errors import Conflict  # noqa: E402

TURNS = (
    ("claim", "jinhao", Said(reason="账上没有钱")),
    ("return_claim", "renjing", Said(reason="再催一次")),
    ("share", "renjing", Said()),
    ("report", "jinhao", Said(reason="追回一些", amount_fen=1_000_003)),
    ("recover", "renjing", Said()),
)


def run(seed: int, loans: list[int], steps: int = 10**9) -> None:
    """Take steps at random; each that was taken is printed once it has returned."""
    chance = random.Random(seed)
    for _ in range(steps):
        loan, (act, name, said) = chance.choice(loans), chance.choice(TURNS)
        account = people.account_by_username(name)
        assert account is not None
        try:
            actions.take_step(loan, act, said, by=account)
        except Conflict:
            continue
        sys.stdout.write(f"{loan}:{act}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(int(sys.argv[1]), [int(one) for one in sys.argv[2:]])
