"""A small world for the tests of rules: one schema, random rules over it, random facts."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Missing, Param, ParamValue, Reason, Schema, Unknown

DAY = date(2026, 4, 1)

SCHEMA = Schema(
    {
        "born_on": FieldKind("date", label=Text("孩子出生日期", "Child's date of birth")),
        "household": FieldKind(
            "choice",
            ("mother", "father"),
            Text("孩子的户口跟谁", "Whose household the child joins"),
            (Text("跟母亲", "the mother's"), Text("跟父亲", "the father's")),
        ),
        "income_fen_month": FieldKind("money", label=Text("家庭月收入", "Monthly income")),
        "size": FieldKind(
            "integer", label=Text("家庭人口", "Household size"), unit=Text("人", "people")
        ),
        "married": FieldKind("boolean", label=Text("父母已登记结婚", "The parents are married")),
        "insured": FieldKind("boolean", label=Text("在本区参保", "Insured in the district")),
        "share": FieldKind("number", label=Text("比例", "Share")),
        "address": FieldKind("text", label=Text("户口地址", "Registered address")),
        "number": FieldKind("text", label=Text("公民身份号码", "Citizen number"), hidden=True),
        "selected": FieldKind(
            "set",
            ("birth_certificate", "household"),
            Text("选办的事项", "Chosen items"),
            (Text("出生医学证明", "Birth certificate"), Text("出生户口登记", "Household entry")),
        ),
        "person.income_fen": FieldKind("money", label=Text("本人收入", "Own income")),
    },
    {
        "ceiling": Param(
            "money",
            (
                ParamValue(date(2026, 1, 1), 120_000, source=Text("demo"), mark="L"),
                ParamValue(date(2027, 1, 1), 130_000, source=Text("demo"), mark="L"),
            ),
            Text("人均收入上限", "Ceiling of income per head"),
        )
    },
)

days = st.dates(DAY - timedelta(days=3000), DAY - timedelta(days=1))
values = {
    "born_on": days,
    "household": st.sampled_from(["mother", "father"]),
    "income_fen_month": st.integers(0, 400_000),
    "size": st.integers(-2, 6),
    "married": st.booleans(),
    "insured": st.booleans(),
    "share": st.fractions(Fraction(-3), Fraction(3), max_denominator=8),
    "address": st.sampled_from(["", "喆路1号"]),
    "selected": st.frozensets(st.sampled_from(["birth_certificate", "household"])),
}


@st.composite
def whole_facts(draw: st.DrawFn) -> dict[str, object]:
    """Facts in which nothing is missing."""
    return {name: draw(value) for name, value in values.items()}


@st.composite
def part_facts(draw: st.DrawFn) -> dict[str, object]:
    """Facts in which some are missing, each in one of the ways facts are missing."""
    facts: dict[str, object] = {}
    for name, value in values.items():
        match draw(st.sampled_from(["known", "known", "absent", "none", "unknown"])):
            case "known":
                facts[name] = draw(value)
            case "none":
                facts[name] = None
            case "unknown":
                reason = draw(st.sampled_from([r for r in Reason if r is not Reason.UNUSABLE]))
                facts[name] = Unknown(frozenset({Missing(name, reason)}))
    return facts


_whole = st.sampled_from(["size", "1", "3", "0", "-2", "age_years(born_on)", "age_months(born_on)"])
_number = st.sampled_from(
    ["size", "share", "2", "0.5", "-1.25", "7", "days_since(born_on)",
     "months_between(born_on, '2024-02-29')", "months_between(born_on, today)"]
)  # fmt: skip


def _sums(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("min({}, {})".format, inner, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("abs({})".format, inner),
        st.builds("-({})".format, inner),
        st.builds("({} if {} else {})".format, inner, _plain, inner),
    )


_plain = st.one_of(
    st.sampled_from(
        [
            "married", "insured", "True", "household == 'father'", "household != 'mother'",
            "household in ['father', 'mother']", "selected('household')", "address != ''",
            "'birth_certificate' in selected", "born_on >= '2023-06-01'", "born_on < today",
            "size in [1, 2, 3]", "income_fen_month <= ceiling", "not married",
            "married == insured",
        ]
    ),
    st.builds(
        "{} {} {}".format, _whole, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _whole
    ),
)  # fmt: skip
numbers = st.recursive(_number, _sums, max_leaves=4)
_leaf = st.one_of(
    _plain,
    st.builds(
        "{} {} {}".format, numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers
    ),
    st.builds("{} < {} <= {}".format, _number, _number, _number),
)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
    )


conditions = st.recursive(_leaf, _joined, max_leaves=6)
"""The source of conditions without known(), the one function that isn't monotone."""
