"""From text to rule: what is understood, and how a mistake is answered."""

from __future__ import annotations

import warnings
from datetime import date
from fractions import Fraction

import pytest
from tests.rules.rule_world import DAY, SCHEMA

from minsheng.lib.texts import Text
from minsheng.rules import (
    BadSyntax,
    FieldKind,
    OutOfBounds,
    Param,
    ParamValue,
    Rule,
    RuleError,
    Schema,
    UnknownName,
    Where,
    WrongType,
    did_you_mean,
    evaluate,
)

HERE = Where("packs/policies/x/policy.yaml", 14, "when")


def refused(source: str, kind: type[RuleError], *, schema: Schema = SCHEMA) -> RuleError:
    with pytest.raises(kind) as caught:
        Rule.parse(source, schema, at=HERE)
    return caught.value


def test_a_wrong_name_is_told_with_file_line_and_what_was_meant():
    schema = Schema({"income_fen_month": FieldKind("money")}, name="person")
    error = refused("incom < 3", UnknownName, schema=schema)
    assert error.en == (
        "packs/policies/x/policy.yaml:14: no field 'incom' in 'person'; "
        "did you mean 'income_fen_month'?"
    )
    assert error.zh == "第14行：person 里没有字段 incom，是不是 income_fen_month"
    assert error.field == "when"
    assert error.facts["suggestion"] == "income_fen_month"


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("houshold == 'father'", "household"),
        ("household == 'fathr'", "father"),
        ("household == '跟父亲'", "father"),
        ("household in ['mother', 'fathre']", "father"),
        ("selected('houshold')", "household"),
        ("'household_' in selected", "household"),
        ("agemonths(born_on) < 6", "age_months"),
        ("家庭人口 > 3", "size"),
        ("true", "True"),
        ("age_months > 3", "age_months(…)"),
        ("person.incom_fen > 3", "person.income_fen"),
        ("persn.income_fen > 3", "person.income_fen"),
        ("celing > 3", "ceiling"),
    ],
)
def test_the_likely_name_is_suggested(source, meant):
    error = refused(source, UnknownName)
    assert error.facts["suggestion"] == meant
    assert meant in error.zh
    assert meant in error.en


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("zzz", ["income", "size"]) == ""
    assert refused("zzzz > 3", UnknownName).facts["suggestion"] == ""


@pytest.mark.parametrize(
    ("source", "cure"),
    [
        ("（married）", "("),
        ("size ≥ 3", ">="),
        ("size＝3", "=="),
        ("size = 3", "=="),
        ("married && insured", "and"),
        ("married || insured", "or"),
        ("!married", "not"),
        ("household == “father”", "'"),
        ("size in [1，2]", ","),
    ],
)
def test_a_wrong_sign_is_told_with_its_column_and_cure(source, cure):
    error = refused(source, BadSyntax)
    assert source[error.facts["column"] - 1] in "（≥＝=&|!“，"
    assert error.en.endswith(f"write {cure}")
    assert error.zh.endswith(f"请写 {cure}")


