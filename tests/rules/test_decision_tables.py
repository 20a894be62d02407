"""Decision tables: read, proved, decided, explained."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.rule_world import DAY, SCHEMA

from minsheng.rules import (
    BadTable,
    DecisionTable,
    Missing,
    Reason,
    RuleError,
    Unknown,
    UnknownName,
    Where,
    evaluate,
    gaps,
)

HERE = Where("packs/policies/x/policy.yaml", 3, "amount")
ALLOWANCE = """
inputs: {age: age_years(born_on), who: household}
gives: money
rows:
  - {age: ">= 80", who: father, then: 30000}
  - {age: 60..79, then: round_fen(income_fen_month * 0.5)}
  - {age: "< 60", then: 0}
  - {age: ">= 80", who: mother, then: 10000}
"""


def table(text: str) -> DecisionTable:
    source = yaml.safe_load(text)
    assert isinstance(source, Mapping)
    return DecisionTable.parse(source, SCHEMA, at=HERE)


def refused(text: str, kind: type[RuleError] = BadTable) -> RuleError:
    with pytest.raises(kind) as caught:
        table(text)
    assert caught.value.en.startswith("packs/policies/x/policy.yaml:3: ")
    assert caught.value.zh.startswith("第3行：")
    return caught.value


def test_the_row_that_applies_gives_the_outcome():
    allowance = table(ALLOWANCE)
    old = allowance.decide({"born_on": "1940-01-01", "household": "father"}, on=DAY)
    assert (old.value, old.rows) == (30000, (1,))
    half = allowance.decide({"born_on": "1960-01-01", "income_fen_month": 333}, on=DAY)
    assert (half.value, half.rows) == (167, (2,))
    assert allowance.gives == "money"
    assert allowance.fields == ("born_on", "household", "income_fen_month")


def test_an_open_row_leaves_the_outcome_open_and_says_what_is_missing():
    outcome = table(ALLOWANCE).decide({"born_on": "1940-01-01"}, on=DAY)
    assert outcome.value is None
    assert outcome.rows == (1, 4)
    assert outcome.missing == {Missing("household", Reason.NOT_ASKED)}


def test_open_rows_with_one_outcome_settle_it():
    same = table("""
      inputs: [size, married]
      rows:
        - {size: "< 3", married: true, then: low}
        - {size: "< 3", married: false, then: low}
        - {size: ">= 3", then: high}
    """)
    assert same.decide({"size": 2}, on=DAY).value == "low"
    assert same.decide({"married": True}, on=DAY).value is None


def test_a_table_is_explained_row_by_row():
    told = table(ALLOWANCE).explain({"born_on": "1960-01-01", "income_fen_month": 333}, on=DAY)
    assert told.conclusion.zh == "按第 2 行：1.67 元。"
    assert told.conclusion.en == "By row 2: 1.67 yuan."
    heads = [(line.text.zh, line.value, line.matters) for line in told.lines if line.depth == 0]
    assert heads == [("第 1 行", False, False), ("第 2 行", True, True)]
    open_ended = table(ALLOWANCE).explain({"born_on": "1940-01-01"}, on=DAY)
    assert open_ended.conclusion.zh == "还定不了，可能是第 1、4 行。缺：孩子的户口跟谁（还没问）。"


def test_otherwise_catches_what_no_row_meets():
    caught = table("inputs: [size]\nrows: [{size: 1..3, then: few}]\notherwise: many")
    outcome = caught.decide({"size": 9}, on=DAY)
    assert (outcome.value, outcome.rows) == ("many", ())
    assert caught.explain({"size": 9}, on=DAY).conclusion.zh == "没有一行适用：“many”。"


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("inputs: [size]\nrows: [{size: 1..3, then: 1}, {size: '>= 5', then: 2}]", "size is 0 people"),
        ("inputs: [size]\nrows: [{size: '<= 3', then: 1}, {size: '>= 5', then: 2}]", "size is 4 people"),
        ("inputs: [share]\nrows: [{share: '<= 0.5', then: 1}, {share: '> 0.6', then: 2}]", "share is 0.55"),
        (
            "inputs: [born_on]\nrows: [{born_on: '>= 2026-01-01', then: 1}, {born_on: '< 2025-12-31', then: 2}]",
            "born_on is 2025-12-31",
        ),
        ("inputs: [address]\nrows: [{address: a, then: 1}]", "address is anything else"),
        (
            "inputs: [household, married]\nrows: [{household: mother, then: 1}, {household: father, married: true, then: 2}]",
            "household is “the father's”, married is no",
        ),
        ("inputs: {n: age_years(born_on)}\nrows: [{n: '>= 1', then: 1}]", "n is 0"),
    ],
)  # fmt: skip
def test_a_gap_is_shown_by_a_case_that_falls_into_it(text, case):
    error = refused(text)
    assert f"no row applies when {case};" in error.en
    assert "没有一行管到" in error.zh


@pytest.mark.parametrize(
    "text",
    [
        "inputs: [size]\nrows: [{size: '<= 3', then: 1}, {size: '>= 4', then: 2}]",
        "inputs: [share]\nrows: [{share: '<= 0.5', then: 1}, {share: '> 0.5', then: 2}]",
        "inputs: [born_on]\nrows: [{born_on: '>= 2026-01-01', then: 1}, {born_on: '<= 2025-12-31', then: 2}]",
        "inputs: [address]\nrows: [{address: a, then: 1}, {address: '!= a', then: 2}]",
        "inputs: [household]\nrows: [{household: [mother, father], then: 1}]",
        "inputs: [married]\nrows: [{married: [true, false], then: 1}]",
        "inputs: {n: age_years(born_on)}\nrows: [{n: '>= 0', then: 1}]",
        "inputs: [size]\nrows: [{size: '-', then: 1}]",
    ],
)
def test_a_complete_table_needs_no_otherwise(text):
    assert table(text).rows


def test_two_rows_for_one_case_are_refused_where_only_one_may_be():
    overlapping = "inputs: [size]\nhit: {hit}\nrows: [{{size: 1..3, then: 1}}, {{size: '>= 3', then: 2}}]\notherwise: 0"
    error = refused(overlapping.format(hit="unique"))
    assert "rows 1 and 2 both apply when size is 3 people" in error.en
    assert table(overlapping.format(hit="first")).decide({"size": 3}, on=DAY).value == 1


@pytest.mark.parametrize(
    "rows",
    [
        "[{size: '>= 1', then: 1}, {size: 3..4, then: 2}]",
        "[{size: '<= 3', then: 1}, {size: '> 1', then: 2}, {married: true, then: 3}]",
    ],
)
def test_a_row_that_never_applies_is_refused(rows):
    error = refused(f"inputs: [size, married]\nrows: {rows}\notherwise: 0")
    assert "never applies" in error.en
    assert "永远用不到" in error.zh


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("input: [size]\nrows: [{size: 1, then: 1}]", "inputs"),
        ("inputs: [siez]\nrows: [{siez: 1, then: 1}]", "size"),
        ("inputs: [size]\nrows: [{siez: 1, then: 1}]", "size"),
        ("inputs: [size]\nrows: [{size: 1, than: 1}]", "then"),
        ("inputs: [household]\nrows: [{household: mothr, then: 1}]", "mother"),
        ("inputs: [size]\ngives: mony\nrows: [{size: 1, then: 1}]", "money"),
    ],
)
def test_a_wrong_word_in_a_table_gets_a_suggestion(text, suggestion):
    assert refused(text, UnknownName).facts["suggestion"] == suggestion


@pytest.mark.parametrize(
    "text",
    [
        "rows: [{then: 1}]",
        "inputs: [size]",
        "inputs: [size]\nrows: []",
        "inputs: [size]\nrows: [1]",
        "inputs: [size]\nrows: {size: 1}",
        "inputs: [size]\nhit: best\nrows: [{then: 1}]",
        "inputs: [size]\nrows: [{size: 1}]\notherwise: 0",
        "inputs: [size]\nrows: [{size: 1.5, then: 1}]\notherwise: 0",
        "inputs: [size]\nrows: [{size: 3..1, then: 1}]\notherwise: 0",
        "inputs: [size]\nrows: [{size: [], then: 1}]\notherwise: 0",
        "inputs: [household]\nrows: [{household: '< mother', then: 1}]\notherwise: 0",
        "inputs: [married]\nrows: [{married: 'maybe', then: 1}]\notherwise: 0",
        "inputs: [selected]\nrows: [{then: 1}]",
        "inputs: [size]\ngives: money\nrows: [{then: 1.5}]",
        "inputs: [size]\ngives: text\nrows: [{then: 1}]",
        "inputs: [size]\nrows: [{then: 1}, {then: b}]",
    ],
)
def test_a_table_that_cannot_be_read_is_refused(text):
    refused(text, RuleError)


def test_an_error_names_the_cell_it_is_about():
    assert refused("inputs: [size]\nrows: [{size: 1.5, then: 1}]").field == "amount.rows.1.size"


def test_a_table_beyond_proof_is_refused(monkeypatch):
    monkeypatch.setattr(gaps, "STEP_BOUND", 20)
    assert "too large to prove" in refused(ALLOWANCE).en


def test_a_long_table_is_proved_and_decided():
    rows = [{"size": n, "married": half, "then": n} for n in range(499) for half in (True, False)]
    long = DecisionTable.parse(
        {"inputs": ["size", "married"], "rows": rows, "otherwise": -1}, SCHEMA
    )
    assert long.decide({"size": 498, "married": False}, on=DAY).value == 498
    assert long.decide({"size": 498}, on=DAY).rows == (997, 998)
    assert long.decide({"size": 499}, on=DAY).value == -1


def test_a_table_survives_pickling():
    allowance = table(ALLOWANCE)
    assert pickle.loads(pickle.dumps(allowance)) == allowance


@st.composite
def small_tables(draw: st.DrawFn) -> dict[str, object]:
    number = st.integers(-2, 5)
    cells = st.one_of(
        st.just("-"),
        number,
        st.lists(number, min_size=1, max_size=3),
        st.builds("{} {}".format, st.sampled_from([">=", "<=", ">", "<", "!=", "=="]), number),
        st.builds(lambda a, b: f"{min(a, b)}..{max(a, b)}", number, number),
    )
    married = st.sampled_from(["-", True, False])
    row = st.fixed_dictionaries({"size": cells, "married": married, "then": st.integers(0, 3)})
    form: dict[str, object] = {
        "inputs": ["size", "married"],
        "hit": draw(st.sampled_from(["first", "unique"])),
        "rows": draw(st.lists(row, min_size=1, max_size=5)),
    }
    if draw(st.booleans()):
        form["otherwise"] = 9
    return form


def fits(cell: object, value: object) -> bool:
    """Whether a value fits a cell, read a second time, by other means."""
    if cell == "-":
        return True
    if isinstance(cell, list):
        return value in cell
    if isinstance(cell, str) and ".." in cell:
        low, high = map(int, cell.split(".."))
        return low <= value <= high
    if isinstance(cell, str):
        return bool(eval(f"{value} {cell}"))
    return value == cell


def rows_for(form: dict[str, object], size: int, married: bool) -> list[dict[str, object]]:
    return [
        row for row in form["rows"] if fits(row["size"], size) and fits(row["married"], married)
    ]


GRID = [(size, married) for size in range(-5, 9) for married in (True, False)]


@settings(deadline=None, max_examples=300)
@given(small_tables())
def test_the_proof_agrees_with_trying_every_case(form):
    hits = {case: rows_for(form, *case) for case in GRID}
    firsts = [form["rows"].index(rows[0]) for rows in hits.values() if rows]
    is_complete = "otherwise" in form or all(hits.values())
    has_overlap = form["hit"] == "unique" and any(len(rows) > 1 for rows in hits.values())
    is_all_used = all(
        any(rows and rows[0] is row for rows in hits.values()) for row in form["rows"]
    )
    try:
        proved = DecisionTable.parse(form, SCHEMA)
    except BadTable:
        assert not (is_complete and is_all_used and not has_overlap)
        return
    assert is_complete
    assert is_all_used
    assert not has_overlap
    assert firsts
    for (size, married), rows in hits.items():
        outcome = proved.decide({"size": size, "married": married}, on=DAY)
        assert outcome.value == (rows[0]["then"] if rows else 9)
        assert outcome.rows == ((form["rows"].index(rows[0]) + 1,) if rows else ())


@settings(deadline=None, max_examples=200)
@given(small_tables(), st.booleans(), st.integers(-5, 8), st.booleans())
def test_settling_an_unknown_never_changes_an_outcome_that_was_known(form, by_size, size, married):
    try:
        proved = DecisionTable.parse(form, SCHEMA)
    except BadTable:
        return
    part = {"size": size} if by_size else {"married": married}
    before = proved.decide(part, on=DAY)
    after = proved.decide({"size": size, "married": married}, on=DAY)
    assert before.value is None or before.value == after.value
    assert set(after.rows) <= set(before.rows)
    value = evaluate(proved.ir, part, on=DAY)
    assert isinstance(value, Unknown) == (before.value is None)


def test_a_date_in_a_cell_may_be_yaml_date_or_text():
    both = table(
        "inputs: [born_on]\nrows: [{born_on: 2026-01-01, then: 1}, "
        "{born_on: '2026-01-02', then: 2}]\notherwise: 0"
    )
    assert both.decide({"born_on": date(2026, 1, 1)}, on=DAY).value == 1
    assert both.decide({"born_on": "2026-01-02"}, on=DAY).value == 2


def test_the_table_on_the_language_page_is_a_sound_table():
    page = (Path(__file__).parents[2] / "docs/engines/rules.md").read_text(encoding="utf-8")
    form = next(part for part in page.split("```") if part.startswith("yaml\ninputs:"))
    shown = table(form.removeprefix("yaml"))
    assert shown.decide({"born_on": "1940-01-01", "household": "mother"}, on=DAY).value == 10_000
