"""Savings are computed from cited figures only; no figure, no percentage."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng import content
from minsheng.content import Baseline, Figure, Figures, savings
from minsheng.engines.casework.spec import Cite
from minsheng.lib.texts import Text

LINES = content.load().baselines


def line(**before: Figure) -> Baseline:
    return Baseline(
        key="x",
        title=Text("某件事"),
        place=Text("某地"),
        year="2024",
        cite=Cite(Text("某报道"), "H"),
        before=Figures(**before),
    )


def test_qinghai_saves_what_the_report_says() -> None:
    after = LINES["newborn"].after
    now = {name: getattr(after, name).value for name in ("workdays", "visits", "papers", "steps")}
    saved = {one.measure: round(float(one.percent), 1) for one in savings(LINES["newborn"], **now)}
    assert saved == {"workdays": 84.4, "visits": 75.0, "papers": 77.8, "steps": 81.2}


def test_a_measure_without_a_cited_figure_gives_no_saving() -> None:
    assert savings(line(), workdays=3, visits=0) == ()
    assert savings(LINES["household-birth"], workdays=3) == ()


def test_a_statutory_ceiling_gives_no_saving() -> None:
    assert savings(LINES["social-registration"], workdays=5) == ()


def test_what_is_not_measured_now_gives_no_saving() -> None:
    assert savings(line(workdays=Figure(10)), visits=0) == ()


def test_getting_worse_is_shown_as_worse() -> None:
    (one,) = savings(line(workdays=Figure(10)), workdays=12)
    assert one.percent == Fraction(-20)


def test_every_line_is_cited_with_place_year_and_mark() -> None:
    for one in LINES.values():
        assert one.cite.title.zh and one.cite.mark in ("H", "M", "L")
        assert one.place.zh and one.year


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
    (one,) = savings(line(visits=Figure(before)), visits=now)
    assert one.percent * before == 100 * (before - now)
    assert one.percent <= 100
