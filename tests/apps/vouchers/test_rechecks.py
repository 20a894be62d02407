"""A paid voucher is checked again: drawn so that anybody can draw again, the firm heard, the money back."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from tests.apps.vouchers.rechecks_of import STORY, WRONG, drawn, end, led_to, paid, take
from tests.apps.vouchers.vouchers_of import LAB, OWNER, firm, issued, opened, provider

from minsheng.apps.accounts import reads as books
from minsheng.apps.notices.models import Notice
from minsheng.apps.people.models import Account
from minsheng.apps.vouchers import actions, reads, rechecked
from minsheng.apps.vouchers.actions import Found
from minsheng.apps.vouchers.models import Draw, Recheck, RecheckTaken, Voucher
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

POOL, PAID, BACK = 800_000_000, 4_000_000, 1_500_000


def money(district) -> tuple[int, int, int, int]:
    """The pool of the year: all of it, what is free, promised and paid."""
    pool = reads.pool("innovation", district.today.year)
    return pool.total_fen, pool.free_fen, pool.held_fen, pool.paid_fen


def test_from_the_draw_to_the_money_back_in_the_pool(district):
    opened(district)
    row = paid(district)
    draw = drawn(district)
    assert (draw.candidates, draw.drawn) == ([row.pk], [row.pk])
    for act, side, found in STORY:
        check = take(district, row.pk, act, side, found)
    assert (check.state, check.owed_fen) == ("returned", BACK)
    assert money(district) == (POOL, POOL - PAID + BACK, 0, PAID - BACK)
    assert books.verify(f"fen:vouchers.innovation.{district.today.year}").wrong == ()
    assert rechecked.verify() == []
    (line,) = reads.provider_lines()
    assert (line.name, line.findings) == ("云桥检测（演示）", 1)
    assert Notice.objects.filter(account__username="huangyi", kind="recheck").count() == len(STORY)
    view = rechecked.recheck_of(row.pk, district.account("xuhang"))
    assert view.steps[0].reason == WRONG.reason
    kept = "".join(RecheckTaken.objects.values_list("reason", flat=True))
    assert "报告" not in kept and "原始记录" not in kept


def test_each_paid_voucher_takes_part_in_one_draw_and_the_seed_draws_the_same(district):
    opened(district)
    with pytest.raises(Conflict):
        drawn(district)
    paid(district)
    first = drawn(district)
    with pytest.raises(Conflict):
        drawn(district)
    assert len(first.seed) == 64 and rechecked.verify() == []
    for name in ("yuelan", "fanhua", "gaowen", "huangyi"):
        with pytest.raises(NotAllowed):
            actions.draw_rechecks("innovation", by=district.account(name))
    Draw.objects.create(
        scheme="innovation", seed="0" * 64, percent=10, candidates=[1, 2, 3], digest="x", drawn=[1],
        account=district.account("xuhang"),
    )  # fmt: skip
    assert len(rechecked.verify()) == 1


def test_the_firm_is_heard_before_anything_is_decided_and_may_object(district):
    opened(district)
    check = led_to(district, "doubt")
    assert check.day is not None and check.day > district.today
    with pytest.raises(Conflict):
        take(district, check.pk, "uphold", "decider")  # its day isn't over
    end(check.pk, district)
    check = take(district, check.pk, "uphold", "decider")
    with pytest.raises(Conflict):
        take(district, check.pk, "take_back", "payer", Found())  # it may still object
    end(check.pk, district)
    with pytest.raises(Conflict):
        take(district, check.pk, "object", "firm", Found(reason="不对"))  # too late
    assert take(district, check.pk, "take_back", "payer", Found()).state == "returned"
    with pytest.raises(Conflict):
        take(district, check.pk, "take_back", "payer", Found())
    assert money(district)[3] == PAID - BACK


@pytest.mark.parametrize(
    ("until", "act", "side"),
    [("doubt", "drop", "decider"), ("object", "overturn", "reviewer")],
)
def test_what_is_dropped_or_overturned_moves_no_money_and_blames_nobody(district, until, act, side):
    opened(district)
    check = led_to(district, until)
    if act == "drop":
        check = take(district, check.pk, "answer", "firm", Found(reason="有原件"))
    check = take(district, check.pk, act, side, Found(reason="说得通"))
    assert check.state == "fine"
    assert money(district) == (POOL, POOL - PAID, 0, PAID)
    assert [one.findings for one in reads.provider_lines()] == [0]


def test_three_offices_and_never_the_same_person_twice(district):
    opened(district)
    check = led_to(district, "answer")
    for name in ("xuhang", "guanyi", "fanhua", "huangyi"):
        with pytest.raises(NotAllowed):
            actions.step_recheck(check.pk, "uphold", WRONG, by=district.account(name))
    with pytest.raises(NotFound):
        actions.step_recheck(check.pk, "uphold", WRONG, by=district.account("liqiang"))
    assert rechecked.own_recheck(check.pk, district.account("liqiang")) is None
    Recheck.objects.filter(pk=check.pk).update(checked_by=district.account("gaowen"))
    with pytest.raises(NotAllowed) as error:
        take(district, check.pk, "uphold", "decider")
    assert error.value.code == "vouchers.same_person"
    Recheck.objects.filter(pk=check.pk).update(checked_by=district.account("xuhang"))
    Account.objects.filter(username="gaowen").update(person=district.account("huangyi").person)
    with pytest.raises(NotAllowed) as error:
        take(district, check.pk, "uphold", "decider")
    assert error.value.code == "vouchers.own_application"


def test_an_amount_above_what_was_paid_names_its_field(district):
    opened(district)
    row = paid(district)
    drawn(district)
    for fen in (0, PAID + 1):
        with pytest.raises(WrongInput) as wrong:
            take(district, row.pk, "doubt", "checker", Found(reason="不对", amount_fen=fen))
        assert wrong.value.field == "amount"
    with pytest.raises(IntegrityError), transaction.atomic():
        Recheck.objects.filter(pk=row.pk).update(state="owed")
    for table in ("vouchers_draw", "vouchers_rechecktaken"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            take(district, row.pk, "clear", "checker", Found(reason="没有问题"))
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_take_the_money_back_at_once_one_does(district):
    opened(district)
    check = led_to(district, "confirm")
    payer = district.account("fanhua")
    gate, answers = threading.Barrier(8), []

    def run() -> None:
        gate.wait()
        try:
            actions.step_recheck(check.pk, "take_back", Found(), by=payer)
            answers.append("done")
        except Conflict:
            answers.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Counter(answers) == {"done": 1, "late": 7}
    assert money(district) == (POOL, POOL - PAID + BACK, 0, PAID - BACK)
    assert rechecked.verify() == []


def test_a_suspended_provider_is_chosen_for_no_new_contract(district):
    opened(district)
    row, owner, keeper = issued(district), district.account("huangyi"), district.account("yuelan")
    (one,) = reads.providers()
    with pytest.raises(WrongInput):
        actions.suspend_provider("innovation", one.pk, " ", by=keeper)
    with pytest.raises(NotAllowed):
        actions.suspend_provider("innovation", one.pk, "报告对不上", by=owner)
    actions.suspend_provider("innovation", one.pk, "报告对不上", by=keeper)
    assert reads.providers() == [] and len(reads.provider_lines()) == 1
    with pytest.raises(WrongInput):
        actions.reserve_for(row.pk, provider=LAB, contract_fen=9, contract="合同", by=owner)
    with pytest.raises(Conflict):
        actions.suspend_provider("innovation", one.pk, "再来", by=keeper)
    actions.resume_provider("innovation", one.pk, "查清了", by=keeper)
    actions.reserve_for(row.pk, provider=LAB, contract_fen=9, contract="合同", by=owner)
    actions.end_provider("innovation", one.pk, "不做了", by=keeper)
    with pytest.raises(Conflict):
        actions.resume_provider("innovation", one.pk, "回来", by=keeper)


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ({"head": "110101196503030015"}, "法定代表人相同"),
        ({"head": "110101196503030099", "owners": LAB}, "一方是另一方的股东"),
        ({"head": "110101196503030099", "managers": "110101196503030015"}, "有共同的高管"),
    ],
)
def test_what_the_register_says_counts_beside_what_the_firm_said(district, noted, said):
    opened(district)
    row = issued(district)
    by = district.account("yuelan")
    full = {"owners": "", "managers": "", **noted}
    with pytest.raises(NotAllowed):
        actions.note_register(
            "innovation", firm(district).credit_code, **full, by=district.account("huangyi")
        )
    actions.note_register("innovation", firm(district).credit_code, **full, by=by)
    with pytest.raises(Conflict) as refused:
        actions.reserve_for(
            row.pk, provider=LAB, contract_fen=100, contract="合同", by=district.account("huangyi")
        )
    assert said in refused.value.zh
    assert OWNER not in str(list(Voucher.objects.values()))


def test_a_provider_does_several_kinds_of_service(district):
    opened(district)
    listed = provider(district, uses=["research", "filing", "travel"])
    assert listed.uses == ["research", "filing"]
    assert [len(one.uses) for one in reads.provider_lines()] == [2]
    assert reads.providers("patent") == []
