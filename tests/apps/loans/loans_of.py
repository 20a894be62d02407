"""Loans led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.factories import District

from minsheng.apps.loans import actions
from minsheng.apps.loans.actions import Said
from minsheng.apps.loans.models import Loan

PURPOSE = "买两台五轴机床，给新订单备料。"
WHO = {"centre": "xuhang", "bank": "jinhao", "guarantor": "renjing", "firm": "huangyi"}
STORY = (
    ("recommend", "centre", Said()),
    ("agree", "bank", Said(reason="现金流够还，订单真实。")),
    ("guarantee", "guarantor", Said()),
    ("contract", "bank", Said()),
    ("pay_out", "bank", Said()),
    ("repay", "bank", Said(amount_fen=116_666_663)),
    ("call_overdue", "bank", Said()),
    ("claim", "bank", Said(reason="催收两次，账上没有钱。")),
    ("share", "guarantor", Said()),
)
"""The loan of 3,000,000.00 yuan of the sheet that is worked by hand in the tests of the kernel."""


def wanted(**changes: Any) -> actions.Wanted:
    """What 科迈精工 asks for: 3,000,000 yuan for a year."""
    plan = {
        "scheme": "ladder", "rung": "tech", "bank": "bank.hanguang", "amount_fen": 300_000_000,
        "months": 12, "purpose": PURPOSE,
    }  # fmt: skip
    return actions.Wanted(**{**plan, **changes})


def fill(district: District) -> None:
    """Let 罗安 fill the risk fund: 20 m yuan."""
    actions.fill_fund("ladder", by=district.account("luoan"))


def take(district: District, loan: Loan, act: str, side: str, said: Said | None = None) -> Loan:
    """Take one step as the member of the cast whose side it is."""
    return actions.take_step(loan.pk, act, said or Said(), by=district.account(WHO[side]))


def led_to(district: District, act: str, **changes: Any) -> Loan:
    """A loan right after this act of the story; it was due yesterday before it is called overdue."""
    loan = actions.apply_for_loan(wanted(**changes), by=district.account("huangyi"))
    if act == "apply":
        return loan
    for one, side, said in STORY:
        if one == "call_overdue":
            end(loan)
        loan = take(district, loan, one, side, said)
        if one == act:
            return loan
    raise AssertionError(act)


def end(loan: Loan) -> None:
    """Let the last day of a loan have been yesterday."""
    Loan.objects.filter(pk=loan.pk).update(due_on=timezone.localdate() - timedelta(days=1))
