"""Warranty and votes, by the articles and by laws."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.repairs import Answer, Cover, Season, Tally, vote, warranty

FIVE = Cover(amount=5, unit="years")
SEASONS = {
    "cooling": Season(from_month=6, from_day=1, to_month=9, to_day=30),
    "heating": Season(from_month=12, from_day=1, to_month=2, to_day=29),
}
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("cover", "accepted", "reported", "answer"),
    [
        (FIVE, date(2021, 3, 24), date(2026, 3, 24), Answer("within", date(2026, 3, 24))),
        (FIVE, date(2021, 3, 24), date(2026, 3, 25), Answer("after", date(2026, 3, 24))),
        (FIVE, date(2020, 2, 29), date(2025, 2, 28), Answer("within", date(2025, 2, 28))),
        (FIVE, None, date(2026, 3, 24), Answer("unknown", why="not_accepted")),
        (
            Cover(unit="design_life"),
            date(2020, 1, 1),
            date(2026, 1, 1),
            Answer("unknown", why="no_design_life"),
        ),
        # Accepted in July: the running season isn't a whole one, so the second ends in 2026.
        (
            Cover(amount=2, unit="seasons", season="cooling"),
            date(2024, 7, 10),
            date(2026, 9, 30),
            Answer("within", date(2026, 9, 30)),
        ),
        (
            Cover(amount=2, unit="seasons", season="heating"),
            date(2022, 5, 1),
            date(2024, 3, 1),
            Answer("after", date(2024, 2, 29)),
        ),
        (
            Cover(amount=2, unit="seasons", season="none"),
            date(2022, 5, 1),
            date(2024, 3, 1),
            Answer("unknown", why="no_season"),
        ),
    ],
)
def test_the_warranty_of_a_part_ends_on_the_day_the_article_gives(
    cover: Cover, accepted: date | None, reported: date, answer: Answer
) -> None:
    found = warranty(cover, accepted_on=accepted, reported_on=reported, seasons=SEASONS)
    assert found == answer


@given(DAYS, DAYS, st.integers(1, 60))
def test_reporting_earlier_never_loses_the_warranty(first: date, second: date, years: int) -> None:
    early, late = sorted((first, second))
    cover = Cover(amount=years, unit="years")
    accepted = date(2010, 6, 1)
    if warranty(cover, accepted_on=accepted, reported_on=late, seasons={}).state == "within":
        found = warranty(cover, accepted_on=accepted, reported_on=early, seasons={})
        assert found.state == "within"


@given(st.integers(0, 900), st.integers(0, 90), st.data())
def test_what_a_vote_lacks_is_exactly_what_makes_it_pass(
    area: int, persons: int, data: st.DataObject
) -> None:
    owners = Tally(area, persons)
    part = Tally(data.draw(st.integers(0, area)), data.draw(st.integers(0, persons)))
    yes = Tally(data.draw(st.integers(0, part.area_dm2)), data.draw(st.integers(0, part.persons)))
    found = vote("raise", owners=owners, took_part=part, agreed=yes)
    by_law = (
        part.area_dm2 >= Fraction(2, 3) * area
        and part.persons >= Fraction(2, 3) * persons
        and yes.area_dm2 >= Fraction(3, 4) * part.area_dm2
        and yes.persons >= Fraction(3, 4) * part.persons
    )
    assert found.passes == by_law


def test_half_is_not_enough_to_use_the_fund_and_one_more_is() -> None:
    owners, part = Tally(900, 90), Tally(600, 60)
    assert not vote("use", owners=owners, took_part=part, agreed=Tally(300, 31)).passes
    assert vote("use", owners=owners, took_part=part, agreed=Tally(301, 31)).passes
    short = vote("use", owners=owners, took_part=Tally(599, 59), agreed=Tally(599, 59))
    assert (short.passes, short.lacks_part) == (False, Tally(1, 1))
