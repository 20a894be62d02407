"""A month of the past is worked out and taken back by what held in it; what is inferred says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.grants.story import FLEXIBLE, month, paid, running

from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.dossiers import Known
from minsheng.lib.errors import WrongInput

pytestmark = pytest.mark.django_db


def register(name: str, value: Any, since: date | None) -> None:
    """Let a register say today what holds of 秦素 since a day."""
    one = Known(value, "register:hr.insurance", timezone.localdate(), since=since)
    policies.note_facts(Grant.objects.get().person, {name: one}, by="system")


def test_each_month_is_worked_out_on_its_own_facts(district: Any) -> None:
    grant = running(district)
    register("flexible_paid_fen_month", 90_000, month(-3))
    register("flexible_paid_fen_month", 60_000, month(-1))
    Grant.objects.filter(pk=grant.pk).update(from_month=month(-3))
    actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    amounts = dict(Instalment.objects.values_list("month", "amount_fen"))
    assert amounts == {month(-3): 60_000, month(-2): 60_000, month(-1): 40_000, month(): 60_000}


def test_a_month_of_which_nothing_is_registered_says_that_it_is_inferred(district: Any) -> None:
    grant = running(district)
    Grant.objects.filter(pk=grant.pk).update(from_month=month(-1))
    actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    account = district.account("qinsu")
    said = {}
    for row in Instalment.objects.all():
        _, sheet = reads.own_instalment(row.pk, account=account)
        said[row.month] = next(one for one in sheet.facts if "自己交的" in one.label.zh).inferred
    assert said == {month(-1): timezone.localdate().isoformat(), month(): ""}
    past = Instalment.objects.get(month=month(-1))
    page = district.client("qinsu").get(f"/mine/grants/months/{past.pk}").content.decode()
    assert f"按 {timezone.localdate()} 的情况推断" in page
    now = Instalment.objects.get(month=month())
    assert (
        "推断" not in district.client("qinsu").get(f"/mine/grants/months/{now.pk}").content.decode()
    )


def test_who_took_up_work_later_pays_back_from_then_and_not_before(district: Any) -> None:
    paid(district)
    row = Instalment.objects.get()
    Instalment.objects.filter(pk=row.pk).update(month=month(-2))
    register("insured_by_unit", False, month(-6))
    register("insured_by_unit", True, month(-1))
    with pytest.raises(WrongInput) as refused:
        actions.open_recovery(
            Grant.objects.get().pk, "employed", [row.pk], "上班了", by=district.account("tangli")
        )
    assert refused.value.code == "grants.wrong_ground"
    Instalment.objects.filter(pk=row.pk).update(month=month(-1))
    made = actions.open_recovery(
        Grant.objects.get().pk, "employed", [row.pk], "上班了", by=district.account("tangli")
    )
    assert made.state == "heard"


def test_a_ground_refused_on_what_is_inferred_says_from_when(district: Any) -> None:
    paid(district)
    row = Instalment.objects.get()
    Instalment.objects.filter(pk=row.pk).update(month=month(-2))
    with pytest.raises(WrongInput) as refused:
        actions.open_recovery(
            Grant.objects.get().pk, "employed", [row.pk], "上班了", by=district.account("tangli")
        )
    assert f"{month(-2):%Y-%m} 没有登记，按 {timezone.localdate()} 的情况推断" in refused.value.zh
