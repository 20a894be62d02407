"""Grants that turn into shares: paid by two, converted in a round, sold, or written off without blame."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction as F

import pytest
from django.db import IntegrityError, connection, transaction
from tests.apps.stakes.stakes_of import (
    EXPERTS,
    OWN,
    ROUND,
    SALE,
    STORY,
    judge,
    led_to,
    pay,
    take,
    wanted,
)

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.audit import reads as audit
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.stakes import actions, reads
from minsheng.apps.stakes.actions import Said, Word
from minsheng.apps.stakes.fund import written
from minsheng.apps.stakes.models import Stake, Tranche
from minsheng.engines import equity
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

POOL = 1_000_000_000


def pool(district) -> tuple[int, int]:
    there = accounts.balance("fen:stakes.seed", "fund:seed", on=district.today)
    return there.usable, there.held


def parts(stake: Stake, district) -> dict[str, F]:
    view = reads.stake_view(stake.pk, district.account("gaowen"))
    return {one.holder: one.part for one in view.holdings}


def test_two_million_become_four_percent_and_are_sold(district):
    stake = led_to(district, "trigger")
    assert pool(district) == (POOL - 200_000_000, 0)
    stake = take(district, stake, "propose", "holding")
    stake = take(district, stake, "confirm", "bureau")
    assert parts(stake, district) == {
        "创始团队": F(7, 10) * F(38, 50), "员工持股": F(3, 10) * F(38, 50),
        "星河创投（演示）": F(10, 50), OWN: F(2, 50),
    }  # fmt: skip
    stake = take(district, stake, "offer", "holding", SALE)
    assert stake.proceeds_fen == 240_000_000  # 4 % of 60 m
    stake = take(district, stake, "sell", "bureau")
    assert stake.state == "exited"
    assert parts(stake, district)["星河创投（演示）"] == F(12, 50)
    assert OWN not in parts(stake, district)
    assert pool(district) == (POOL + 40_000_000, 0)
    assert reads.verify() == []
    kinds = [entry.kind.removeprefix("stake.") for entry in audit.history("stake", str(stake.pk))]
    assert [one for one in kinds if one not in ("order", "pay", "opinion")] == [
        "apply", *(act for act, _, _ in STORY),
    ]  # fmt: skip
    words = " ".join(str(one.data) for one in audit.history("stake", str(stake.pk)))
    assert "创始" not in words


def test_the_money_comes_in_two_parts_by_two_people_when_it_is_time(district):
    stake = led_to(district, "contract")
    first, second = stake.tranches.order_by("pk")
    assert (first.fen, second.fen) == (100_000_000, 100_000_000)
    bureau, holding = district.account("gaowen"), district.account("kangning")
    with pytest.raises(Conflict):
        actions.confirm_payment(first.pk, by=holding)
    actions.order_payment(first.pk, by=bureau)
    assert pool(district) == (POOL - 100_000_000, 100_000_000)
    with pytest.raises(NotAllowed):
        actions.confirm_payment(first.pk, by=bureau)
    actions.stop_payment(first.pk, by=bureau)
    assert pool(district) == (POOL, 0)
    pay(district, stake, "first")
    for before in (
        lambda: None,
        lambda: take(district, stake, "pass_review", "centre", Said(reason="好")),
    ):
        before()
        with pytest.raises(Conflict):  # no check yet; then: not its day yet
            actions.order_payment(second.pk, by=bureau)
    Tranche.objects.filter(pk=second.pk).update(from_on=district.today)
    actions.order_payment(second.pk, by=bureau)
    with pytest.raises(Conflict) as error:
        take(district, stake, "trigger", "holding", ROUND)
    assert error.value.code == "stakes.part_open"


def test_whoever_holds_both_posts_neither_pays_nor_confirms_their_own(district):
    stake = led_to(district, "contract")
    both = district.account("gaowen")
    people.assign(both, people_reads.post("holding.officer"), since=district.today)
    first = stake.tranches.get(key="first")
    actions.order_payment(first.pk, by=both)
    with pytest.raises(NotAllowed) as error:
        actions.confirm_payment(first.pk, by=both)
    assert error.value.code == "stakes.own_order"
    actions.confirm_payment(first.pk, by=district.account("kangning"))
    for act, said in (("trigger", ROUND), ("propose", Said())):
        actions.take_step(stake.pk, act, said, by=both)
    with pytest.raises(NotAllowed) as error:
        actions.take_step(stake.pk, "confirm", Said(), by=both)
    assert error.value.code == "stakes.own_proposal"


def test_experts_with_an_interest_dont_count_and_a_majority_is_needed(district):
    stake = led_to(district, "check")
    with pytest.raises(Conflict):
        take(district, stake, "conclude", "centre")
    names = (*EXPERTS, "tongwei")
    for name, agrees, interest in zip(
        names, (True, False, False, True), (True, False, False, False), strict=True
    ):
        word = Word(agrees=agrees, has_interest=interest, words="看过")
        actions.give_opinion(stake.pk, word, by=district.account(name))
        with pytest.raises(Conflict):
            actions.give_opinion(stake.pk, word, by=district.account(name))
    assert take(district, stake, "conclude", "centre").state == "refused"  # one for, two against
    with pytest.raises(NotAllowed):
        actions.give_opinion(stake.pk, word, by=district.account("xuhang"))


def test_what_fails_without_fault_is_written_off_on_the_experts_word(district):
    stake = led_to(district, "pass_review")
    with pytest.raises(Conflict):
        take(district, stake, "write_off", "bureau", Said(reason="做不成"))
    judge(district, stake)
    assert (
        take(district, stake, "write_off", "bureau", Said(reason="做不成")).state == "written_off"
    )
    assert reads.verify() == []


def test_nobody_writes_off_against_the_experts(district):
    stake = led_to(district, "pass_review")
    judge(district, stake, agrees=False)
    with pytest.raises(Conflict) as error:
        take(district, stake, "write_off", "bureau", Said(reason="做不成"))
    assert error.value.code == "stakes.experts_against"


def test_a_buy_back_costs_the_principal_with_simple_interest(district):
    stake = led_to(district, "confirm")
    stake.tranches.filter(key="first").update(paid_on=district.today - timedelta(days=500))
    said = Said(reason="创始人买回", way="buy_back", buyer="创始团队")
    stake = take(district, stake, "offer", "holding", said)
    # 2,000,000.00 × (1 + 3 % × 500 ÷ 365) = 2,082,191.7808…
    assert stake.proceeds_fen == 208_219_178
    stake = take(district, stake, "sell", "bureau")
    assert parts(stake, district) == {
        "创始团队": F(7, 10) * F(38, 48), "员工持股": F(3, 10) * F(38, 48), "星河创投（演示）": F(10, 48),
    }  # fmt: skip
    assert reads.verify() == []


def test_the_terms_of_the_contract_hold_and_the_part_cap_cuts(district):
    stake = led_to(district, "audit")
    pay(district, stake, "second")
    stake.terms = {**stake.terms, "discount_percent": 20, "most_part_percent": 3}
    stake.save()
    take(district, stake, "trigger", "holding", ROUND)
    view = reads.stake_view(stake.pk, district.account("kangning"))
    assert view.preview is not None
    assert view.preview.made.price == F(3_040)
    assert view.preview.made.was_cut
    assert {one.holder: one.part for one in view.preview.after}[OWN] == F(3, 100)
    assert sum(one.part for one in view.preview.after) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": "rain"}, "event"),
        ({"pre_money_fen": 0}, "pre_money"),
        ({"new_money_fen": 99_999_999}, "new_money"),
        ({"investor": " "}, "investor"),
        ({"holdings": {}}, "holdings"),
        ({"holdings": {"创始团队": 0}}, "holdings"),
        ({"holdings": {OWN: 5}}, "holdings"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_round_that_cant_be_names_its_field(district, change, field):
    stake = led_to(district, "audit")
    with pytest.raises(WrongInput) as error:
        take(district, stake, "trigger", "holding", replace(ROUND, **change))
    assert error.value.field == field
    stake.refresh_from_db()
    assert stake.state == "audited"


def test_a_firm_that_is_founded_has_no_new_money(district):
    stake = led_to(district, "audit")
    pay(district, stake, "second")
    said = replace(
        ROUND, event="founding", investor="", new_money_fen=0, pre_money_fen=2_000_000_000
    )
    take(district, stake, "trigger", "holding", said)
    take(district, stake, "propose", "holding")
    stake = take(district, stake, "confirm", "bureau")
    assert parts(stake, district)[OWN] == F(2, 22)


def test_strangers_learn_nothing_and_nobody_takes_anothers_step(district):
    stake = led_to(district, "check")
    for name in ("liqiang", "wangfang", "jinhao", "zhaomin"):
        with pytest.raises(NotFound):
            reads.stake_view(stake.pk, district.account(name))
        with pytest.raises(NotFound):
            actions.take_step(stake.pk, "conclude", Said(), by=district.account(name))
    for name in ("gaowen", "kangning", "huangyi"):
        with pytest.raises(NotAllowed):
            judge_first = Word(agrees=True, has_interest=False, words="x")
            actions.give_opinion(stake.pk, judge_first, by=district.account(name))
    with pytest.raises(NotAllowed):
        actions.fill_pool("seed", by=district.account("kangning"))
    assert [one.id for one in reads.inbox(district.account("heming"))] == [stake.pk]
    judge(district, stake)
    assert reads.inbox(district.account("heming")) == []
    assert [one.id for one in reads.own_stakes(district.account("huangyi"))] == [stake.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 200_000_001}, "amount"),
        ({"title": ""}, "title"),
        ({"purpose": ""}, "purpose"),
    ],
)
def test_what_cant_be_asked_for_names_its_field(district, change, field):
    with pytest.raises(WrongInput) as error:
        actions.apply_for_grant(wanted(**change), by=district.account("huangyi"))
    assert error.value.field == field


def test_the_database_itself_refuses_what_cant_be(district):
    stake = led_to(district, "confirm")
    for change in ({"approved_fen": 200_000_001}, {"state": "exited"}, {"state": "sold"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stake.objects.filter(pk=stake.pk).update(**change)
    for change in ({"held": None}, {"state": "lost"}, {"fen": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tranche.objects.filter(stake=stake).update(**change)
    Stake.objects.filter(pk=stake.pk).update(after=written(equity.ShareTable.of({"创始团队": 1})))
    assert reads.verify() != []


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_sell_or_pay_at_once_one_does(district):
    stake = led_to(district, "contract")
    first = stake.tranches.get(key="first")
    actions.order_payment(first.pk, by=district.account("gaowen"))
    holding = district.account("kangning")
    assert at_once(8, lambda: actions.confirm_payment(first.pk, by=holding)) == {
        "done": 1,
        "late": 7,
    }
    assert pool(district) == (POOL - 100_000_000, 0)
    for act, said in (("trigger", ROUND), ("propose", Said())):
        take(district, stake, act, "holding", said)
    take(district, stake, "confirm", "bureau")
    take(district, stake, "offer", "holding", SALE)
    bureau = district.account("gaowen")
    sold = at_once(8, lambda: actions.take_step(stake.pk, "sell", Said(), by=bureau))
    assert sold == {"done": 1, "late": 7}
    assert reads.verify() == []


def at_once(count: int, act) -> Counter[str]:
    """Return how many of so many threads that begin together were done, and how many came late."""
    gate, answers = threading.Barrier(count), []

    def run() -> None:
        gate.wait()
        try:
            act()
            answers.append("done")
        except Conflict:
            answers.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Counter(answers)
