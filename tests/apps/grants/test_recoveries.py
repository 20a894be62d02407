"""Money taken back: only on a ground that holds, the person heard, two officers, reversed part by part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.grants.story import FLEXIBLE, answer, month, paid

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.models import Grant, RecoveredMonth, Recovery
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.dossiers import Known
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db
OTHER_CARD = "6222020000000000018"


def register(name: str, value: Any) -> None:
    """Let a register say something new of 秦素."""
    one = Known(value, "register:hr.insurance", timezone.localdate())
    policies.note_facts(Grant.objects.get().person, {name: one}, by="system")


def three_months(district: Any) -> list[int]:
    """Let three months be paid and return their instalments."""
    paid(district)
    Grant.objects.update(from_month=month(-2))
    actions.compute_months(FLEXIBLE, by=district.account("tangli"))
    pays = district.account("duanlin")
    batch = payouts.make_batch(FLEXIBLE, by=pays, pay_on=timezone.localdate())
    payouts.read_bank_answer(batch.number, answer(batch), by=pays)
    return list(Instalment.objects.order_by("month").values_list("pk", flat=True))


def opened(district: Any, ground: str, months: list[int]) -> Recovery:
    return actions.open_recovery(
        Grant.objects.get().pk, ground, months, "三月起在超市上班了", by=district.account("tangli")
    )


def test_a_ground_that_does_not_hold_is_refused_with_what_is_so(district: Any) -> None:
    months = three_months(district)
    for ground, why in (
        ("employed", "单位在交社保"),
        ("recount", "重新算是 600.00 元"),
        ("account", "本人现在的卡"),
    ):
        with pytest.raises(WrongInput) as refused:
            opened(district, ground, months)
        assert refused.value.code == "grants.wrong_ground"
        assert refused.value.field == "ground"
        assert why in refused.value.zh, refused.value.zh
        assert "没有提出收回" in refused.value.zh
    with pytest.raises(WrongInput):
        opened(district, "because", months)
    assert not Recovery.objects.exists()


def test_taking_up_work_is_taken_back_after_hearing_by_two_in_parts(district: Any) -> None:
    months = three_months(district)
    register("insured_by_unit", True)
    recovery = opened(district, "employed", months)
    second, pays, cashier = (district.account(one) for one in ("jinyue", "duanlin", "qinsu"))
    with pytest.raises(Conflict) as early:
        actions.confirm(recovery.pk, 2, by=second)
    assert "先听本人说" in early.value.zh
    actions.speak(recovery.pk, "四月才签的合同", by=cashier)
    with pytest.raises(Conflict):
        actions.speak(recovery.pk, "再说一次", by=cashier)
    for parts in (0, 4):
        with pytest.raises(WrongInput):
            actions.confirm(recovery.pk, parts, by=second)
    actions.confirm(recovery.pk, 2, by=second)
    (asked,) = reads.own_view(recovery.grant_id, account=cashier).asked_back
    assert (asked.due_fen, asked.answer) == (180_000, "四月才签的合同")
    assert [(one.due_fen, one.is_repaid) for one in asked.parts] == [
        (120_000, False),
        (60_000, False),
    ]
    actions.note_repaid(recovery.pk, 1, by=pays)
    with pytest.raises(Conflict):
        actions.note_repaid(recovery.pk, 1, by=pays)
    year = timezone.localdate().year
    assert payout_reads.pot(FLEXIBLE, year).spent_fen == 60_000
    actions.note_repaid(recovery.pk, 2, by=pays)
    assert payout_reads.pot(FLEXIBLE, year).spent_fen == 0
    assert Recovery.objects.get().state == "repaid"
    assert {row.state for row in Instalment.objects.all()} == {"reversed"}
    assert accounts.verify().is_whole


def test_after_the_days_it_is_confirmed_without_a_word(district: Any) -> None:
    months = three_months(district)
    register("insured_by_unit", True)
    recovery = opened(district, "employed", months[:1])
    Recovery.objects.update(hear_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Conflict):
        actions.speak(recovery.pk, "晚了", by=district.account("qinsu"))
    actions.confirm(recovery.pk, 1, by=district.account("jinyue"))
    assert Recovery.objects.get().state == "confirmed"


def test_wrong_data_take_back_what_was_too_much_and_the_rest_stays(district: Any) -> None:
    months = three_months(district)
    register("flexible_paid_fen_month", 60_000)
    recovery = opened(district, "recount", months[:1])
    assert RecoveredMonth.objects.get().due_fen == 20_000
    actions.speak(recovery.pk, "没有意见", by=district.account("qinsu"))
    actions.confirm(recovery.pk, 1, by=district.account("jinyue"))
    actions.note_repaid(recovery.pk, 1, by=district.account("duanlin"))
    assert payout_reads.pot(FLEXIBLE, timezone.localdate().year).spent_fen == 160_000
    assert accounts.verify().is_whole


def test_a_ground_that_ceased_to_hold_is_not_confirmed(district: Any) -> None:
    months = three_months(district)
    register("flexible_paid_fen_month", 60_000)
    recovery = opened(district, "recount", months[:1])
    actions.speak(recovery.pk, "登记错了", by=district.account("qinsu"))
    register("flexible_paid_fen_month", 90_000)
    with pytest.raises(WrongInput):
        actions.confirm(recovery.pk, 1, by=district.account("jinyue"))
    actions.drop(recovery.pk, "登记已经改好", by=district.account("jinyue"))
    assert Instalment.objects.filter(state="paid").count() == 3


def test_what_went_to_another_account_is_known_from_the_batch(district: Any) -> None:
    months = three_months(district)
    payouts.name_account(district.account("qinsu"), OTHER_CARD)
    assert opened(district, "account", months[:2]).state == "heard"


def test_a_month_is_asked_back_once_and_only_what_was_paid(district: Any) -> None:
    months = three_months(district)
    register("insured_by_unit", True)
    with pytest.raises(WrongInput) as wrong:
        opened(district, "employed", [*months, 10**9])
    assert wrong.value.field == "months"
    first = opened(district, "employed", months[:1])
    with pytest.raises(Conflict):
        opened(district, "employed", months[:1])
    actions.drop(first.pk, "先不收", by=district.account("jinyue"))
    opened(district, "employed", months[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveredMonth.objects.create(recovery=first, instalment_id=months[0], due_fen=1)


def test_strangers_and_the_same_officer_are_refused(district: Any) -> None:
    months = three_months(district)
    register("insured_by_unit", True)
    grant = Grant.objects.get()
    for username in ("jinyue", "duanlin", "qinsu", "liqiang", "dengyan"):
        with pytest.raises(NotAllowed):
            actions.open_recovery(grant.pk, "employed", months, "x", by=district.account(username))
    recovery = opened(district, "employed", months)
    with pytest.raises(NotFound):
        actions.speak(recovery.pk, "我也说", by=district.account("liqiang"))
    for username in ("tangli", "duanlin", "qinsu"):
        with pytest.raises(NotAllowed):
            actions.confirm(recovery.pk, 1, by=district.account(username))
    with pytest.raises(NotAllowed):
        actions.note_repaid(recovery.pk, 1, by=district.account("tangli"))


def test_the_pages_lead_through_it(district: Any) -> None:
    months = three_months(district)
    grant = Grant.objects.get()
    desk, path = district.client("tangli"), f"/desk/grants/{grant.pk}"
    form = {"act": "recover", "months": [str(months[0])], "ground": "employed", "why": "上班了"}
    refused = desk.post(path, form)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "这个理由对不上" in page
    assert ">上班了</textarea>" in page
    register("insured_by_unit", True)
    assert desk.post(path, form).status_code == 302
    cashier, mine = district.client("qinsu"), f"/mine/grants/{grant.pk}"
    assert "先听本人说" in cashier.get(mine).content.decode()
    recovery = str(Recovery.objects.get().pk)
    assert cashier.post(mine, {"recovery": recovery, "words": ""}).status_code == 422
    assert cashier.post(mine, {"recovery": recovery, "words": "四月才签"}).status_code == 302
    second = district.client("jinyue")
    assert "四月才签" in second.get(path).content.decode()
    assert (
        second.post(path, {"act": "confirm", "recovery": recovery, "parts": "1"}).status_code == 302
    )
    money = district.client("duanlin")
    assert "等还回来的" in money.get("/desk/money").content.decode()
    money.post("/desk/money", {"act": "repaid", "recovery": recovery, "part": "1"})
    assert "还清了" in cashier.get(mine).content.decode()
