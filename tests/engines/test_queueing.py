"""The simulation of waiting, against Erlang's formulas and by hand."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.queueing import Observed, erlang_c, mean_wait, services_of, waits, what_if


def markov(draw: Random, *, rate: float, servers: int) -> Observed:
    """A past of exponential gaps and of exponential services with mean 1."""
    gaps = [draw.expovariate(rate) for _ in range(20_000)]
    return Observed(gaps, [draw.expovariate(1) for _ in range(20_000)], servers)


def test_erlang_s_formulas_are_those_of_the_tables():
    """M/M/1: C = ρ. The call-centre textbook example: c = 11, a = 10 Erlang → 0.6821."""
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(11, 10.0) == pytest.approx(0.6821, abs=5e-5)
    assert mean_wait(0.8, 1.0, 1) == pytest.approx(4.0)  # ρ / (μ - λ)
    assert mean_wait(1.5, 1.0, 2) == pytest.approx(0.75**2 / (1 - 0.75**2))
    with pytest.raises(ValueError, match="less work"):
        erlang_c(2, 2.0)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (2, 0.7), (3, 0.85), (5, 0.6)])
def test_an_mmc_queue_waits_as_erlang_says_within_the_interval(servers: int, load: float):
    draw = Random(7)
    past = markov(draw, rate=servers * load, servers=servers)
    # The sample's own rates: what is checked is the queue, not how well 40,000 draws fit.
    wanted = mean_wait(1 / fmean(past.gaps), 1 / fmean(past.services), servers)
    found = what_if(past, generator=draw, servers=servers, items=6_000)
    half = 1.5 * (found.wait.high - found.wait.low) / 2  # 95 % to about 99 %
    assert abs(found.wait.mean - wanted) <= half
    assert half < 0.35 * wanted  # an interval that holds anything would prove nothing
    assert found.load == pytest.approx(load, rel=0.05) and found.is_stable


def test_one_officer_less_and_more_demand_wait_as_erlang_says():
    draw = Random(11)
    past = markov(draw, rate=2.0, servers=4)
    gap, work = fmean(past.gaps), fmean(past.services)
    for servers, demand in ((3, 1.0), (4, 1.3), (3, 1.3)):
        found = what_if(past, generator=draw, servers=servers, demand=demand, items=6_000)
        wanted = mean_wait(demand / gap, 1 / work, servers)
        half = 1.5 * (found.wait.high - found.wait.low) / 2
        assert abs(found.wait.mean - wanted) <= half, (servers, demand)


def test_more_work_than_can_be_done_is_said_to_have_no_end():
    draw = Random(3)
    past = Observed(
        [draw.expovariate(1) for _ in range(500)],
        [draw.expovariate(1 / 1.6) for _ in range(500)],
        2,
    )
    assert what_if(past, generator=draw, servers=2).is_stable
    alone = what_if(past, generator=draw, servers=1, term=5.0)
    assert not alone.is_stable and alone.over_term.mean > 0.9
    with pytest.raises(ValueError, match="one officer"):
        what_if(past, generator=draw, servers=0)


def test_a_queue_by_hand():
    arrivals, services = [0.0, 1.0, 1.5, 4.0], [3.0, 1.0, 2.0, 1.0]
    assert waits(arrivals, services, 1) == [0.0, 2.0, 2.5, 2.0]
    assert waits(arrivals, services, 2) == [0.0, 0.0, 0.5, 0.0]


@given(
    st.lists(st.tuples(st.floats(0, 5), st.floats(0, 9)), min_size=1, max_size=40),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_what_was_worked_is_found_again_from_when_items_came_and_left(
    drawn: list[tuple[float, float]], servers: int
):
    """Taken up in order, the service times are exactly those that made the departures."""
    arrivals = list(accumulate(gap for gap, _ in drawn))
    services = [worked for _, worked in drawn]
    times = zip(arrivals, waits(arrivals, services, servers), services, strict=True)
    departures = [came + waited + worked for came, waited, worked in times]
    assert services_of(arrivals, departures, servers) == pytest.approx(services, abs=1e-9)


def test_one_that_left_before_its_turn_took_no_time():
    came, left = [0.0, 1.0], [5.0, 2.0]
    assert services_of(came, left, 1) == [5.0, 0.0]
    with pytest.raises(ValueError, match="their order"):
        services_of(came[::-1], left, 1)
