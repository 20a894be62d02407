"""Points of a village: proposed, public, objected to, counted, exchanged, put right."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.apps.points.conftest import CIRCLE, SCHEME, UNIT, Village

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.audit import reads as audit
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure import reads as erasing
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.points import actions, reads
from minsheng.apps.points.models import DROPPED, POSTED, Exchange, Objection, Stock
from minsheng.engines.accounts import NotEnough
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput


def test_points_count_after_the_list_was_public_and_not_a_day_before(village: Village) -> None:
    proposal = village.propose(times=2)
    assert village.balance(village.wang).usable == 10  # what every household begins with
    village.publish()
    village.days_pass(7)
    assert actions.post_due() == 0
    village.days_pass(1)
    assert actions.post_due() == 1
    assert actions.post_due() == 0
    proposal.refresh_from_db()
    assert proposal.state == POSTED
    assert village.balance(village.wang).usable == 20


def test_a_household_collects_together(village: Village) -> None:
    """陈立 lives with 王芳: he sees the same points and joins nothing of his own."""
    assert actions.join(SCHEME, CIRCLE, by=village.account("chenli")) == village.wang
    assert reads.mine(SCHEME, account=village.account("chenli")).membership.balance.usable == 10


def test_somebody_else_decides_an_objection_and_the_corrected_number_counts(
    village: Village,
) -> None:
    proposal = village.propose(times=4)
    village.publish()
    made = actions.object_to(proposal.pk, "只来了一个人", by=village.account("liuyang"))
    with pytest.raises(NotAllowed, match="not_your_duty"):
        actions.decide_objection(made.pk, times=1, by=village.account("yangqun"))
    village.days_pass(8)
    assert actions.post_due() == 0, "an open objection holds it back"
    actions.decide_objection(made.pk, times=1, by=village.account("tangping"))
    with pytest.raises(Conflict, match="decided"):
        actions.decide_objection(made.pk, times=2, by=village.account("tangping"))
    assert actions.post_due() == 1
    assert village.balance(village.wang).usable == 15


def test_who_proposed_or_published_never_decides_even_with_both_posts(village: Village) -> None:
    people.assign(
        village.account("yangqun"),
        people_reads.post("villages.council"),
        since=timezone.localdate(),
    )
    proposal = village.propose()
    village.publish()
    made = actions.object_to(proposal.pk, "没有来", by=village.account("liuyang"))
    with pytest.raises(NotAllowed, match="somebody_else"):
        actions.decide_objection(made.pk, times=0, by=village.account("yangqun"))


def test_an_upheld_objection_to_zero_drops_it_and_nothing_counts(village: Village) -> None:
    proposal = village.propose()
    village.publish()
    made = actions.object_to(proposal.pk, "没有来", by=village.account("liuyang"))
    actions.decide_objection(made.pk, times=0, by=village.account("tangping"))
    village.days_pass(8)
    assert actions.post_due() == 0
    proposal.refresh_from_db()
    assert proposal.state == DROPPED


def test_a_stranger_objects_to_nothing_and_sees_nothing(village: Village) -> None:
    proposal = village.propose()
    village.publish()
    stranger = village.account("liqiang")
    for refused in (
        lambda: actions.object_to(proposal.pk, "不对", by=stranger),
        lambda: reads.mine(SCHEME, account=stranger),
        lambda: reads.circle_desk(SCHEME, CIRCLE, account=stranger),
        lambda: actions.order(SCHEME, "soap", by=stranger),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAllowed):
        actions.propose(SCHEME, CIRCLE, 1, item="cleanup", day=timezone.localdate(), by=stranger)


def test_the_cap_of_a_month_holds_over_proposals(village: Village) -> None:
    village.propose(times=4)
    assert village.propose(times=4).times == 4
    with pytest.raises(WrongInput, match="capped"):
        village.propose()
    with pytest.raises(WrongInput, match=r"points\.times"):
        village.propose(item="road", times=3)


def test_an_order_sets_points_aside_and_its_code_works_once(village: Village) -> None:
    village.earn()
    wang, shop = village.account("wangfang"), village.account("tangping")
    order = actions.order(SCHEME, "soap", by=wang)
    assert village.balance(village.wang) == accounts.Balance(
        25, 5, village.balance(village.wang).ends_on, 25
    )
    assert Stock.objects.get(good="soap").left == 1
    actions.hand_over(SCHEME, CIRCLE, order.code.lower(), by=shop)
    with pytest.raises(Conflict, match="closed"):
        actions.hand_over(SCHEME, CIRCLE, order.code, by=shop)
    with pytest.raises(Conflict, match="closed"):
        actions.cancel(order.pk, by=wang)
    assert accounts.totals(UNIT)["used"] == 5
    assert accounts.verify().is_whole


def test_an_order_cancelled_or_not_collected_gives_points_and_good_back(village: Village) -> None:
    wang = village.account("wangfang")
    first = actions.order(SCHEME, "soap", by=wang)
    with pytest.raises(NotFound):
        actions.cancel(first.pk, by=village.account("liuyang"))
    actions.cancel(first.pk, by=wang)
    actions.order(SCHEME, "soap", by=wang)
    village.days_pass(15)
    assert actions.lapse_due() == 1
    assert actions.lapse_due() == 0
    assert village.balance(village.wang).usable == 10
    assert Stock.objects.get(good="soap").left == 2


def test_nothing_is_ordered_without_points_or_from_an_empty_shelf(village: Village) -> None:
    wang = village.account("wangfang")
    for _ in range(2):
        actions.order(SCHEME, "soap", by=wang)
    actions.add_stock(SCHEME, CIRCLE, "soap", 1, by=village.account("tangping"))
    with pytest.raises(NotEnough):
        actions.order(SCHEME, "soap", by=wang)
    assert Stock.objects.get(good="soap").left == 1, "what failed took nothing from the shelf"
    actions.add_stock(SCHEME, CIRCLE, "soap", -1, by=village.account("tangping"))
    with pytest.raises(Conflict, match="none_left"):
        actions.order(SCHEME, "soap", by=village.account("liuyang"))
    assert Exchange.objects.count() == 2


def test_what_was_brought_back_and_what_was_wrong_is_reversed_in_plain_sight(
    village: Village,
) -> None:
    proposal = village.earn()
    shop = village.account("tangping")
    order = actions.order(SCHEME, "soap", by=village.account("wangfang"))
    actions.hand_over(SCHEME, CIRCLE, order.code, by=shop)
    actions.take_back(order.pk, by=shop)
    with pytest.raises(NotAllowed):
        actions.reverse_proposal(proposal.pk, by=village.account("yangqun"))
    actions.reverse_proposal(proposal.pk, by=shop)
    assert village.balance(village.wang).usable == 10
    rows = reads.mine(SCHEME, account=village.account("wangfang")).rows
    assert [row.entry.row.amount for row in rows] == [-20, 5, -5, 20, 10]
    assert rows[0].source.zh, "each line says by which rule"
    assert accounts.verify().is_whole


def test_a_minus_item_takes_what_is_there_and_never_more(village: Village) -> None:
    for _ in range(2):
        actions.order(SCHEME, "soap", by=village.account("wangfang"))
    village.propose(item="litter")
    village.publish()
    village.days_pass(8)
    assert actions.post_due() == 1
    assert village.balance(village.wang).usable == 0


def test_points_end_and_the_base_comes_once_a_period(village: Village) -> None:
    assert actions.give_base() == 0
    village.go_to(
        village.district.today.replace(year=village.district.today.year + 1, month=7, day=1)
    )
    assert actions.expire_due() == 2
    assert village.balance(village.wang).usable == 0
    assert actions.give_base() == 2
    assert village.balance(village.wang).usable == 10
    assert accounts.verify().is_whole


def test_nobody_is_honoured_in_public_before_they_agree(village: Village) -> None:
    council, wang = village.account("tangping"), village.account("wangfang")
    with pytest.raises(Conflict, match="not_enough_for_honour"):
        actions.offer_honour(SCHEME, CIRCLE, 1, "neighbour", by=council)
    _let_earn(village, 300)
    honour = actions.offer_honour(SCHEME, CIRCLE, 1, "neighbour", by=council)
    assert reads.honours_shown(SCHEME, CIRCLE) == []
    with pytest.raises(NotFound):
        actions.answer_honour(honour.pk, agrees=True, by=village.account("liqiang"))
    actions.answer_honour(honour.pk, agrees=True, by=wang)
    assert [one.name for one in reads.honours_shown(SCHEME, CIRCLE)] == ["王芳"]
    actions.withdraw_honour(honour.pk, by=wang)
    assert reads.honours_shown(SCHEME, CIRCLE) == []


def test_a_veto_bars_honours_and_leaves_every_point(village: Village) -> None:
    _let_earn(village, 300)
    before = village.balance(village.wang)
    council = village.account("tangping")
    actions.bar(SCHEME, CIRCLE, 1, "false-claim", by=council)
    with pytest.raises(Conflict, match="barred"):
        actions.offer_honour(SCHEME, CIRCLE, 1, "neighbour", by=council)
    assert village.balance(village.wang) == before


def test_a_public_list_masks_names_and_events_hold_none(village: Village) -> None:
    village.propose()
    village.publish()
    ((line,),) = [one.lines for one in reads.public_lists()]
    assert "王" in line.who.zh
    assert "王芳" not in line.who.zh
    events = audit.history("points", f"{SCHEME}.{CIRCLE}:1")
    assert [event.kind for event in events] == ["joined", "proposed", "published"]
    assert all("王" not in event.text for event in events)


def test_words_against_somebody_are_sealed(village: Village) -> None:
    proposal = village.propose()
    village.publish()
    actions.object_to(proposal.pk, "只来了一个人", by=village.account("liuyang"))
    assert "只来了" not in Objection.objects.get().words
    (seen,) = reads.circle_desk(SCHEME, CIRCLE, account=village.account("tangping")).objected
    assert seen.words == "只来了一个人"


def _let_earn(village: Village, points: int) -> None:
    proposal = village.earn()
    type(proposal).objects.filter(pk=proposal.pk).update(points=points)


def test_whoever_takes_part_or_waits_for_something_is_not_erased_and_the_book_stays(
    village: Village,
) -> None:
    wang = village.account("wangfang").person
    assert wang is not None
    proposal = village.propose(times=2)
    assert [one.code for one in erasing.obstacles(wang)] == ["points_open", "points_waiting"]
    with pytest.raises(Conflict) as refused:
        erasure.erase_person(wang, by="account:1", reason="own_wish")
    assert "退出" in refused.value.zh and "另外还有 1 件" in refused.value.zh
    village.publish()
    village.days_pass(8)
    actions.post_due()
    actions.leave(SCHEME, by=village.account("wangfang"))
    assert erasing.obstacles(wang) == []
    before = village.balance(village.wang)
    erasure.erase_person(wang, by="account:1", reason="own_wish")
    proposal.refresh_from_db()
    assert (proposal.state, village.balance(village.wang)) == (POSTED, before)
    assert accounts.verify(UNIT).is_whole and audit.verify().ok
