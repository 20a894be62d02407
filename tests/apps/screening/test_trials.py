"""A trial as it may be shown, and the columns of the district kept between two of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import populations
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import actions, columns, trials
from minsheng.apps.screening.trials import Told
from minsheng.cli.demo import policies as demo
from minsheng.engines.simulation import Band, Side, Trial

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"


def shown(before: Side, after: Side, *, winners: int = 0, losers: int = 0, of: int = 1000) -> Told:
    same = of - winners - losers
    band = Band(of, winners, losers, same, 0, 0, 0)
    return trials.headline(Trial(before, after, band, {}), (), 5)


def test_what_many_get_is_shown_whole() -> None:
    told = shown(Side(100, 0, 6_000, 0), Side(120, 0, 7_200, 0), winners=20)
    assert (told.before.yes, told.after.yes, told.more_fen) == (100, 120, 1_200)
    assert (told.winners, told.losers, told.is_whole) == (20, 0, True)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (Side(3, 0, 180, 0), Side(3, 0, 180, 0), {}),
        (Side(100, 0, 6_000, 0), Side(102, 0, 6_120, 0), {"winners": 2}),
        (Side(100, 0, 6_000, 0), Side(100, 0, 5_940, 0), {"losers": 1}),
        (Side(100, 0, 6_000, 0), Side(100, 0, 6_000, 0), {"winners": 3, "losers": 3}),
        (Side(100, 2, 6_000, 0), Side(100, 6, 6_000, 0), {"winners": 9}),
        (Side(100, 0, 6_000, 2), Side(100, 0, 6_000, 0), {"winners": 9}),
    ],
)
def test_a_total_that_tells_of_few_is_withheld_with_its_difference(
    before: Side, after: Side, moved: dict[str, int]
) -> None:
    told = shown(before, after, **moved)
    assert told.more_fen is None
    assert not told.is_whole
    both = [one.cost_fen for one in (told.before, told.after)]
    assert None in both


def test_the_side_that_few_have_is_withheld_also_where_its_rest_would_tell() -> None:
    told = shown(Side(997, 0, 1, 0), Side(997, 0, 1, 0))
    assert (told.before.yes, told.before.cost_fen) == (None, None)


@pytest.fixture
def known(district: Any) -> Any:
    demo.note(timezone.localdate())
    policies.answer(district.account("qinsu"), "work", "flexible", on=timezone.localdate())
    columns.forget()
    return district


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time the district is read from its beginning."""
    found: list[str] = []
    part = populations.part

    def counted(cursor: str, **named: Any) -> Any:
        found.extend(["read"] if not cursor else [])
        return part(cursor, **named)

    monkeypatch.setattr(populations, "part", counted)
    return found


def test_the_district_is_read_once_while_nothing_changes(known: Any, reading: list[str]) -> None:
    today, found = timezone.localdate(), [policy(FLEXIBLE)]
    first = trials.everybody(found, on=today)
    assert trials.everybody(found, on=today) is first
    assert len(reading) == 1


def test_a_fact_a_wish_and_another_purpose_make_it_be_read_anew(
    known: Any, reading: list[str]
) -> None:
    today, found = timezone.localdate(), [policy(FLEXIBLE)]
    people = trials.everybody(found, on=today).tables["person"].count
    policies.answer(known.account("qinsu"), "work", "none", on=today)
    trials.everybody(found, on=today)
    assert len(reading) == 2
    actions.refuse(known.account("qinsu"))
    assert trials.everybody(found, on=today).tables["person"].count == people - 1
    assert len(reading) == 3
    trials.everybody([*found, policy("startup-loan")], on=today)
    assert len(reading) == 4


def test_points_between_which_few_move_are_left_out(known: Any) -> None:
    found, today = policy(FLEXIBLE), timezone.localdate()
    population = trials.everybody([found], on=today)
    values = trials.steps(*(trials.value_of_text(found, "share", one) for one in ("1/2", "1")), 5)
    points = trials.cost_curve(found, "share", values, population, on=today, smallest=1)
    assert len(points) == 5
    assert trials.cost_curve(found, "share", values, population, on=today) == ()
