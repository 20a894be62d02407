"""Instalments go to the bank in a batch; its answer pays or releases each, once."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.payouts import access, reads
from minsheng.apps.payouts.models import (
    BATCHED,
    FAILED,
    OPEN,
    PAID,
    REFUSED,
    RESERVED,
    BankAnswer,
    Batch,
    BatchLine,
    Instalment,
    Purse,
)
from minsheng.apps.payouts.writing import record, why
from minsheng.apps.people.models import Account
from minsheng.engines.payments import read_answer, reconcile
from minsheng.engines.payments.reconcile import Line
from minsheng.lib.errors import Conflict, WrongInput

MOST_LINES = 2000


def make_batch(policy: str, *, by: Account, pay_on: date) -> Batch:
    """Return a new batch of every instalment of a policy that is set aside and has an account.

    The accounts are frozen in its lines. Raises Conflict where nothing waits.
    """
    who = access.acting(access.rules().pay, by)
    with transaction.atomic():
        rows = list(
            Instalment.objects.select_for_update(of=("self",))
            .filter(policy=policy, state=RESERVED, person__purse__isnull=False)
            .select_related("person")
            .order_by("pk")[:MOST_LINES]
        )
        if not rows:
            raise Conflict(
                "payouts.nothing_to_pay",
                "没有可以发的：还没有算出来的，或者本人还没填银行卡。",
                "Nothing waits to be paid, or no bank account has been given yet.",
            )
        batch = Batch.objects.create(
            number=_next_number(),
            policy=policy,
            pay_on=pay_on,
            count=len(rows),
            sum_fen=sum(row.amount_fen for row in rows),
            made_by=by,
        )
        purses = {
            one.person_id: one
            for one in Purse.objects.filter(person__in={row.person_id for row in rows})
        }
        BatchLine.objects.bulk_create(
            BatchLine(
                batch=batch,
                instalment=row,
                key=f"MS{row.pk:07d}-{row.attempt}",
                amount_fen=row.amount_fen,
                number_sealed=purses[row.person_id].number_sealed,
                masked=purses[row.person_id].masked,
            )
            for row in rows
        )
        Instalment.objects.filter(pk__in=[row.pk for row in rows]).update(state=BATCHED)
        record(
            f"batch:{batch.number}", "batched", who,
            {"policy": policy, "count": batch.count, "sum_fen": batch.sum_fen},
        )  # fmt: skip
    return batch


def read_bank_answer(number: str, content: bytes, *, by: Account) -> BankAnswer:
    """Return what a bank's answer made of a batch: paid is settled, refused is released.

    Only open lines change, so the same answer twice changes nothing. Raises WrongInput for a file
    that can't be read or is about another batch.
    """
    who = access.acting(access.rules().pay, by)
    statement = read_answer(content)
    if statement.batch not in ("", number):
        raise WrongInput(
            "payouts.other_batch",
            f"这份回执是 {statement.batch[:35]} 的，不是 {number} 的。什么都没有记账。",
            f"This answer is about {statement.batch[:35]}, not {number}. Nothing was booked.",
            field="file",
        )
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(number=number).first()
        if batch is None:
            raise access.no_such_batch()
        digest = hashlib.sha256(content).hexdigest()
        there = BankAnswer.objects.filter(batch=batch, digest=digest).first()
        if there is not None:
            return there
        found = reconcile(reads.orders_of(batch), statement)
        rows = {
            row.key: row
            for row in BatchLine.objects.select_for_update(of=("self",))
            .filter(batch=batch)
            .select_related("instalment__held")
        }
        asked = [one.key for one in found.needs_a_person]
        for line in found.lines:
            if line.ordered_fen and line.found in ("paid", "refused"):
                asked += _booked(rows[line.key], line, who)
        answer = BankAnswer.objects.create(
            batch=batch,
            digest=digest,
            found=dict(Counter(one.found for one in found.lines)),
            looked_at=sorted(set(asked)),
            sums_agree=found.sums_agree,
            read_by=by,
        )
        record(
            f"batch:{number}", "answered", who,
            {"digest": digest, "paid_fen": found.of("paid").fen, "refused_fen": found.of("refused").fen, "asked": len(set(asked))},
        )  # fmt: skip
    return answer


def _booked(row: BatchLine, line: Line, who: str) -> list[str]:
    """Book what a bank says of one open line; return the key where it contradicts what is booked."""
    wanted = PAID if line.found == "paid" else REFUSED
    if row.outcome != OPEN:
        return [] if row.outcome == wanted else [row.key]
    instalment, on = row.instalment, timezone.localdate()
    assert instalment.held is not None
    if wanted == PAID:
        instalment.spent = accounts.settle(instalment.held, why(instalment, "pay", on=on, by=who))
        instalment.state = PAID
    else:
        accounts.release(instalment.held, why(instalment, "release", on=on, by=who))
        instalment.state, instalment.reason = FAILED, line.reason[:60]
    instalment.save(update_fields=["spent", "state", "reason"])
    row.outcome, row.reason = wanted, line.reason[:60]
    row.save(update_fields=["outcome", "reason"])
    record(
        f"instalment:{instalment.pk}", "paid" if wanted == PAID else "refused", who,
        {"line": row.key, "amount_fen": row.amount_fen},
    )  # fmt: skip
    return []


def _next_number() -> str:
    """Return the next number of the year, such as F26-000001."""
    start = f"F{timezone.localdate():%y}-"
    last = Batch.objects.filter(number__startswith=start).aggregate(last=Max("number"))["last"]
    return f"{start}{int(last[len(start) :]) + 1 if last else 1:06d}"
