"""Savings stand on cited figures of the same extent only; no figure, no percentage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.casework_specs import MONDAY, PLAIN, WANG, at, newborn

from minsheng.engines.casework.advance import submit
from minsheng.engines.casework.savings import Figure, Figures, savings, taken


def test_a_measure_without_a_cited_figure_gives_no_saving() -> None:
    assert savings(Figures(), workdays=3, visits=0) == ()


def test_what_is_not_measured_now_gives_no_saving() -> None:
    assert savings(Figures(workdays=Figure(10)), visits=0) == ()


def test_a_legal_limit_is_no_measure_of_what_it_took() -> None:
    assert savings(Figures(workdays=Figure(10, "at_most")), workdays=5) == ()


def test_three_items_are_not_compared_with_seven() -> None:
    before = Figures(workdays=Figure(32))
    assert savings(before, extent=7, items=3, workdays=5) == ()
    assert [one.saved for one in savings(before, extent=7, items=7, workdays=5)] == [27]


def test_getting_worse_is_shown_as_worse() -> None:
    (one,) = savings(Figures(workdays=Figure(10)), workdays=12)
    assert (one.saved, one.percent) == (-2, Fraction(-20))


@pytest.mark.parametrize(
    ("figure", "zh", "en"),
    [
        (Figure(5), "5", "5"),
        (Figure(5, "at_least"), "至少 5", "at least 5"),
        (Figure(5, "at_most"), "最多 5", "at most 5"),
    ],
)
def test_a_figure_says_its_bound(figure: Figure, zh: str, en: str) -> None:
    assert (figure.text.zh, figure.text.en) == (zh, en)


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_saving_times_the_figure_before_is_the_difference(before: int, now: int) -> None:
    (one,) = savings(Figures(visits=Figure(before)), visits=now)
    assert one.percent * before == 100 * (before - now)
    assert one.percent <= 100


def test_what_a_case_took_is_read_off_its_days_and_its_proofs() -> None:
    state, _ = submit(newborn(), {"selected": frozenset()}, at=at(MONDAY), by=WANG, calendar=PLAIN)
    origins = ["register:hospital.birth_record", "item:birth", "licence:page", "asked", "promise"]
    running = taken(state, origins, visits=0, on=date(2026, 3, 30), calendar=PLAIN)
    assert (running.items, running.workdays, running.visits) == (2, 5, 0)
    assert (running.papers, running.avoided, running.zero_material) == (2, 3, Fraction(3, 5))

    items = {
        k: replace(i, status="done", finished=date(2026, 3, 26)) for k, i in state.items.items()
    }
    ended = replace(state, status="done", items=items)
    later = taken(ended, [], visits=1, on=date(2027, 1, 4), calendar=PLAIN)
    assert (later.workdays, later.visits, later.zero_material) == (3, 1, None)
