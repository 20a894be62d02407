"""Rules over several kinds of things: households and their members, derived facts, aggregates."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from minsheng.lib.texts import Text
from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Missing,
    Model,
    Reason,
    Relation,
    Rule,
    RuleError,
    Scope,
    Unknown,
    UnknownName,
    WrongFact,
    WrongType,
    evaluate,
)

ON = date(2026, 12, 1)


def derived(kind: FieldKind, rule: str) -> DerivedSource:
    return DerivedSource(kind, rule)


PERSON = Entity(
    {
        "birth": FieldKind("date", label=Text("出生日期", "date of birth")),
        "income": FieldKind("money", label=Text("月收入", "monthly income")),
        "disabled": FieldKind("boolean", label=Text("持残疾人证", "disabled")),
        "card": FieldKind("text", label=Text("卡号", "card"), hidden=True),
    },
    {
        "household": Relation("household", Text("家庭", "household")),
        "spouse": Relation("person", Text("配偶", "spouse")),
    },
    {
        "age": derived(FieldKind("integer", label=Text("周岁", "age")), "age_years(birth)"),
        "poor": derived(
            FieldKind("boolean", label=Text("低收入家庭", "low income")),
            "household.mean_income < 1000_00",
        ),
        "band": DerivedSource(
            FieldKind("integer", label=Text("档", "band")),
            table={
                "inputs": ["age"],
                "gives": "integer",
                "rows": [{"age": ">= 60", "then": 2}, {"age": "< 60", "then": 1}],
            },
        ),
    },
)
HOUSEHOLD = Entity(
    {"rural": FieldKind("boolean", label=Text("农村家庭", "rural"))},
    {"members": Relation("person", Text("家庭成员", "members"), many=True)},
    {
        "mean_income": derived(
            FieldKind("number", label=Text("人均月收入", "income per head")),
            "sum(members, income) / count(members)",
        )
    },
)
MODEL = Model.build({"person": PERSON, "household": HOUSEHOLD})


def rule(text: str, entity: str = "person") -> Rule:
    return Rule.parse(text, MODEL.schema(entity))


def formula(text: str, facts: dict[str, object], entity: str = "household") -> object:
    for gives in ("integer", "money", "number", "date"):
        try:
            read = Rule.parse(text, MODEL.schema(entity), gives=gives)  # type: ignore[arg-type]
        except WrongType:
            continue
        return evaluate(read, facts, on=ON)
    raise AssertionError(text)


def home(*members: dict[str, object], **facts: object) -> dict[str, object]:
    return {"members": list(members), **facts}


def test_a_value_over_there_is_named_with_the_way_to_it() -> None:
    facts = {"household": {"rural": True}}
    assert rule("household.rural").decide(facts, on=ON).value is True
    assert rule("household.rural").fields == ("household", "household.rural")


def test_what_is_unknown_over_there_is_named_with_the_way_to_it() -> None:
    said = rule("household.rural").decide({"household": {"rural": Unknown()}}, on=ON)
    assert said.missing == {Missing("household.rural", Reason.NOT_ASKED)}
    said = rule("household.rural").decide({}, on=ON)
    assert said.missing == {Missing("household", Reason.NOT_ASKED)}


def test_no_spouse_is_known_and_an_unknown_spouse_is_not() -> None:
    asks = rule("any(spouse, disabled)")
    assert asks.decide({"spouse": []}, on=ON).value is False
    assert asks.decide({"spouse": {}}, on=ON).value is False
    assert asks.decide({}, on=ON).value is None
    assert rule("any(spouse)").decide({"spouse": {"disabled": None}}, on=ON).value is True
    silent = Unknown.of("spouse", Reason.REGISTER_SILENT)
    assert asks.decide({"spouse": silent}, on=ON).missing == silent.missing


def test_the_value_of_nobody_is_unknown_and_says_so() -> None:
    said = rule("spouse.disabled").decide({"spouse": []}, on=ON)
    assert said.missing == {Missing("spouse", Reason.REGISTER_NONE)}


TRUTHS = (True, False, None)


@pytest.mark.parametrize("truths", list(product(TRUTHS, repeat=3)))
def test_any_all_and_count_are_kleene(truths: tuple[bool | None, ...]) -> None:
    family = home(*({"disabled": truth} for truth in truths))
    wanted_any = True if True in truths else None if None in truths else False
    wanted_all = False if False in truths else None if None in truths else True
    assert rule("any(members, disabled)", "household").decide(family, on=ON).value is wanted_any
    assert rule("all(members, disabled)", "household").decide(family, on=ON).value is wanted_all
    counted = formula("count(members, disabled)", family)
    if None in truths:
        assert isinstance(counted, Unknown)
        assert {one.field for one in counted.missing} == {
            f"members[{place}].disabled" for place, truth in enumerate(truths) if truth is None
        }
    else:
        assert counted == truths.count(True)


def test_a_sum_with_one_unknown_is_unknown() -> None:
    family = home({"income": 100}, {"income": None})
    assert isinstance(formula("sum(members, income)", family), Unknown)
    assert formula("sum(members, income)", home({"income": 100}, {"income": 50})) == 150
    assert formula("sum(members, income)", home()) == 0


def test_a_sum_leaves_out_what_does_not_count_and_keeps_what_may() -> None:
    text = "sum(members, income, disabled)"
    assert (
        formula(text, home({"income": None, "disabled": False}, {"income": 5, "disabled": True}))
        == 5
    )
    assert isinstance(formula(text, home({"income": 5, "disabled": None})), Unknown)
    assert formula(text, home({"income": 0, "disabled": None})) == 0


def test_the_highest_of_nothing_is_unusable() -> None:
    text = "highest(members, income)"
    nothing = formula(text, home())
    assert isinstance(nothing, Unknown)
    assert {one.reason for one in nothing.missing} == {Reason.UNUSABLE}
    assert formula(text, home({"income": 7}, {"income": 9})) == 9
    assert formula("lowest(members, birth)", home({"birth": "2020-05-01"})) == date(2020, 5, 1)


def test_a_derived_fact_is_exact_and_computed_once() -> None:
    family = home({"income": 100}, {"income": 101}, {"income": 101})
    assert formula("mean_income", family) == Fraction(302, 3)
    scope = Scope({"household": family})
    evaluate(rule("poor and poor and household.mean_income > 5"), scope, on=ON)
    there = scope.along("household")
    assert isinstance(there, tuple)
    assert set(there[0].computed) == {("mean_income", ON)}


def test_a_derived_table_is_an_ordinary_fact() -> None:
    assert rule("band == 2").decide({"birth": "1960-01-01"}, on=ON).value is True
    assert rule("band == 2").decide({"birth": "1990-01-01"}, on=ON).value is False


def test_a_derived_fact_that_rests_on_itself_is_refused_with_its_way() -> None:
    loop = Entity(
        {},
        {},
        {
            "a": derived(FieldKind("integer"), "b + 1"),
            "b": derived(FieldKind("integer"), "a + 1"),
        },
    )
    with pytest.raises(WrongType, match="rests on itself: a → b → a"):
        Model.build({"loop": loop})


def test_a_derived_fact_that_doubles_at_every_step_is_refused() -> None:
    steps = {f"s{n}": derived(FieldKind("integer"), f"s{n - 1} + s{n - 1}") for n in range(1, 40)}
    entity = Entity({"s0": FieldKind("integer")}, {}, steps)
    with pytest.raises(WrongType, match="too large"):
        Model.build({"big": entity})


def test_a_relation_must_lead_to_something() -> None:
    with pytest.raises(WrongType, match="'ghost'"):
        Model.build({"person": Entity({}, {"friend": Relation("ghost")})})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("household.members.income > 3", "are several"),
        ("household", "by itself has no value"),
        ("any(household.membres, disabled)", "did you mean 'members'"),
        ("any()", "begins with a relation"),
        ("sum(household.members) > 3", "takes 1–2 formulas"),
        ("sum(household.members, disabled) > 3", "takes a number"),
        ("any(household.members, income)", "takes “|takes yes or no"),
        ("all(household.members)", "takes 1 formulas"),
        ("household.rurla", "did you mean"),
        ("any(household.members, household.members)", "write count"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rule(text)


def test_names_inside_an_aggregate_are_those_of_the_other_side() -> None:
    with pytest.raises(UnknownName, match="'rural' in 'person'"):
        rule("any(household.members, rural)")
    assert rule("any(household.members, any(spouse, disabled))").fields[-1] == (
        "household.members[].spouse[].disabled"
    )


def test_something_else_than_a_mapping_is_refused() -> None:
    with pytest.raises(WrongFact):
        rule("household.rural").decide({"household": 3}, on=ON)
    with pytest.raises(WrongFact):
        rule("any(spouse, disabled)").decide({"spouse": ["x"]}, on=ON)


def test_an_explanation_goes_down_into_derived_facts() -> None:
    facts = {"household": home({"income": 90_000}, {"income": 0})}
    told = rule("poor").explain(facts, on=ON)
    assert [(line.depth, line.text.zh, line.value) for line in told.lines] == [
        (0, "“低收入家庭”：是", True),
        (1, "“人均月收入”不到 1,000.00 元", True),
    ]
    assert "人均月收入：450.00 元" in told.lines[1].evidence.zh
    assert "“家庭成员”的“月收入”合计：900.00 元" in told.lines[1].evidence.zh


def test_missing_facts_of_several_are_counted_out() -> None:
    facts = {"household": home({"income": 90_000}, {"income": None})}
    told = rule("poor").explain(facts, on=ON)
    assert told.conclusion.zh == "还定不了，缺：第 2 个家庭成员的月收入（还没问）。"
    assert (
        told.conclusion.en
        == "Can't tell yet. Missing: monthly income of members no. 2 (not asked yet)."
    )


def test_nobody_counts_a_spouse() -> None:
    told = rule("any(spouse, disabled)").explain({"spouse": {"disabled": Unknown()}}, on=ON)
    assert told.conclusion.zh == "还定不了，缺：配偶的持残疾人证（还没问）。"


def test_hidden_values_of_others_stay_hidden() -> None:
    facts = {"household": home({"card": "6222000011112222"})}
    told = rule("any(household.members, card == '6222000011112222')").explain(facts, on=ON)
    whole = " ".join(line.text.zh + line.evidence.zh for line in told.lines)
    assert "已经知道" in whole
    shown = [line.evidence.zh + line.evidence.to("en") for line in told.lines]
    assert not any("6222" in text for text in shown)
