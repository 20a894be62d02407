"""A process that asks for vouchers and moves them at random until it is killed.

`python buyer.py SEED CODE USER`: each line is the number of a voucher whose asking has returned.
"""

from __future__ import annotations

import random
import sys

import django

django.setup()

from minsheng.apps.people import reads as people  # noqa: E402
from minsheng.apps.vouchers import actions  # noqa: E402
from minsheng.apps.vouchers.models import Voucher  # noqa: E402
from minsheng.lib.errors import MinshengError  # noqa: E402


def run(seed: int, code: str, username: str, steps: int = 10**9) -> None:
    """Ask `steps` times, and now and then issue, refuse or give up one of the newest."""
    chance = random.Random(seed)
    owner = people.account_by_username(username)
    issuer = people.account_by_username("yuelan")
    assert owner is not None and issuer is not None
    for _ in range(steps):
        try:
            made = actions.ask(
                "innovation", code=code, use="research", amount_fen=chance.randint(1, 900_000),
                words="试验", by=owner,
            )  # fmt: skip
            sys.stdout.write(f"{made.pk}\n")
            sys.stdout.flush()
            chosen = chance.choice(
                list(Voucher.objects.order_by("-pk").values_list("pk", flat=True)[:4])
            )
            match chance.randint(0, 2):
                case 0:
                    actions.issue(chosen, by=issuer)
                case 1:
                    actions.refuse(chosen, "试验", by=issuer)
                case _:
                    actions.give_up(chosen, by=owner)
        except MinshengError:
            continue


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2], sys.argv[3])
