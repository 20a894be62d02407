"""What would have to change: as small as brute force finds, every fact needed, told in words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from benchmarks.policy_flips import (
    MODEL,
    ON,
    RULES,
    applied,
    compare,
    levers,
    mistakes,
    person,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules import rule_world

from minsheng.engines.policies.flip_words import flips_texts
from minsheng.engines.policies.flips import Flips, Lever, Who, flips
from minsheng.engines.policies.parts import ANY
from minsheng.engines.policies.polynomials import turning_points
from minsheng.engines.policies.regions import Bounds
from minsheng.engines.policies.turning import turning_day
from minsheng.engines.policies.written import Writer
from minsheng.lib.texts import Text
from minsheng.rules import (
    FieldKind,
    Param,
    ParamValue,
    Rule,
    Schema,
    Scope,
    Unknown,
    WrongType,
    evaluate,
)

LEVERS = {
    "size": Lever(Who.PERSON, Bounds(-2, 6)),
    "share": Lever(Who.PERSON, Bounds(Fraction(-3), Fraction(3))),
}


def found(text: str, facts: dict[str, Any], **options: Any) -> Flips:
    rule = Rule.parse(text, MODEL.schema("person"))
    return flips(rule, facts, levers(), on=ON, **options)


def paths(answer: Flips) -> list[set[str]]:
    return [set(one.paths) for one in answer.smallest]


@pytest.mark.parametrize(
    "text",
    ["months_between(born_on, '2025-01-31') >= 9", "months_between('2024-02-29', born_on) > 4"],
)
def test_months_between_two_dates_turn_on_the_nearest_day(text: str) -> None:
    rule = Rule.parse(text, rule_world.SCHEMA)
    now = date(2024, 6, 15)
    before = rule.decide({"born_on": now}, on=ON).value
    answer = flips(rule, {"born_on": now}, {"born_on": Lever(Who.PERSON)}, on=ON)
    (change,) = answer.smallest[0].changes
    near = abs((change.value - now).days)
    for days in range(near + 1):
        for day in (now + timedelta(days=days), now - timedelta(days=days)):
            turned = rule.decide({"born_on": day}, on=ON).value is not before
            assert turned == (day == change.value) or days == near


def test_sizes_equal_brute_force_and_every_named_fact_is_needed() -> None:
    report = compare(150, seed=5)
    assert report.known > 130
    assert report.unequal == ()
    assert report.mistakes == ()
    assert (report.cut_short, report.beyond_brute) == (0, 0)
    assert {1, 2, 3} <= set(report.sizes)


@settings(max_examples=100)
@given(rule_world.conditions, rule_world.part_facts())
def test_any_rule_written_out_is_worth_what_the_interpreter_says(
    text: str, facts: dict[str, object]
) -> None:
    rule = Rule.parse(text, rule_world.SCHEMA)
    said = evaluate(rule, facts, on=rule_world.DAY)
    writer = Writer(Scope(facts), rule_world.DAY)
    part = writer.write(rule.ir)
    assert part.now is (None if isinstance(said, Unknown) else said)
    assert part.at(writer.values, -1) is part.now


@settings(max_examples=100)
@given(rule_world.conditions, rule_world.part_facts(), rule_world.whole_facts())
def test_what_holds_whatever_a_fact_comes_to_holds_for_each_value(
    text: str, facts: dict[str, object], other: dict[str, object]
) -> None:
    rule = Rule.parse(text, rule_world.SCHEMA)
    writer = Writer(Scope(facts), rule_world.DAY)
    part = writer.write(rule.ir)
    for fact in writer.facts:
        if fact.path not in other:
            continue
        values = list(writer.values)
        values[fact.place] = ANY
        surely = part.at(values, 1 << fact.place)
        if surely is ANY:
            continue
        said = evaluate(rule, {**facts, fact.path: other[fact.path]}, on=rule_world.DAY)
        assert surely is (None if isinstance(said, Unknown) else said)


@settings(max_examples=80)
@given(rule_world.conditions, rule_world.part_facts())
def test_any_rule_is_turned_by_what_is_named_and_by_no_part_of_it(
    text: str, facts: dict[str, object]
) -> None:
    rule = Rule.parse(text, rule_world.SCHEMA)
    answer = flips(rule, facts, LEVERS, on=rule_world.DAY)
    if answer.verdict is None:
        assert answer.smallest == ()
        return
    for one in (*answer.smallest, *answer.by_person):
        assert verdict(rule, applied(facts, one), rule_world.DAY) is not answer.verdict
        assert verdict(rule, applied(facts, one), rule_world.DAY) is not None
        for path in one.paths:
            less = verdict(rule, applied(facts, one, without=path), rule_world.DAY)
            assert less is not (not answer.verdict)


@settings(max_examples=80)
@given(rule_world.conditions, rule_world.part_facts(), st.booleans())
def test_the_day_on_which_time_turns_a_verdict_is_that_of_trying_each_day(
    text: str, facts: dict[str, object], wanted: bool
) -> None:
    rule = Rule.parse(text if wanted else f"not ({text})", rule_world.SCHEMA)
    until = rule_world.DAY + timedelta(days=500)
    slow = rule.first_day(facts, on=rule_world.DAY, until=until)
    straight = Rule.parse(text, rule_world.SCHEMA)
    fast = turning_day(straight, facts, on=rule_world.DAY, until=until, wanted=wanted)
    assert fast == slow


@pytest.mark.parametrize("seed", range(12))
def test_a_single_number_is_the_nearest_that_does_it(seed: int) -> None:
    rng = random.Random(seed)
    low, high, other = rng.randint(0, 40), rng.randint(40, 90), rng.randint(0, 30)
    text = f"3 * income + spouse.income < {3 * high} and not ({low} <= income < {low + 15})"
    rule = Rule.parse(text, MODEL.schema("person"))
    for income in range(0, 120, 7):
        facts = {"income": income, "spouse": [{"income": other}]}
        answer = flips(rule, facts, {"income": Who.PERSON}, on=ON)
        wanted = not answer.verdict
        doing = [n for n in range(400) if verdict(rule, {**facts, "income": n}) is wanted]
        nearest = min((abs(n - income) for n in doing), default=None)
        named = [one.changes[0].value for one in answer.by_person if len(one.changes) == 1]
        assert (nearest is not None) == bool(named)
        assert all(abs(value - income) == nearest for value in named)


@pytest.mark.parametrize("income", [150, 131, 100, 87, 40, 3])
def test_a_number_rounded_inside_a_sum_is_still_the_nearest(income: int) -> None:
    text = "round_fen(income / 3) + round_fen(income / 7) - round_fen(income / 11) < 38"
    rule = Rule.parse(text, MODEL.schema("person"))
    answer = flips(rule, {"income": income}, {}, on=ON)
    wanted = not answer.verdict
    doing = [n for n in range(400) if verdict(rule, {"income": n}) is wanted]
    named = answer.smallest[0].changes[0].value
    assert abs(named - income) == min(abs(n - income) for n in doing)


def test_of_two_numbers_none_could_be_nearer_given_the_other() -> None:
    text = "income + spouse.income < 1000 and income < 700 and spouse.income < 700"
    facts = {"income": 2000, "spouse": [{"income": 2000}]}
    answer = found(text, facts)
    rule = Rule.parse(text, MODEL.schema("person"))
    assert paths(answer) == [{"income", "spouse.income"}]
    mine, theirs = (change.value for change in answer.smallest[0].changes)
    assert mine + theirs == 999
    assert verdict(rule, {"income": mine + 1, "spouse": [{"income": theirs}]}) is False


def test_the_threshold_is_exact_and_told_with_who_can_change_it() -> None:
    facts = {"income": 2500_00, "lives_here": True, "birth": "1950-01-01", "disabled": False}
    answer = found("lives_here and age >= 60 and income < 2000_00", facts)
    (one,) = answer.by_person
    assert (one.changes[0].value, one.changes[0].low) == (1999_99, None)
    assert flips_texts(answer) == (
        Text(
            "如果“月收入”降到 1,999.99 元或以下（现在：2,500.00 元，您自己能改变），就符合。",
            "You would qualify if “monthly income” falls to 1,999.99 yuan or less "
            "(now: 2,500.00 yuan; you can change this).",
        ),
    )


def test_a_person_is_told_what_nobody_can_change() -> None:
    answer = found("age >= 60 and disabled", {"birth": "1980-01-01", "disabled": False})
    assert answer.by_person == ()
    told = " ".join(text.zh for text in flips_texts(answer))
    assert "您自己改变不了这个结果" in told
    assert "只随时间改变" in told
    assert "要由机关认定" in told


def test_not_yet_names_the_day_and_what_must_come_with_it() -> None:
    facts = {"birth": "1967-02-28", "lives_here": True, "income": 5000_00}
    alone = found("age >= 60 and lives_here", facts)
    assert alone.turns_on == date(2027, 2, 28)
    assert "2027-02-28 起符合" in flips_texts(alone)[0].zh
    both = found("age >= 60 and income < 1000_00", facts)
    assert both.turns_on is None
    assert both.smallest[0].first_day == date(2027, 2, 28)


def test_a_new_parameter_turns_the_verdict_by_itself() -> None:
    limit = Param("money", (ParamValue(date(2020, 1, 1), 100), ParamValue(date(2028, 3, 1), 200)))
    schema = Schema({"income": FieldKind("money")}, {"limit": limit})
    rule = Rule.parse("income < limit", schema)
    assert turning_day(rule, {"income": 150}, on=ON) == date(2028, 3, 1)
    assert turning_day(rule, {"income": 150}, on=ON, until=date(2028, 2, 29)) is None
    assert turning_day(rule, {"income": 50}, on=ON, wanted=False) is None


def test_an_unknown_fact_may_have_to_come_out_so() -> None:
    answer = found("lives_here and disabled", {"lives_here": False, "disabled": None})
    assert paths(answer) == [{"disabled", "lives_here"}]
    assert "还没问" in flips_texts(answer)[-1].zh


def test_an_unknown_verdict_is_not_turned() -> None:
    answer = found("lives_here and disabled", {"lives_here": True})
    assert (answer.verdict, answer.smallest, flips_texts(answer)) == (None, (), ())


def test_who_belongs_to_a_household_is_not_changed_and_that_is_said() -> None:
    answer = found("any(household.members, disabled)", {"household": {"members": []}})
    assert (answer.verdict, answer.smallest) == (False, ())
    assert "家庭成员" in flips_texts(answer)[-1].zh


def test_the_applicant_among_the_members_is_one_person() -> None:
    applicant: dict[str, Any] = {"income": 3000_00, "lives_here": True}
    applicant["household"] = {"members": [applicant], "savings": 0}
    answer = found("household.mean_income < 1000_00 and income < 2000_00", applicant)
    assert paths(answer) == [{"income"}]
    assert answer.smallest[0].changes[0].value == 999_99


def test_a_hidden_fact_is_never_written_nor_what_is_compared_with_it() -> None:
    schema = Schema(
        {
            "code": FieldKind("integer", label=Text("密码", "code"), hidden=True),
            "limit": FieldKind("integer", label=Text("上限", "limit")),
        }
    )
    rule = Rule.parse("code < limit", schema)
    answer = flips(rule, {"code": 4711, "limit": 12}, {"limit": Who.PERSON}, on=ON)
    told = " ".join(text.zh + text.en for text in flips_texts(answer))
    assert answer.by_person[0].changes[0].value == 4712
    assert "471" not in told.replace(",", "")


def test_what_somebody_else_has_is_used_and_not_written() -> None:
    facts = {"income": 500_00, "spouse": [{"income": 4321_00}]}
    rule = Rule.parse("income + spouse.income < 1000_00", MODEL.schema("person"))
    who = {"income": Who.PERSON, "spouse.income": Lever(Who.PERSON, is_private=True)}
    answer = flips(rule, facts, who, on=ON)
    assert answer.smallest[0].changes[0].value == 499_99
    assert flips_texts(answer)[0].zh == "如果“配偶的月收入”和现在不同（您自己能改变），就符合。"


def test_the_nearest_birth_date_is_found_on_either_side() -> None:
    rule = Rule.parse("age_years(birth) >= 60 or age_months(birth) < 7", MODEL.schema("person"))
    for birth in ("1950-05-31", "1966-12-01", "1966-12-02", "2026-08-30", "2024-02-29"):
        now = date.fromisoformat(birth)
        answer = flips(rule, {"birth": birth}, {}, on=ON)
        distance = next(
            days
            for days in range(40_000)
            for other in (now - timedelta(days=days), now + timedelta(days=days))
            if verdict(rule, {"birth": other}) is (not answer.verdict)
        )
        assert abs((answer.smallest[0].changes[0].value - now).days) == distance


@pytest.mark.parametrize(
    "text",
    [
        "days_since(birth) - 365 * age_years(birth) > 20",
        "age_months(birth) - 12 * age_years(birth) >= 7",
        "round_fen(days_since(birth) / 7) >= 60",
        "days_since(birth) * days_since(birth) > 160_000",
        "birth < today and age_years(birth) in [2, 3]",
        "not known(age_months(birth))",
        "age_years(birth) < 3",
    ],
)
def test_clocks_beside_one_another_turn_on_the_right_day(text: str) -> None:
    rule = Rule.parse(text, MODEL.schema("person"))
    for birth in ("2025-12-20", "2024-02-29", "2026-12-31"):
        until = ON + timedelta(days=900)
        slow = rule.first_day({"birth": birth}, on=ON, until=until)
        assert turning_day(rule, {"birth": birth}, on=ON, until=until) == slow


def test_bounds_are_kept() -> None:
    facts = {"income": 10, "spouse": [{"income": 500}]}
    assert found("income + spouse.income < 400", facts).size == 1
    narrow = {"income": Who.PERSON, "spouse.income": Lever(Who.PERSON, Bounds(450, 600))}
    rule = Rule.parse("income + spouse.income < 400", MODEL.schema("person"))
    assert flips(rule, facts, narrow, on=ON).smallest == ()


def test_a_formula_has_nothing_to_turn_round() -> None:
    rule = Rule.parse("income * 2", MODEL.schema("person"), gives="money")
    with pytest.raises(WrongType):
        flips(rule, {"income": 1}, {}, on=ON)


def test_roots_of_higher_degree_are_isolated() -> None:
    cubic = ((-6, 11, -6, 1), (1,))  # (x - 1)(x - 2)(x - 3)
    assert turning_points(cubic, ((0,), (1,)), -100, 100, 1) == {1, 2, 3}
    square = turning_points(((-2, 0, 1), (1,)), ((0,), (1,)), -100, 100, 10_000)
    assert sorted(round(float(root), 3) for root in square) == [-1.414, 1.414]


def test_the_check_itself_notices_a_set_that_does_nothing() -> None:
    rule = Rule.parse(RULES["elder"], MODEL.schema("person"))
    facts = {**person(random.Random(1)), "lives_here": True, "birth": date(1950, 1, 1)}
    facts |= {"disabled": False, "income": 5000_00}
    answer = flips(rule, facts, levers(), on=ON)
    assert mistakes(rule, facts, answer) == []
    assert mistakes(rule, {**facts, "income": 0}, answer)
