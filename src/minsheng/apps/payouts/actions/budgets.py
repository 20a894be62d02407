"""The pot of a policy for a year: one post proposes an amount, another person gives it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts.actions import Why
from minsheng.apps.payouts import access
from minsheng.apps.payouts.models import DROPPED, GIVEN, PROPOSED, Budget
from minsheng.apps.payouts.writing import done_already, holder_of, record, unit_of, wrong_amount
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotAllowed, NotFound

MOST_FEN = 10**12


def propose_budget(policy: str, year: int, amount_fen: int, *, by: Account) -> Budget:
    """Propose an amount for the pot of a policy and a year; nothing can be spent of it yet."""
    who = access.acting(access.rules().budget, by)
    if not 0 < amount_fen <= MOST_FEN:
        raise wrong_amount()
    with transaction.atomic():
        row = Budget.objects.create(policy=policy, year=year, amount_fen=amount_fen, proposed_by=by)
        _note(row, "budget_proposed", who)
    return row


def give_budget(budget_id: int, *, by: Account) -> Budget:
    """Give a proposed amount to the pot, as another person; once."""
    with transaction.atomic():
        row, who = _locked(budget_id, by)
        if row.proposed_by_id == by.pk:
            raise NotAllowed(
                "payouts.own_budget",
                "自己提的额度，要另一个人来定。",
                "Somebody else gives the pot that you proposed.",
            )
        row.posting = accounts.give(
            unit_of(row.policy, row.year),
            holder_of(row.policy),
            row.amount_fen,
            Why(f"budget:{row.pk}", f"budget:{row.pk}", timezone.localdate(), who),
        )
        row.state, row.settled_by = GIVEN, by
        row.save()
        _note(row, "budget_given", who)
    return row


def drop_budget(budget_id: int, *, by: Account) -> Budget:
    """Refuse a proposed amount; the pot stays as it is."""
    with transaction.atomic():
        row, who = _locked(budget_id, by)
        row.state, row.settled_by = DROPPED, by
        row.save()
        _note(row, "budget_dropped", who)
    return row


def _locked(budget_id: int, by: Account) -> tuple[Budget, str]:
    who = access.acting(access.rules().confirm, by)
    row = Budget.objects.select_for_update().filter(pk=budget_id).first()
    if row is None:
        raise NotFound("payouts.no_budget", "没有这笔额度。", "There is no such budget.")
    if row.state != PROPOSED:
        raise done_already()
    return row, who


def _note(row: Budget, kind: str, who: str) -> None:
    record(
        f"pot:{row.policy}:{row.year}", kind, who, {"budget": row.pk, "amount_fen": row.amount_fen}
    )
