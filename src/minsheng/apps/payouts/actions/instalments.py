"""An instalment is set aside from the pot, tried again after a refusal, and reversed when repaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts.models import Posting
from minsheng.apps.payouts import access
from minsheng.apps.payouts.models import FAILED, PAID, RESERVED, REVERSED, Instalment
from minsheng.apps.payouts.writing import done_already, holder_of, record, unit_of, why
from minsheng.apps.people.models import Account, Person
from minsheng.engines.accounts import NotEnough
from minsheng.lib.errors import Conflict, NotFound
from minsheng.lib.money import format_yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a person gets of a policy for a month, and the sealed sheet that says how it came about."""

    policy: str
    month: date
    amount_fen: int
    sheet_sealed: str
    sheet_digest: str


def set_aside(person: Person, due: Due, *, by: str) -> Instalment:
    """Return the instalment of a month, its money set aside from the pot of this year.

    The one that is there already is given back unchanged. Raises Conflict where the pot has less.
    In the caller's transaction.
    """
    there = Instalment.objects.filter(person=person, policy=due.policy, month=due.month).first()
    if there is not None:
        return there
    today = timezone.localdate()
    try:
        with transaction.atomic():
            row = Instalment.objects.create(
                person=person,
                policy=due.policy,
                month=due.month,
                amount_fen=due.amount_fen,
                unit=unit_of(due.policy, today.year),
                sheet_sealed=due.sheet_sealed,
                sheet_digest=due.sheet_digest,
            )
            row.held = _reserved(row, by)
            row.save(update_fields=["held"])
    except IntegrityError:  # somebody else computed the same month in between
        return Instalment.objects.get(person=person, policy=due.policy, month=due.month)
    _note(row, "reserved", by)
    return row


def retry_instalment(instalment_id: int, *, by: Account) -> Instalment:
    """Set a refused instalment aside anew, after the account was put right; once for each refusal."""
    who = access.acting(access.rules().pay, by)
    with transaction.atomic():
        row = _locked(instalment_id)
        if row.state != FAILED:
            raise done_already()
        row.attempt += 1
        row.state, row.reason = RESERVED, ""
        row.unit = unit_of(row.policy, timezone.localdate().year)
        row.held = _reserved(row, who)
        row.save()
        _note(row, "reserved", who)
    return row


def reverse_instalment(instalment_id: int, *, right_fen: int, by: str) -> Instalment:
    """Book a repaid instalment back into its pot, as a reversal; what was right is used again.

    `right_fen` is what the month should have been, 0 for nothing. In the caller's transaction.
    Raises Conflict unless it was paid and isn't reversed.
    """
    with transaction.atomic():
        row = _locked(instalment_id)
        if row.state != PAID or row.spent is None or not 0 <= right_fen < row.amount_fen:
            raise done_already()
        on = timezone.localdate()
        accounts.reverse(row.spent, why(row, "reverse", on=on, by=by))
        if right_fen:
            accounts.spend(
                row.unit, holder_of(row.policy), right_fen, why(row, "right", on=on, by=by)
            )
        row.state = REVERSED
        row.save(update_fields=["state"])
        _note(row, "reversed", by)
    return row


def _reserved(row: Instalment, by: str) -> Posting:
    on = timezone.localdate()
    try:
        return accounts.reserve(
            row.unit, holder_of(row.policy), row.amount_fen, why(row, "hold", on=on, by=by)
        )
    except NotEnough as error:
        there = int(str(error.facts["there"]))
        raise Conflict(
            "payouts.pot_short",
            f"额度不够：要 {format_yuan(row.amount_fen)} 元，今年还有 {format_yuan(there)} 元。"
            "什么都没有改；请财政局追加额度后再办。",
            f"The pot is short: {format_yuan(row.amount_fen)} yuan are needed, {format_yuan(there)} "
            "are left this year. Nothing was changed; ask the treasury to add to the pot.",
            facts={"wanted": row.amount_fen, "there": there},
        ) from error


def _locked(instalment_id: int) -> Instalment:
    row = (
        Instalment.objects.select_for_update(of=("self",))
        .select_related("held", "spent")
        .filter(pk=instalment_id)
        .first()
    )
    if row is None:
        raise NotFound("payouts.no_instalment", "没有这一笔。", "There is no such instalment.")
    return row


def _note(row: Instalment, kind: str, by: str) -> None:
    record(
        f"instalment:{row.pk}",
        kind,
        by,
        {
            "policy": row.policy,
            "month": f"{row.month:%Y-%m}",
            "amount_fen": row.amount_fen,
            "attempt": row.attempt,
            "sheet": row.sheet_digest,
        },
    )
