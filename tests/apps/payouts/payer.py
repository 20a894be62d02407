"""A process that approves awards, or pays at random until it is killed, and says what was committed.

`python payer.py decide OFFICER ID…` decides each claim, `python payer.py approve ID…` approves each award once. `python payer.py pay SEED` sets months aside, makes batches,
reads answers that pay and refuse, and sets aside anew, among the months that every such process shares.
"""

from __future__ import annotations

import random
import sys
from datetime import date

import django

django.setup()

from django.utils import timezone  # noqa: E402

from minsheng.apps.grants import actions as grants  # noqa: E402
from minsheng.apps.payouts import actions, reads  # noqa: E402
from minsheng.apps.payouts.models import Batch, Instalment, Purse  # noqa: E402
from minsheng.apps.people.models import Account  # noqa: E402
from minsheng.engines.payments import Answered, Statement, write_pain002  # noqa: E402
from minsheng.lib.errors import Conflict  # noqa: E402

POLICY = "flexible-insurance"
FEN = 60_000


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def approve(ids: list[int]) -> None:
    """Approve each award, and say which were."""
    by = Account.objects.get(username="jinyue")
    say("begun")
    for pk in ids:
        try:
            grants.approve(pk, by=by)
        except Conflict as error:
            say(error.code)
        else:
            say(f"approved:{pk}")


def decide(username: str, ids: list[int]) -> None:
    """Decide each claim as one officer, and say which were."""
    by = Account.objects.get(username=username)
    say("begun")
    for pk in ids:
        try:
            grants.decide(pk, by=by)
        except Conflict as error:
            say(error.code)
        else:
            say(f"decided:{pk}")


def step(chance: random.Random, by: Account) -> str:
    """Do one random act and return what was done."""
    act = chance.choice(["aside", "aside", "batch", "answer", "answer", "retry"])
    if act == "aside":
        person = Purse.objects.select_related("person").get().person
        month = date(chance.randint(1900, 2020), chance.randint(1, 12), 1)
        due = actions.Due(
            policy=POLICY, month=month, amount_fen=FEN, sheet_sealed="x", sheet_digest="x"
        )
        return f"aside:{actions.set_aside(person, due, by='test').pk}"
    if act == "batch":
        return f"batch:{actions.make_batch(POLICY, by=by, pay_on=timezone.localdate()).number}"
    if act == "retry":
        row = chance.choice(list(Instalment.objects.filter(state="failed")[:9]) or [None])
        if row is None:
            raise Conflict("none", "没有", "nothing yet")
        return f"retry:{actions.retry_instalment(row.pk, by=by).pk}"
    batch = chance.choice(list(Batch.objects.order_by("-pk")[:3]) or [None])
    if batch is None:
        raise Conflict("none", "没有", "nothing yet")
    lines = tuple(
        Answered(
            key=one.key,
            outcome=chance.choice(["paid", "paid", "refused", "waiting"]),
            amount_fen=FEN,
        )
        for one in reads.orders_of(batch)
    )
    content = write_pain002(Statement(batch=batch.number, lines=lines), made_at=timezone.now())
    return f"answer:{actions.read_bank_answer(batch.number, content, by=by).pk}"


def pay(seed: int) -> None:
    chance, by = random.Random(seed), Account.objects.get(username="duanlin")
    say("begun")
    while True:
        try:
            say(step(chance, by))
        except Conflict:
            continue


if __name__ == "__main__":
    act, *words = sys.argv[1:]
    if act == "decide":
        decide(words[0], [int(one) for one in words[1:]])
    elif act == "approve":
        approve([int(one) for one in words])
    else:
        pay(int(words[0]))
