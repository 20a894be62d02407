"""The newborn story through the engine, step by step."""

from __future__ import annotations

from datetime import date

import pytest
from tests.engines.casework_specs import (
    CHEN,
    LIN,
    MONDAY,
    PLAIN,
    SUN,
    WANG,
    at,
    calendar_of,
    do,
    newborn,
    start,
    statuses,
)  # fmt: skip

from minsheng.engines.casework.advance import advance, due_of, replay, submit
from minsheng.engines.casework.plan import plan
from minsheng.engines.casework.state import Approve, Consent, EffectDone, Rate
from minsheng.lib.errors import Conflict


def test_the_newborn_case_walks_through_three_offices_to_its_end():
    spec = newborn()
    state = start(spec)
    assert statuses(state) == {"birth": "open", "household": "waiting", "card": "waiting"}
    state = do(spec, state, Approve("birth", LIN), on=date(2026, 3, 24))
    assert statuses(state)["household"] == "open"
    assert state.items["household"].started == date(2026, 3, 24)
    state = do(spec, state, Approve("household", SUN), on=date(2026, 3, 26))
    assert statuses(state) == {"birth": "done", "household": "external", "card": "waiting"}
    state = do(spec, state, EffectDone("household", 1, "H-1"), on=date(2026, 3, 27))
    assert statuses(state)["card"] == "open"
    assert state.items["household"].result == "H-1"
    state = do(spec, state, Approve("card", "hr.card"), on=date(2026, 3, 30))
    assert state.status == "done"
    state = do(spec, state, Rate(WANG, 2), on=date(2026, 3, 31))
    assert (state.score, state.call_back) == (2, True)


def test_the_plan_says_offices_working_days_and_the_critical_chain():
    spring = calendar_of(off=[date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)])
    got = plan(newborn(), {"selected": {"card"}}, on=MONDAY, calendar=spring)
    assert [(i.key, i.start_workday, i.end_workday) for i in got.items] == [
        ("birth", 1, 1), ("household", 2, 4), ("card", 5, 14),
    ]  # fmt: skip
    assert got.finish.day == date(2026, 4, 13)
    assert got.workdays == 14
    assert got.critical_path == ("birth", "household", "card")
    assert not got.finish.provisional


def test_a_plan_into_a_year_without_notice_is_provisional():
    calendar = calendar_of(provisional=[2027])
    got = plan(newborn(), {"selected": {"card"}}, on=date(2026, 12, 25), calendar=calendar)
    assert got.item("birth").due.provisional is False
    assert got.finish.provisional is True


def test_the_father_is_waited_for_only_where_his_consent_is_needed():
    spec = newborn()
    state = start(spec, {"household": "father"})
    state = do(spec, state, Approve("birth", LIN))
    assert statuses(state)["household"] == "waiting"
    with pytest.raises(Conflict) as caught:
        advance(spec, state, Approve("household", SUN), at=at(MONDAY), calendar=PLAIN)
    assert "父亲同意" in caught.value.zh
    state = do(spec, state, Consent("father", CHEN), on=date(2026, 3, 25))
    assert statuses(state)["household"] == "open"
    assert state.items["household"].started == date(2026, 3, 25)


def test_replaying_the_events_gives_the_same_case():
    spec = newborn()
    state, events = submit(spec, {"selected": {"card"}}, at=at(MONDAY), by=WANG, calendar=PLAIN)
    assert replay(spec, events) == state
    reading = due_of(spec, state, "birth", calendar=PLAIN, on=MONDAY)
    assert reading is not None
    assert reading.due.day == date(2026, 3, 24)
