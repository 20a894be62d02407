"""What if: read from the ledger as items came and went; said only where there are enough."""

from __future__ import annotations

import importlib
from datetime import date, datetime, timedelta

from tests.apps.cases.cases_cast import Clock
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case
from minsheng.apps.cases.reads import Scenario
from minsheng.engines.casework.state import CHINA

ON = date(2026, 4, 1)
FIRST = "birth_certificate"
module = importlib.import_module("minsheng.apps.cases.reads.waiting")


def test_a_post_is_told_as_the_ledger_has_it(
    clock: Clock, district: District, monkeypatch: object
) -> None:
    clock.go_to(ON)
    monkeypatch.setattr(module, "FEWEST", 6)  # type: ignore[attr-defined]
    begin = date(2026, 3, 2)
    made = [
        past_case(district, f"E{n}", begin=begin + timedelta(days=7 * (n // 2)), took={FIRST: 2})
        for n in range(6)
    ]
    post = made[0].items.get(key=FIRST).post
    (one,) = cases.waiting(Scenario(officers=-1), on=ON, post=post)
    assert (one.items, one.officers, one.officers_then, one.then) == (6, 1, 0, None)
    assert one.observed_stay == 2.0  # decided two working days after it came, at the same hour
    assert one.term == catalogue.packs().services["newborn"].spec.items[FIRST].due.amount
    (same,) = cases.waiting(Scenario(officers=0), on=ON, post=post)
    assert same.then == same.now and same.now.is_stable
    (more,) = cases.waiting(Scenario(officers=0, demand_percent=300), on=ON, post=post)
    assert more.then is not None and more.then.load == 3 * more.now.load
    assert more.then.stay.mean > more.now.stay.mean
    (two,) = cases.waiting(Scenario(officers=1), on=ON, post=post)
    assert two.then is not None and two.then.wait.mean < two.now.wait.mean
    Case.objects.filter(pk=made[0].pk).update(protected=True)
    assert cases.waiting(Scenario(), on=ON, post=post) == []


def test_of_few_items_nothing_is_said(clock: Clock, district: District) -> None:
    clock.go_to(ON)
    past_case(district, "A", begin=date(2026, 3, 2))
    assert cases.waiting(Scenario(), on=ON) == []


def test_items_that_were_asked_back_are_left_out(
    clock: Clock, district: District, monkeypatch: object
) -> None:
    clock.go_to(ON)
    monkeypatch.setattr(module, "FEWEST", 2)  # type: ignore[attr-defined]
    for event, asks in (("A", ""), ("B", ""), ("C", FIRST)):
        case = past_case(district, event, begin=date(2026, 3, 2), asks=asks)
    (one,) = cases.waiting(Scenario(), on=ON, post=case.items.get(key=FIRST).post)
    assert one.items == 2


def test_nights_and_days_off_take_no_time() -> None:
    calendar, since = catalogue.calendar(), date(2026, 3, 2)

    def at(day: int, hour: int) -> float:
        return module._place(datetime(2026, 3, day, hour, tzinfo=CHINA), since, calendar)

    assert at(6, 17) == at(6, 23) == at(7, 12) == at(8, 12) == at(9, 8) == at(9, 9)
    assert at(10, 9) - at(9, 9) == 1.0 and at(9, 13) - at(9, 9) == 0.5


def test_a_post_that_isn_t_a_queue_is_said_not_to_fit(
    clock: Clock, district: District, monkeypatch: object
) -> None:
    """Twelve at once, each decided two days later: one officer could never, one after another."""
    clock.go_to(ON)
    monkeypatch.setattr(module, "FEWEST", 6)  # type: ignore[attr-defined]
    for n in range(12):
        case = past_case(
            district, f"E{n}", begin=date(2026, 3, 2 + n % 2), took={FIRST: 2 + 4 * (n % 2)}
        )
    (one,) = cases.waiting(Scenario(officers=0), on=ON, post=case.items.get(key=FIRST).post)
    assert one.fits == (one.observed_stay / 2 <= one.now.stay.mean <= one.observed_stay * 2)
    assert not one.fits