@pytest.mark.parametrize(
    "source",
    [
        "", "   ", "married and", "(married", "married)", "size >", "007 < size", "size > 1e3",
        "size > 0x10", "f'a' == address", "address == 'a\\n'", "'a' 'b' == address", "married; size",
        "lambda: 1", "size[0] > 1", "[size] == size", "born_on is None", "size == None", "size ** 2 > 1",
        "size // 2 > 1", "size % 2 == 0", "size @ 2 > 0", "(a for a in selected)", "size if married",
        "min(*size)", "age_years(born_on)(1) > 0", "selected.x('a')", "size in []", "...", "await size",
        "yield", "size\x00 > 1", "household == b'a'", "not", "1 +", "size > 3 # many", "~size > 1",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(source):
    refused(source, RuleError)


@pytest.mark.parametrize(
    "source",
    [
        "size", "married and size", "not size", "size if size else married", "married > insured",
        "household < 'mother'", "address >= 'a'", "born_on > 3", "born_on > '2026-02-30'",
        "born_on - today > 3", "age_months(size) > 3", "age_months() > 3", "age_months(born_on, today) > 3",
        "days_since('2026-01-01') > 3 and size == 'a'", "married == 1", "household in [1]",
        "size in selected", "size in [size]", "size in size", "'a' in ['a', 1]", "selected == 'household'",
        "selected(household)", "known() == True", "known(size, size)", "min(size) > 1",
        "income_fen_month * income_fen_month > 1", "size / income_fen_month > 1", "-married", "-born_on",
        "round_fen(address) > 1", "min(size, address) > 1", "size + married > 1", "size + address > 1",
        "(size if married else address) == 'a'", "size / 0 > 1", "size / (2 - 2) > 1", "size / 0.0 > 1",
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(source):
    refused(source, WrongType)


def test_a_choice_needs_one_of_its_own_answers():
    error = refused("household == 'uncle'", UnknownName)
    assert "mother, father" in error.en
    assert "mother、father" in error.zh


def test_a_rule_must_give_what_is_wanted():
    assert Rule.parse("size * 100", SCHEMA, gives="money").ir.type == "integer"
    assert Rule.parse("'2026-01-01'", SCHEMA, gives="date").ir.type == "date"
    with pytest.raises(WrongType):
        Rule.parse("share * 100", SCHEMA, gives="money")
    with pytest.raises(WrongType):
        Rule.parse("married", SCHEMA, gives="integer")
    with pytest.raises(WrongType, match="a formula"):
        Rule.parse("size + 1", SCHEMA, gives="integer").decide({}, on=DAY)


def test_money_stays_money_only_while_it_is_whole_fen():
    def type_of(source: str) -> str:
        return Rule.parse(source, SCHEMA, gives="number").ir.type

    assert type_of("income_fen_month + 300") == "money"
    assert type_of("income_fen_month * 12") == "money"
    assert type_of("max(income_fen_month, 0)") == "money"
    assert type_of("income_fen_month / 2") == "number"
    assert type_of("income_fen_month * 0.5") == "number"
    assert type_of("income_fen_month / person.income_fen") == "number"
    assert type_of("round_fen(income_fen_month * 0.5)") == "money"


@pytest.mark.parametrize(
    "source",
    [
        "married and insured and " * 90 + "married",
        "(" * 21 + "married" + ")" * 21,
        "not " * 21 + "married",
        "size > " + "-" * 21 + "1",
        " + ".join(["size"] * 25) + " > 1",
        "size > 1000000000000001",
        "married or " * 200 + "married",
        "size > " + "9" * 1500,
    ],
)
def test_a_rule_that_is_too_large_is_refused_before_it_costs_anything(source):
    refused(source, OutOfBounds)


def test_just_within_the_bounds_is_fine():
    assert Rule.parse("(" * 19 + "married" + ")" * 19, SCHEMA)
    assert Rule.parse(" or ".join(["True"] * 199), SCHEMA)
    assert Rule.parse("size < 1000000000000000", SCHEMA)


def test_reading_a_rule_warns_about_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for source in ("1 is 1", "size>1or married", "'a' is address", "(1)(2)"):
            refused(source, RuleError)


def test_numbers_are_read_as_they_are_written():
    assert evaluate(Rule.parse("0.1 + 0.2", SCHEMA, gives="number"), {}, on=DAY) == Fraction(3, 10)
    assert evaluate(Rule.parse("300_000", SCHEMA, gives="money"), {}, on=DAY) == 300_000
    assert evaluate(Rule.parse("-0.25", SCHEMA, gives="number"), {}, on=DAY) == Fraction(-1, 4)


def test_a_rule_may_run_over_lines():
    rule = Rule.parse("  married\n  and insured\n", SCHEMA)
    assert rule.source == "married\n  and insured"
    assert rule.fields == ("married", "insured")


def test_rules_are_equal_when_their_text_is():
    one, other = (Rule.parse("married", SCHEMA) for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    assert one != Rule.parse("insured", SCHEMA)


@pytest.mark.parametrize(
    "name", ["birth-date", "today", "known", "1st", "a..b", "class", "收入", ""]
)
def test_a_name_no_rule_can_spell_is_refused_in_the_schema(name):
    with pytest.raises(RuleError, match="can't be a name"):
        Schema({name: FieldKind("boolean")})


def test_a_parameter_must_hold_what_it_says_and_have_its_own_name():
    with pytest.raises(RuleError, match="whole fen"):
        Param("money", (ParamValue(date(2026, 1, 1), Fraction(1, 2)),), Text("上限"))
    with pytest.raises(RuleError, match="is used twice"):
        Schema({"a": FieldKind("money")}, {"a": Param("money", ())})
    zero = Param("money", (ParamValue(date(2026, 1, 1), 0),))
    with pytest.raises(WrongType, match="divisor is zero"):
        Rule.parse("a / b > 1", Schema({"a": FieldKind("money")}, {"b": zero}))


def test_without_a_place_the_sentence_stands_alone():
    with pytest.raises(BadSyntax) as caught:
        Rule.parse("", SCHEMA)
    assert caught.value.zh == "规则是空的"
    assert caught.value.en == "the rule is empty"
