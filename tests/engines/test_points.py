"""Points by a rule pack: what an act earns, and that no rule may cut a right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng import content
from minsheng.engines.points import (
    Cap,
    Item,
    NotNow,
    Past,
    Scheme,
    Veto,
    breaches,
    earn,
    period_of,
)
from minsheng.lib.cites import Cite
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

CITE = Cite(Text("本区设置", "Setting"), "L")
DAY = date(2026, 5, 10)


def item(**given_: object) -> Item:
    values: dict[str, object] = {
        "key": "cleanup", "title": Text("清洁日", "Clean-up"), "side": "plus", "points": 5, "cite": CITE,
    }  # fmt: skip
    return Item(**{**values, **given_})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def village() -> Scheme:
    return content.load().points["village"]


def test_an_act_earns_its_points_each_time_and_a_minus_item_takes_them() -> None:
    assert earn(item(most=4), 3, [], on=DAY).points == 15
    assert earn(item(side="minus", about="litter", points=2), 1, [], on=DAY).points == -2


@given(
    times=st.integers(1, 9),
    cap=st.integers(1, 9),
    past=st.lists(st.tuples(st.integers(1, 28), st.integers(1, 3)), max_size=6),
)
def test_no_period_ever_counts_more_than_its_cap(
    times: int, cap: int, past: list[tuple[int, int]]
) -> None:
    rule = item(most=9, cap=Cap(times=cap, every="month"))
    before = [Past(date(2026, 5, day), n) for day, n in past]
    before.append(Past(date(2026, 4, 30), 9))  # another month doesn't count
    had = sum(n for _, n in past)
    if had >= cap:
        with pytest.raises(NotNow):
            earn(rule, times, before, on=DAY)
        return
    earned = earn(rule, times, before, on=DAY)
    assert earned.times == min(times, cap - had)


def test_more_than_one_proposal_holds_is_refused() -> None:
    for times in (0, 5):
        with pytest.raises(WrongInput, match=r"points\.times"):
            earn(item(most=4), times, [], on=DAY)


def test_periods_are_those_of_the_calendar() -> None:
    ends = {"month": date(2026, 5, 31), "quarter": date(2026, 6, 30), "year": date(2026, 12, 31)}
    for every, last in ends.items():
        assert period_of(DAY, every).last == last  # type: ignore[arg-type]
    assert period_of(DAY, "half_year").first == date(2026, 1, 1)


def test_points_of_a_year_end_after_the_months_of_the_pack(village: Scheme) -> None:
    assert village.expiry.last_day(DAY) == date(2027, 6, 30)
    assert replace(village.expiry, months=0).last_day(DAY) is None


def test_minutes_are_said_as_hours(village: Scheme) -> None:
    hours = replace(village, counts="minutes")
    assert [hours.said(n).en for n in (30, 60, 150)] == ["30 min", "1 h", "2 h 30 min"]
    assert village.said(5).zh == "5 分"


def with_item(village: Scheme, **given_: object) -> Scheme:
    return replace(village, items={"one": item(key="one", **given_)})


MINUS = {"side": "minus", "about": "litter", "points": 5}


@pytest.mark.parametrize(
    ("title", "ground"),
    [
        (Text("去信访的", "Petitioned"), "打官司"),
        (Text("打 12345 投诉村里", "Complained by the hotline"), "打官司"),
        (Text("起诉邻居", "Began a lawsuit"), "打官司"),
        (Text("离婚的", "Divorced"), "家事"),
        (Text("没有参加选举", "Did not vote"), "家事"),
        (Text("信教的", "Religious"), "家事"),
        (Text("领了低保还抽烟", "Smokes on an allowance"), "待遇"),
        (Text("不交医保", "Has no insurance"), "待遇"),
        (Text("孩子上学不在村里", "A school place elsewhere"), "公共服务"),
        (Text("不让征地", "Refuses to sell contracted land"), "公共服务"),
    ],
)
def test_nothing_may_be_taken_for_lawful_conduct_or_tied_to_benefits(
    village: Scheme, title: Text, ground: str
) -> None:
    for text in (title, Text("减分", title.en)):
        (breach,) = breaches(with_item(village, title=text, **MINUS))
        assert breach.path == ("items", "one", "title")
        assert "积分不减损权利" in breach.zh
        assert "（M）" in breach.zh, "the source and its mark stand on it"
    assert ground in next(breaches(with_item(village, title=title, **MINUS))).zh


def test_a_minus_item_names_one_of_the_few_subjects(village: Scheme) -> None:
    for about in ("", "attitude", "petition"):
        (breach,) = breaches(with_item(village, **{**MINUS, "about": about}))
        assert breach.path == ("items", "one", "about")


def test_nobody_is_paid_for_keeping_silent_or_for_a_vote(village: Scheme) -> None:
    for title in (
        Text("全年不信访", "No petition all year"),
        Text("投票给谁", "Voting for somebody"),
    ):
        assert list(breaches(with_item(village, title=title)))


def test_points_buy_neither_benefits_nor_public_services(village: Scheme) -> None:
    soap = village.goods["soap"]
    for good in (
        replace(soap, title=Text("入学名额", "A school place")),
        replace(soap, title=Text("低保评议加分", "More for an allowance")),
        replace(soap, use="school"),
        replace(soap, use="money"),
    ):
        assert list(breaches(replace(village, goods={"soap": good})))


def test_a_veto_bars_honours_alone_and_nobody_is_ranked_unasked(village: Scheme) -> None:
    veto = Veto(
        key="v", title=Text("虚报", "False claim"), about="false_claim", months=6, cite=CITE
    )
    assert not list(breaches(replace(village, vetoes={"v": veto})))
    for changed in (replace(veto, bars="benefits"), replace(veto, about="debt")):
        assert list(breaches(replace(village, vetoes={"v": changed})))
    assert not list(breaches(village))
