"""Guaranteed loans: a firm applies, the bank decides, the fund stands behind it, a loss is shared once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from tests.apps.loans.loans_of import STORY, end, fill, led_to, take, wanted

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.audit import reads as audit
from minsheng.apps.loans import actions, reads
from minsheng.apps.loans.actions import Said
from minsheng.apps.loans.models import Loan
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

UNIT, HOLDER = "fen:loans.ladder", "fund:ladder"
POT = 2_000_000_000


def fund(district) -> tuple[int, int]:
    """What of the risk fund is free, and what is set aside."""
    there = accounts.balance(UNIT, HOLDER, on=district.today)
    return there.usable, there.held


def test_a_loss_is_shared_eight_to_two_and_what_comes_back_alike(district):
    fill(district)
    loan = led_to(district, "guarantee")
    assert fund(district) == (POT - 240_000_000, 240_000_000)  # 80 % of 3,000,000.00
    for act, side, said in STORY[3:]:
        if act == "call_overdue":
            end(loan)
        loan = take(district, loan, act, side, said)
    # 1,833,333.37 left: 1,466,666.70 and 366,666.67
    assert (loan.claimed_fen, loan.lost_guarantor_fen, loan.lost_bank_fen) == (
        183_333_337, 146_666_670, 36_666_667,
    )  # fmt: skip
    assert fund(district) == (POT - 146_666_670, 0)
    loan = take(district, loan, "report", "bank", Said(reason="拍卖设备", amount_fen=50_000_001))
    loan = take(district, loan, "recover", "guarantor")
    assert (loan.back_guarantor_fen, loan.back_bank_fen, loan.over_fen) == (
        40_000_001,
        10_000_000,
        0,
    )
    assert fund(district) == (POT - 106_666_669, 0)
    loan = take(district, loan, "report", "bank", Said(reason="企业还了", amount_fen=200_000_000))
    loan = take(district, loan, "recover", "guarantor")
    assert (loan.back, loan.over_fen) == (loan.lost, 66_666_664)
    assert fund(district) == (POT, 0)
    loan = take(district, loan, "close", "guarantor", Said(reason="都追回了"))
    assert loan.state == "closed"
    assert reads.verify() == []
    kinds = [entry.kind for entry in audit.history("loan", str(loan.pk))]
    told = [
        "apply",
        *(act for act, _, _ in STORY),
        "report",
        "recover",
        "report",
        "recover",
        "close",
    ]
    assert kinds == [f"loan.{one}" for one in told]
    words = " ".join(str(entry.data) for entry in audit.history("loan", str(loan.pk)))
    assert "拍卖" not in words


def test_the_last_repayment_finishes_a_loan_and_frees_the_fund(district):
    fill(district)
    loan = led_to(district, "pay_out")
    loan = take(district, loan, "repay", "bank", Said(amount_fen=100_000_000))
    assert loan.state == "paid"
    with pytest.raises(WrongInput):
        take(district, loan, "repay", "bank", Said(amount_fen=200_000_001))
    loan = take(district, loan, "repay", "bank", Said(amount_fen=200_000_000))
    assert loan.state == "repaid"
    assert fund(district) == (POT, 0)
    assert reads.verify() == []


def test_the_fund_is_filled_once_with_what_the_pack_says(district):
    fill(district)
    fill(district)
    assert fund(district) == (POT, 0)
    with pytest.raises(NotAllowed):
        actions.fill_fund("ladder", by=district.account("renjing"))
    assert [one.may_fill for one in reads.funds(district.account("luoan"))] == [False]


def test_never_more_is_guaranteed_than_the_fund_holds(district):
    loan = led_to(district, "agree")
    with pytest.raises(Conflict) as error:
        take(district, loan, "guarantee", "guarantor")
    assert error.value.code == "loans.fund_short"
    loan.refresh_from_db()
    assert (loan.state, loan.guaranteed) == ("agreed", None)
    fill(district)
    assert take(district, loan, "guarantee", "guarantor").state == "guaranteed"


def test_a_bank_with_too_many_losses_gets_no_new_guarantee_while_another_does(district):
    fill(district)
    led_to(district, "share")
    other = led_to(district, "agree")
    with pytest.raises(Conflict) as error:
        take(district, other, "guarantee", "guarantor")
    assert error.value.code == "loans.stopped"
    take(district, other, "withdraw", "firm")
    third = actions.apply_for_loan(wanted(bank="bank.qinghuai"), by=district.account("huangyi"))
    take(district, third, "recommend", "centre")
    actions.take_step(third.pk, "agree", Said(reason="可以"), by=district.account("mingzhu"))
    assert take(district, third, "guarantee", "guarantor").state == "guaranteed"


def test_only_whose_step_it_is_takes_it_and_strangers_learn_nothing(district):
    fill(district)
    loan = led_to(district, "recommend")
    for name in ("xuhang", "renjing", "huangyi"):
        with pytest.raises(NotAllowed):
            actions.take_step(loan.pk, "agree", Said(reason="x"), by=district.account(name))
    for name in ("mingzhu", "liqiang", "zhaomin", "wangfang"):  # another bank is a stranger too
        with pytest.raises(NotFound):
            actions.take_step(loan.pk, "agree", Said(reason="x"), by=district.account(name))
        with pytest.raises(NotFound):
            reads.loan_view(loan.pk, district.account(name))
    with pytest.raises(WrongInput) as error:
        take(district, loan, "refuse", "bank")
    assert error.value.field == "reason"
    assert take(district, loan, "refuse", "bank", Said(reason="负债太高")).state == "refused"
    with pytest.raises(Conflict):
        take(district, loan, "agree", "bank", Said(reason="改主意了"))
    seen = reads.loan_view(loan.pk, district.account("huangyi"))
    assert [one.reason for one in seen.steps][-1] == "负债太高"
    assert seen.may == ()


def test_the_inbox_holds_what_is_next_for_whom(district):
    fill(district)
    loan = led_to(district, "apply")
    waiting = {
        name: len(reads.inbox(district.account(name))) for name in ("xuhang", "jinhao", "renjing")
    }
    assert waiting == {"xuhang": 1, "jinhao": 0, "renjing": 0}
    take(district, loan, "recommend", "centre")
    waiting = {
        name: len(reads.inbox(district.account(name))) for name in ("xuhang", "jinhao", "mingzhu")
    }
    assert waiting == {"xuhang": 0, "jinhao": 1, "mingzhu": 0}
    assert reads.inbox(district.account("liqiang")) == []
    assert len(reads.own_loans(district.account("huangyi"))) == 1
    assert reads.own_loans(district.account("liqiang")) == []


def test_whoever_applied_takes_no_step_of_an_office_or_a_bank(district):
    fill(district)
    loan = led_to(district, "recommend")
    own = district.account("huangyi").person
    Account.objects.filter(username="jinhao").update(person=own)
    bank = district.account("jinhao")
    assert reads.loan_view(loan.pk, bank).may == ()
    with pytest.raises(NotAllowed) as error:
        actions.take_step(loan.pk, "agree", Said(reason="好"), by=bank)
    assert error.value.code == "loans.own_application"
    Account.objects.filter(username="jinhao").update(person=None)
    assert take(district, loan, "agree", "bank", Said(reason="好")).state == "agreed"
    with pytest.raises(NotAllowed):
        actions.fill_fund("ladder", by=district.account("shimin"))  # the other fund's post


def test_whoever_holds_both_posts_cant_share_a_loss_that_they_claimed(district):
    fill(district)
    loan = led_to(district, "call_overdue")
    both = district.account("jinhao")
    people.assign(both, people_reads.post("guarantee.officer"), since=district.today)
    loan = actions.take_step(loan.pk, "claim", Said(reason="没有钱了"), by=both)
    with pytest.raises(NotAllowed) as error:
        actions.take_step(loan.pk, "share", Said(), by=both)
    assert error.value.code == "loans.own_claim"
    assert take(district, loan, "share", "guarantor").state == "shared"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 300_000_001}, "amount"),
        ({"amount_fen": 0}, "amount"),
        ({"months": 13}, "months"),
        ({"rung": "giant"}, "rung"),
        ({"bank": "bank.nowhere"}, "bank"),
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "字" * 401}, "purpose"),
    ],
)
def test_what_cant_be_asked_for_names_its_field(district, change, field):
    with pytest.raises(WrongInput) as error:
        actions.apply_for_loan(wanted(**change), by=district.account("huangyi"))
    assert error.value.field == field
    assert not Loan.objects.exists()


def test_a_firm_applies_through_its_speaker_and_once_at_a_time(district):
    for name in ("liqiang", "zhaomin"):
        with pytest.raises(NotAllowed):
            actions.apply_for_loan(wanted(), by=district.account(name))
    loan = led_to(district, "apply")
    with pytest.raises(Conflict):
        actions.apply_for_loan(wanted(), by=district.account("huangyi"))
    take(district, loan, "withdraw", "firm")
    assert led_to(district, "apply").pk != loan.pk


def test_a_loan_isnt_overdue_before_its_last_day_has_passed(district):
    fill(district)
    loan = led_to(district, "pay_out")
    with pytest.raises(Conflict):
        take(district, loan, "call_overdue", "bank")
    assert "call_overdue" not in {
        one.act for one in reads.loan_view(loan.pk, district.account("jinhao")).may
    }


def test_interest_is_claimed_only_where_the_contract_shares_it(district):
    fill(district)
    loan = led_to(district, "call_overdue")
    with pytest.raises(WrongInput):
        take(district, loan, "claim", "bank", Said(reason="没有钱", amount_fen=7))
    Loan.objects.filter(pk=loan.pk).update(base="principal_and_interest")
    loan = take(district, loan, "claim", "bank", Said(reason="没有钱", amount_fen=7))
    assert loan.claimed_fen == 183_333_337 + 7


def test_the_ratio_of_the_contract_holds_whatever_the_pack_says_later(district, monkeypatch):
    fill(district)
    loan = led_to(district, "claim")
    packs = installed.packs()
    terms = packs.loans["ladder"]
    other = replace(
        terms, loss=replace(terms.loss, ratio=type(terms.loss.ratio)(guarantor=5, bank=5))
    )
    monkeypatch.setattr(installed, "packs", lambda: replace(packs, loans={"ladder": other}))
    loan = take(district, loan, "share", "guarantor")
    assert loan.lost_guarantor_fen == 146_666_670


def test_the_firm_is_told_where_it_stands(district):
    led_to(district, "recommend")
    titles = Notice.objects.filter(account=district.account("huangyi"), kind="loan")
    assert [one.body_zh for one in titles] == ["等银行决定"]


def test_the_database_itself_refuses_a_loss_that_doesnt_sum(district):
    fill(district)
    loan = led_to(district, "share")
    for change in (
        {"lost_bank_fen": 1},
        {"back_guarantor_fen": loan.lost_guarantor_fen + 1},
        {"repaid_fen": loan.agreed_fen + 1},
        {"state": "lost"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.filter(pk=loan.pk).update(**change)
    assert reads.verify() == []
    Loan.objects.filter(pk=loan.pk).update(lost_guarantor_fen=146_666_671, lost_bank_fen=36_666_666)
    assert len(reads.verify()) == 2
