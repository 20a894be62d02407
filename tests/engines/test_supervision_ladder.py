"""The warning ladder: lights before the due day, steps after it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.product_packs import PACKS

from minsheng.engines.supervision import (
    ClockFace,
    Ladder,
    Step,
    Warning,
    light_of,
    steps_due,
    warning_of,
    wrong_ladder,
)
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

LADDER = PACKS.district.supervision.ladder("item")
FRIDAY = date(2026, 3, 20)


def face(used: int, left: int, *, due: date = FRIDAY, **more: bool) -> ClockFace:
    return ClockFace(due, used, left, **{"running": True, **more})


@pytest.mark.parametrize(
    ("used", "left", "light"),
    [(0, 5, ""), (2, 3, ""), (3, 3, "yellow"), (4, 1, "red"), (5, 0, "red"), (5, -1, "late")],
)
def test_a_light_goes_on_at_half_and_at_eighty_per_cent(used: int, left: int, light: str):
    assert light_of(LADDER, face(used, left)) == light


def test_a_clock_that_stands_still_or_is_absent_has_no_light():
    assert light_of(LADDER, face(5, 0, running=False)) == ""
    assert light_of(LADDER, face(5, -3, provisional=True)) == ""
    assert light_of(LADDER, None) == ""


@pytest.mark.parametrize(
    ("on", "steps"),
    [
        (date(2026, 3, 20), []),
        (date(2026, 3, 22), []),  # a Sunday: nobody is late yet by a working day
        (date(2026, 3, 23), ["head"]),
        (date(2026, 3, 24), ["head", "order"]),
        (date(2026, 3, 27), ["head", "order", "leader"]),
    ],
)
def test_steps_are_taken_by_working_days_after_the_due_day(on: date, steps: list[str]):
    found = steps_due(LADDER, face(5, -1), calendar=PACKS.calendar, on=on)
    assert [step.key for step in found] == steps


@given(
    some.integers(0, 30),
    some.integers(-30, 30),
    some.dates(date(2026, 1, 1), date(2026, 12, 1)),
    some.booleans(),
    some.booleans(),
)
def test_before_the_due_day_only_warnings_and_after_it_only_steps(
    used: int, left: int, on: date, running: bool, provisional: bool
):
    clock = face(used, left, due=date(2026, 6, 10), running=running, provisional=provisional)
    steps = steps_due(LADDER, clock, calendar=PACKS.calendar, on=on)
    if not running or provisional or on <= clock.due:
        assert steps == ()
    if not running or left < 0:
        assert warning_of(LADDER, clock) is None


def test_a_ladder_that_cannot_work_is_told():
    ladder = Ladder(
        warn=(Warning(key="a", percent=0, light="red"), Warning(key="a", percent=50, light="red")),
        steps=(Step(key="b", after=Term(3, "wh"), to="head", title=Text("报")),),
    )
    assert [path for path, _, _ in wrong_ladder(ladder)] == [
        ("warn", "1", "percent"),
        ("steps", "1", "after"),
        ("warn", "2"),
    ]


def test_an_office_without_a_head_is_answered_for_by_its_parent_then_by_the_leader():
    district = PACKS.district
    assert district.head_of("police") == "police.head"
    assert district.head_of("civil") == "office.leader"
