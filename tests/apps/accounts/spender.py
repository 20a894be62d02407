"""A process that posts at random until it is killed, and says what was committed, line by line.

`python spender.py SEED`: gives, reserves, settles, releases, spends and reverses in one unit, among
three holders whom every such process shares. Each line is the key of a posting that has returned.
"""

from __future__ import annotations

import random
import sys
from datetime import date

import django

django.setup()

from minsheng.apps.accounts import actions  # noqa: E402
from minsheng.apps.accounts.actions import Why  # noqa: E402
from minsheng.apps.accounts.models import Posting  # noqa: E402
from minsheng.lib.errors import Conflict, NotFound  # noqa: E402

UNIT = "points:race"
HOLDERS = ("household:1", "household:2", "household:3")
DAY = date(2026, 4, 1)


def step(chance: random.Random, key: str) -> Posting:
    """Return one random posting; refused ones raise Conflict."""
    why, holder = Why(key, "race", DAY, "test"), chance.choice(HOLDERS)
    act = chance.choice(["give", "reserve", "spend", "answer", "answer"])
    if act != "answer":
        return getattr(actions, act)(UNIT, holder, chance.randint(1, 9), why)
    # Everybody wants to answer the same few, so that they meet.
    newest = list(Posting.objects.filter(unit=UNIT).order_by("-pk")[:4])
    posting = chance.choice(newest) if newest else None
    if posting is None:
        raise Conflict("none", "没有", "nothing yet")
    chosen = chance.choice(
        [actions.settle, actions.release] if posting.kind == "reserve" else [actions.reverse]
    )
    return chosen(posting, why)


def run(seed: int, steps: int = 10**9) -> int:
    """Post `steps` times and return how many were taken; each key is printed once it has returned."""
    chance, taken = random.Random(seed), 0
    for number in range(steps):
        key = f"{seed}:{number}"
        try:
            step(chance, key)
        except (Conflict, NotFound):
            continue
        taken += 1
        sys.stdout.write(key + "\n")
        sys.stdout.flush()
    return taken


if __name__ == "__main__":
    run(int(sys.argv[1]))
