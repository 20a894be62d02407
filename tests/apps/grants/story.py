"""The story of 秦素 and her subsidy, led to a point: what tests of awards and of their money share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from minsheng.apps.grants import actions
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.models import Batch
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import dossiers
from minsheng.cli.demo import policies as demo
from minsheng.engines.payments import Answered, Statement, write_pain002

FLEXIBLE = "flexible-insurance"
CARD = "6222020000000000000"
POT_FEN = 1_000_000


def known(district: Any, *, work: str = "flexible", username: str = "qinsu") -> Any:
    """Let the registers speak of 秦素, let her say what work she does, and return her sign-in.

    Of somebody else they say the same.
    """
    demo.note(timezone.localdate())
    cashier = district.account(username)
    facts = dossiers.of_person(district.account("qinsu").person)
    policies.note_facts(cashier.person, facts, by="system")
    policies.answer(cashier, "work", work, on=timezone.localdate())
    return cashier


def fill_pot(district: Any, amount_fen: int = POT_FEN) -> None:
    """Let two people of the treasury give a pot for this year."""
    budget = payouts.propose_budget(
        FLEXIBLE, timezone.localdate().year, amount_fen, by=district.account("duanlin")
    )
    payouts.give_budget(budget.pk, by=district.account("guanyi"))


def claimed(district: Any, *, username: str = "qinsu") -> Grant:
    """Return 秦素's claim, or somebody else's."""
    return actions.claim(FLEXIBLE, by=known(district, username=username), account_number=CARD)


def running(district: Any, *, pot_fen: int = POT_FEN, username: str = "qinsu") -> Grant:
    """Return 秦素's award, approved, this month's money set aside."""
    fill_pot(district, pot_fen)
    grant = claimed(district, username=username)
    actions.decide(grant.pk, by=district.account("tangli"))
    return actions.approve(grant.pk, by=district.account("jinyue"))


def batched(district: Any, *, username: str = "qinsu") -> Batch:
    """Return the batch with 秦素's first month."""
    running(district, username=username)
    return payouts.make_batch(FLEXIBLE, by=district.account("duanlin"), pay_on=timezone.localdate())


def answer(batch: Batch, *, outcome: Any = "paid", reason: str = "") -> bytes:
    """Return the bank's answer to a batch, every line alike."""
    orders = payout_reads.orders_of(batch)
    lines = tuple(
        Answered(key=one.key, outcome=outcome, amount_fen=one.amount_fen, reason=reason)
        for one in orders
    )
    said = Statement(batch=batch.number, lines=lines, count=batch.count, sum_fen=batch.sum_fen)
    return write_pain002(said, made_at=timezone.now())


def paid(district: Any, *, username: str = "qinsu") -> Batch:
    """Return the batch with 秦素's first month, paid."""
    batch = batched(district, username=username)
    payouts.read_bank_answer(batch.number, answer(batch), by=district.account("duanlin"))
    return batch


def month(offset: int = 0) -> date:
    """Return the first day of this month, or of one so many months away."""
    today = timezone.localdate()
    at = today.year * 12 + today.month - 1 + offset
    return date(at // 12, at % 12 + 1, 1)
