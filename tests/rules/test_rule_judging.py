"""Judging one case: exact numbers, ages by the calendar, unknowns that say why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.rule_world import DAY, SCHEMA

from minsheng.rules import (
    FieldKind,
    Missing,
    Param,
    ParamValue,
    Reason,
    Rule,
    Schema,
    Unknown,
    WrongFact,
    WrongType,
    evaluate,
)
from minsheng.rules.interpret import rounded_fen


def value(source: str, gives: str = "boolean", on: date = DAY, **facts: object) -> object:
    return evaluate(Rule.parse(source, SCHEMA, gives=gives), facts, on=on)


def test_a_missing_fact_is_neither_zero_nor_false():
    verdict = Rule.parse("size < 3", SCHEMA).decide({}, on=DAY)
    assert verdict.value is None
    assert verdict.missing == {Missing("size", Reason.NOT_ASKED)}
    assert Rule.parse("not married", SCHEMA).decide({}, on=DAY).value is None


def test_every_reason_for_not_knowing_comes_through():
    for reason in Reason:
        facts = {"size": Unknown.of("size", reason)}
        verdict = Rule.parse("size < 3 and insured", SCHEMA).decide(facts, on=DAY)
        assert verdict.missing == {Missing("size", reason), Missing("insured", Reason.NOT_ASKED)}
        assert reason.text.zh
        assert reason.text.en


def test_a_derived_unknown_names_the_facts_below_it():
    below = Unknown(frozenset({Missing("payslips", Reason.STALE)}))
    verdict = Rule.parse("income_fen_month < 300", SCHEMA).decide(
        {"income_fen_month": below}, on=DAY
    )
    assert verdict.missing == {Missing("payslips", Reason.STALE)}
    assert verdict.fields == {"payslips"}


def test_what_cannot_matter_any_more_is_not_asked():
    rule = Rule.parse("(married and insured) or size > 3", SCHEMA)
    assert rule.decide({"married": False}, on=DAY).fields == {"size"}
    assert rule.decide({"size": 4}, on=DAY).missing == frozenset()
    settled = Rule.parse("married and size > 3", SCHEMA).decide({"size": 1}, on=DAY)
    assert settled.value is False
    assert settled.missing == frozenset()


def test_a_choice_with_an_open_condition_is_known_when_both_ways_agree():
    assert value("True if married else True") is True
    assert value("size > 1 if married else size > 2", size=5) is True
    assert isinstance(value("size > 1 if married else size > 2", size=2), Unknown)
    open_way = value("size > 1 if married else insured", married=True)
    assert open_way == Unknown.of("size")


def test_known_asks_whether_a_fact_is_there():
    assert value("known(size)") is False
    assert value("known(size)", size=0) is True
    assert value("not known(size) or size > 3", size=None) is True
    assert value("known(size > 3 or married)", married=True) is True


def test_an_unknown_is_never_taken_for_yes_or_no():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Unknown.of("size"))


@pytest.mark.parametrize(
    ("born", "on", "months", "years"),
    [
        ("2026-03-24", "2026-04-01", 0, 0),
        ("2026-03-24", "2026-04-23", 0, 0),
        ("2026-03-24", "2026-04-24", 1, 0),
        ("2025-08-31", "2026-02-27", 5, 0),
        ("2025-08-31", "2026-02-28", 6, 0),
        ("2024-02-29", "2026-02-28", 24, 2),
        ("2024-02-29", "2026-02-27", 23, 1),
        ("2026-04-01", "2026-04-01", 0, 0),
    ],
)
def test_ages_are_counted_in_whole_months_and_years(born, on, months, years):
    on = date.fromisoformat(on)
    assert value("age_months(born_on)", "integer", on, born_on=born) == months
    assert value("age_years(born_on)", "integer", on, born_on=born) == years


def test_a_birth_after_the_judged_day_is_unusable_not_young():
    late = value("age_months(born_on) < 6", born_on="2026-04-02")
    assert late == Unknown.of("born_on", Reason.UNUSABLE)


def test_days_since_a_day_ahead_are_negative():
    assert value("days_since(born_on)", "integer", born_on="2026-03-30") == 2
    assert value("days_since(born_on)", "integer", born_on="2026-04-03") == -2
    assert value("born_on <= today", born_on=DAY) is True


def test_dividing_by_a_zero_fact_is_unknown_and_points_at_the_fact():
    found = value("income_fen_month / size", "number", income_fen_month=100, size=0)
    assert found == Unknown.of("size", Reason.UNUSABLE)
    assert value("size != 0 and income_fen_month / size > 1", income_fen_month=9, size=0) is False


def test_sums_are_exact():
    assert value("income_fen_month / 3", "number", income_fen_month=100) == Fraction(100, 3)
    assert value("income_fen_month / 3 * 3 == income_fen_month", income_fen_month=100) is True
    assert value("share + 0.2 == 0.3", share="0.1") is True
    assert type(value("size", "integer", size=3)) is int
    assert type(value("share", "number", share=3)) is Fraction


@pytest.mark.parametrize(
    ("amount", "fen"), [("0.4", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-0.4", 0)]
)
def test_half_a_fen_is_rounded_away_from_zero(amount, fen):
    assert value("round_fen(share)", "money", share=amount) == fen


@given(st.fractions(-(10**6), 10**6))
def test_rounding_is_never_off_by_more_than_half_a_fen(amount):
    assert abs(rounded_fen(amount) - amount) <= Fraction(1, 2)


def test_smallest_largest_and_size_of_numbers():
    assert value("min(size, 3, share)", "number", size=5, share="2.5") == Fraction(5, 2)
    assert value("max(income_fen_month, 0)", "money", income_fen_month=-5) == 0
    assert value("abs(size - 3)", "integer", size=1) == 2
    assert isinstance(value("min(size, 0)", "integer"), Unknown)
    assert value("max(born_on, '2026-01-01')", "date", born_on="2025-01-01") == date(2026, 1, 1)


def test_a_set_knows_what_it_holds():
    assert value("selected('household')", selected={"household"}) is True
    assert value("selected('household')", selected=[]) is False
    assert value("'birth_certificate' not in selected", selected=("household",)) is True
    assert value("selected('household')") == Unknown.of("selected")


def test_chained_comparisons_read_as_written():
    assert value("1 < size <= 3", size=3) is True
    assert value("1 < size <= 3", size=1) is False
    assert value("1 < size <= 3", size=4) is False
    assert value("1 < size < share", size=0) is False


def test_a_parameter_is_the_one_in_force_on_the_day():
    assert value("income_fen_month <= ceiling", income_fen_month=125_000) is False
    assert (
        value("income_fen_month <= ceiling", on=date(2027, 1, 1), income_fen_month=125_000) is True
    )
    before = value("income_fen_month <= ceiling", on=date(2025, 12, 31), income_fen_month=1)
    assert before == Unknown.of("ceiling", Reason.UNUSABLE)


def test_a_parameter_nobody_entered_says_so_and_is_never_zero():
    waiting = Param("money", (ParamValue(date(2025, 1, 1), None, mark="L"),))
    schema = Schema({"size": FieldKind("integer")}, {"rate": waiting, "empty": Param("money", ())})
    for name in ("rate", "empty"):
        rule = Rule.parse(f"size * {name}", schema, gives="money")
        found = evaluate(rule, {"size": 2}, on=DAY)
        assert found == Unknown.of(name, Reason.NOT_ENTERED)
    assert Reason.NOT_ENTERED.text.zh == "本区还没有填这个标准"


@pytest.mark.parametrize(
    ("born", "months"),
    [
        ("2024-05-20", 29),
        ("2022-03-10", 3),
        ("2022-03-01", 2),
        ("2024-02-29", 26),
        ("2024-01-31", 25),
        ("2021-12-31", 0),
    ],
)
def test_a_part_month_counts_as_one_from_the_far_end(born, months):
    assert (
        value("36 - months_between(born_on, '2025-01-01')", gives="integer", born_on=born) == months
    )


def test_months_between_want_two_dates():
    for wrong in ("months_between(born_on)", "months_between(born_on, 3)", "months_between()"):
        with pytest.raises(WrongType):
            Rule.parse(wrong, SCHEMA, gives="integer")


def test_a_parameter_can_end():
    ended = Param("money", (ParamValue(date(2026, 1, 1), 5), ParamValue(date(2026, 6, 1), None)))
    rule = Rule.parse("a < b", Schema({"a": FieldKind("money")}, {"b": ended}))
    assert rule.decide({"a": 1}, on=date(2026, 5, 31)).value is True
    assert rule.decide({"a": 1}, on=date(2026, 6, 1)).value is None


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("married", 1),
        ("married", "True"),
        ("size", True),
        ("size", 2.0),
        ("size", "3"),
        ("size", 10**15 + 1),
        ("income_fen_month", Fraction(1, 2)),
        ("income_fen_month", Decimal("1.5")),
        ("share", float("nan")),
        ("share", float("inf")),
        ("share", "1e99999999"),
        ("share", Decimal("1e99999999")),
        ("share", "1/3"),
        ("share", True),
        ("born_on", "2026-02-30"),
        ("born_on", "20260324"),
        ("born_on", datetime(2026, 3, 24, tzinfo=UTC)),
        ("household", "uncle"),
        ("household", 1),
        ("address", 3),
        ("selected", "household"),
        ("selected", ["garden"]),
    ],
)
def test_a_fact_of_another_kind_is_refused_without_repeating_it(field, raw):
    rule = Rule.parse(f"known({field})", SCHEMA)
    with pytest.raises(WrongFact) as caught:
        rule.decide({field: raw}, on=DAY)
    assert str(raw) not in caught.value.en
    assert SCHEMA.fields[field].label.zh in caught.value.zh


@pytest.mark.parametrize(
    ("field", "raw", "read"),
    [
        ("share", 0.1, Fraction(1, 10)),
        ("share", Decimal("0.10"), Fraction(1, 10)),
        ("share", "-12.5", Fraction(-25, 2)),
        ("share", 3, Fraction(3)),
        ("born_on", "2026-03-24", date(2026, 3, 24)),
        ("address", "", ""),
    ],
)
def test_facts_may_come_as_plain_text_from_a_form_or_register(field, raw, read):
    gives = SCHEMA.fields[field].type
    assert value(field, gives, **{field: raw}) == read


@pytest.mark.parametrize("field", ["household", "born_on", "size", "share"])
def test_an_empty_answer_is_no_answer(field):
    assert value(f"known({field})", **{field: ""}) is False


def test_the_first_day_a_rule_holds_can_be_told():
    rule = Rule.parse("age_months(born_on) >= 3 and married", SCHEMA)
    facts = {"born_on": "2026-03-24", "married": True}
    year = date(2027, 4, 1)
    assert rule.first_day(facts, on=DAY, until=year) == date(2026, 6, 24)
    assert rule.first_day({**facts, "married": False}, on=DAY, until=year) is None
    assert rule.first_day({"born_on": "2026-03-24"}, on=DAY, until=year) is None
    assert rule.first_day(facts, on=DAY, until=date(2026, 6, 23)) is None
    fixed = Rule.parse("married", SCHEMA)
    assert fixed.first_day({"married": True}, on=DAY, until=DAY) == DAY
    raised = Rule.parse("income_fen_month <= ceiling", SCHEMA)
    later = raised.first_day({"income_fen_month": 125_000}, on=DAY, until=year)
    assert later == date(2027, 1, 1)
