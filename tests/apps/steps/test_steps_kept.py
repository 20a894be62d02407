"""Steps, opinions and scores of a year stay as they were written, and what they say is sealed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.apps.loans.loans_of import fill
from tests.apps.loans.loans_of import led_to as loan_at
from tests.apps.scores.firms_of import declared
from tests.apps.stakes.stakes_of import led_to as stake_at
from tests.apps.vouchers.rechecks_of import led_to
from tests.apps.vouchers.vouchers_of import LAB, opened

from minsheng.apps.audit import guard
from minsheng.apps.cases import reads as cases
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.loans import reads as loans
from minsheng.apps.loans.models import LoanStep
from minsheng.apps.scores import actions as scores
from minsheng.apps.stakes import reads as stakes
from minsheng.apps.stakes.models import Opinion, Stake, StakeStep
from minsheng.apps.vouchers import actions as voucher_actions

REASON, HOLDER, INVESTOR = "现金流够还，订单真实。", "创始团队", "星河创投"


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def written(district):
    """One row at least in every guarded table of this area."""
    fill(district)
    loan_at(district, "agree")
    stake_at(district, "trigger")
    opened(district)
    led_to(district, "doubt")
    noted = {"head": "110101196503030015", "owners": "", "managers": ""}
    voucher_actions.note_register("innovation", LAB, **noted, by=district.account("yuelan"))
    code = declared(district).credit_code
    scores.take_snapshot("tech-sme", code, by=district.account("yuelan"))
    return district


KEPT = [
    one for one in guard.LEDGERS if one.startswith(("loans_", "stakes_", "scores_", "vouchers_"))
]


@pytest.mark.parametrize("table", KEPT)
def test_the_database_refuses_to_change_or_delete(written, table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), max(id) FROM {table}")
        count, last = cursor.fetchone()
    assert count
    for statement in (f"UPDATE {table} SET id = id WHERE id = {last}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"):
            run(statement)
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match="append-only"):
            run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {last}")
    assert guard.missing(connection, guard.LEDGERS) == []


def test_reasons_and_holders_are_sealed_and_read_as_they_were_written(written):
    stake = Stake.objects.get()
    rows = [
        *LoanStep.objects.values_list("reason", flat=True),
        *StakeStep.objects.values_list("reason", flat=True),
        *Opinion.objects.values_list("words", flat=True),
        stake.before, stake.investor,
    ]  # fmt: skip
    kept = "".join(rows)
    for words in (REASON, HOLDER, INVESTOR, "看过材料", "A 轮"):
        assert words not in kept
    firm = written.account("huangyi")
    (loan,) = loans.own_loans(firm)
    assert REASON in [one.reason for one in loans.loan_view(loan.id, firm).steps]
    view = stakes.stake_view(stake.pk, firm)
    assert HOLDER in [one.holder for one in view.preview.before]
    assert view.investor.startswith(INVESTOR)
    assert {one.words for one in view.words} == {"看过材料。"}


def test_who_applied_takes_away_what_was_said_of_it_and_nobody_else_does(written):
    own = written.account("huangyi")
    taken = str(cases.export_of(own, more=held_elsewhere(own)))
    for words in (REASON, HOLDER, "看过材料", "A 轮协议看过原件"):
        assert words in taken
    other = written.account("liqiang")
    assert REASON not in str(held_elsewhere(other))
    assert not [one for one in held_elsewhere(other) if one.key in ("loans", "stakes")]
