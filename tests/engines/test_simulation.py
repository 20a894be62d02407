"""Simulation: one pass as two, each person as the interpreter says, cliffs exactly where they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.test_screening import DAY, MODEL, POLICIES, a_home

from minsheng.engines.policies.spec import Policy
from minsheng.engines.simulation import (
    Band,
    Group,
    NotExact,
    Plan,
    Varied,
    changed,
    curve,
    schedule,
    tried,
)
from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Model,
    Param,
    ParamValue,
    Relation,
    Rule,
    Scope,
    Unknown,
    evaluate,
)
from minsheng.rules.columns import population_of
from minsheng.rules.ir import Field

ON = date(2026, 11, 1)


def plan_of(policy: Policy) -> Plan:
    return Plan(policy.ir, policy.amount.ir if policy.amount else None)


def gets(plan: Plan, facts: Any, on: date) -> int | None:
    """Return what somebody gets by the interpreter: fen, or 1 without money; None for unknown."""
    verdict = evaluate(plan.condition, facts, on=on)
    if isinstance(verdict, Unknown):
        return None
    if not verdict or plan.amount is None:
        return int(bool(verdict))
    amount = evaluate(plan.amount, facts, on=on)
    return None if isinstance(amount, Unknown) else int(amount)  # type: ignore[arg-type]


FLEXIBLE = next(plan_of(one) for one in POLICIES if one.slug == "flexible-insurance")
GROUPS = {
    "age": Group(MODEL.schemas["person"].derived["age"], (18, 40, 60)),
    "sex": Group(Field("sex", MODEL.schemas["person"].fields["sex"])),
}


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_one_pass_is_two_and_each_person_is_the_interpreters(seed: int) -> None:
    random = Random(seed)
    people = [one for _ in range(5) for one in a_home(random)]
    population = population_of(MODEL, {"person": people})
    after = changed(FLEXIBLE, {"share": Fraction(1, 2), "most_months": 6})
    both = tried(FLEXIBLE, after, population, MODEL, on=DAY, groups=GROUPS)
    alone = [tried(one, one, population, MODEL, on=DAY) for one in (FLEXIBLE, after)]
    assert (both.before, both.after) == (alone[0].before, alone[1].after)
    pairs = [[gets(one, Scope(facts), DAY) for one in (FLEXIBLE, after)] for facts in people]
    known = [(old, new) for old, new in pairs if old is not None and new is not None]
    assert both.everybody == Band(
        people=len(people),
        winners=sum(new > old for old, new in known),
        losers=sum(new < old for old, new in known),
        same=sum(new == old for old, new in known),
        undecided=len(people) - len(known),
        gain_fen=sum(max(new - old, 0) for old, new in known),
        loss_fen=sum(max(old - new, 0) for old, new in known),
    )
    for bands in both.groups.values():
        assert sum(one.people for one in bands.values()) == len(people)
        assert sum(one.loss_fen for one in bands.values()) == both.everybody.loss_fen
    points = curve(FLEXIBLE, "share", [Fraction(1, 2), Fraction(2, 3)], population, MODEL, on=DAY)
    assert points[1].side == both.before
    half = changed(FLEXIBLE, {"share": Fraction(1, 2)})
    assert points[0].side == tried(half, half, population, MODEL, on=DAY).before


def test_a_parameter_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="shares"):
        changed(FLEXIBLE, {"shares": 1})


HOME = {
    "incomes": FieldKind("money"),
    "rent": FieldKind("money"),
    "owner": FieldKind("boolean"),
}
LINE = Param("money", (ParamValue(date(2020, 1, 1), 700_00),))
WORLD = Model.build(
    {
        "person": Entity(
            {"income": FieldKind("money"), "birth": FieldKind("date")},
            {"household": Relation("household")},
            {"adult": DerivedSource(FieldKind("boolean"), "age_years(birth) >= 18")},
        ),
        "household": Entity(
            {"rent": FieldKind("money"), "owner": FieldKind("boolean")},
            {"members": Relation("person", many=True)},
            {
                "income": DerivedSource(FieldKind("money"), "sum(members, income, adult)"),
                "per_head": DerivedSource(FieldKind("number"), "income / count(members)"),
            },
        ),
    },
    params={"line": LINE},
)
SCHEMA = WORLD.schema("person")


def a_plan(condition: str, amount: str = "") -> Plan:
    paid = Rule.parse(amount, SCHEMA, gives="money").ir if amount else None
    return Plan(Rule.parse(condition, SCHEMA).ir, paid)


PLANS = {
    "topped up": a_plan(
        "household.per_head < line", "round_fen(line * count(household.members) - household.income)"
    ),
    "all or nothing": a_plan("household.income <= 1500_00 and not household.owner", "500_00"),
    "by bands": a_plan(
        "any(household.members, income > 0)",
        "300_00 if household.per_head < 400_00 else 200_00 if household.per_head < 650_00 else 50_00",
    ),
    "tapered": a_plan(
        "household.income < 3000_00",
        "round_fen(max(0, min(800_00, 800_00 - (household.income - 1000_00) / 3)))",
    ),
    "one value": a_plan("household.income == 1234_56 or household.rent > 900_00", "100_00"),
    "no money": a_plan("household.per_head >= 300_00"),
}


def a_case(income: Any, *, rent: Any = 500_00, child: bool = True) -> dict[str, Any]:
    me: dict[str, Any] = {"income": income, "birth": date(1980, 1, 1)}
    other: dict[str, Any] = {"income": 321_07, "birth": date(2015 if child else 1985, 1, 1)}
    home = {"rent": rent, "owner": False, "members": [me, other]}
    me["household"] = other["household"] = home
    return me


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("child", [True, False])
@pytest.mark.parametrize("rent", [500_00, None])
def test_a_schedule_says_what_the_interpreter_says(name: str, child: bool, rent: Any) -> None:
    plan = PLANS[name]
    found = schedule(
        plan, Scope(a_case(Varied(), rent=rent, child=child)), low=0, high=4000_00, on=ON
    )
    assert [found.pieces[0].low, found.pieces[-1].high] == [0, 4000_00]
    random = Random(1)
    for piece in found.pieces:
        inside = {
            piece.low,
            piece.high,
            *(random.randint(piece.low, piece.high) for _ in range(20)),
        }
        for x in inside:
            said = gets(plan, Scope(a_case(x, rent=rent, child=child)), ON)
            if piece.at_low is None:
                assert said is None
            elif plan.amount is None:
                assert said == int(piece.value is True)
            elif piece.slope == 0:
                assert said == piece.at_low
            else:
                assert said is not None
                assert abs(said - (piece.at_low + piece.slope * (x - piece.low))) <= 1  # type: ignore[operator]
        if plan.amount is not None and piece.at_low is not None:
            ends = [
                gets(plan, Scope(a_case(x, rent=rent, child=child)), ON)
                for x in (piece.low, piece.high)
            ]
            assert ends == [piece.at_low, piece.at_high]


def test_a_cliff_is_found_to_the_fen_between_the_points_of_any_grid() -> None:
    found = schedule(PLANS["all or nothing"], Scope(a_case(Varied())), low=0, high=10**9, on=ON)
    (cliff,) = found.cliffs
    assert (cliff.at, cliff.loss_fen) == (1500_01, 500_00)
    assert len(found.pieces) == 2


def test_a_top_up_takes_all_that_is_earned_and_has_no_cliff() -> None:
    found = schedule(PLANS["topped up"], Scope(a_case(Varied())), low=0, high=2000_00, on=ON)
    assert [one.marginal_rate for one in found.pieces] == [1, 0]
    assert found.cliffs == ()
    assert found.pieces[0].high == 1399_99


def test_a_taper_takes_a_third_between_its_ends() -> None:
    found = schedule(PLANS["tapered"], Scope(a_case(Varied())), low=0, high=3500_00, on=ON)
    rates = [one.marginal_rate for one in found.pieces]
    assert rates == [0, Fraction(1, 3), 0]
    (cliff,) = found.cliffs
    assert (cliff.at, cliff.loss_fen) == (3000_00, 133_34)  # 80000 − 199999 ÷ 3, rounded


def test_what_straight_lines_cannot_follow_is_refused() -> None:
    plan = a_plan(
        "household.income >= 0", "round_fen(household.income * household.per_head / 10000)"
    )
    with pytest.raises(NotExact):
        schedule(plan, Scope(a_case(Varied())), low=0, high=100, on=ON)


@given(st.integers(0, 10**6), st.sampled_from(["flexible_paid_fen_month", "loan_wanted_fen"]))
@settings(max_examples=40, deadline=None)
def test_the_policies_of_the_packs_have_schedules(seed: int, field: str) -> None:
    random = Random(seed)
    person = a_home(random)[0]
    for policy in POLICIES:
        plan = plan_of(policy)
        try:
            found = schedule(plan, _with(person, field, Varied()), low=0, high=10**8, on=DAY)
        except NotExact:
            continue
        for piece in found.pieces:
            for x in (piece.low, piece.high):
                said = gets(plan, _with(person, field, x), DAY)
                if plan.amount is not None:
                    assert said == (piece.at_low if x == piece.low else piece.at_high)


def _with(person: Mapping[str, Any], field: str, value: Any) -> Scope:
    return Scope({**person, field: value})
