"""Laws that hold for every rule and all facts, tried on random ones."""

from __future__ import annotations

import ast
import pickle
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.rules.rule_world import (
    DAY,
    SCHEMA,
    conditions,
    numbers,
    part_facts,
    values,
    whole_facts,
)

from minsheng.lib.periods import age_in_months, age_in_years, months_between
from minsheng.rules import Reason, Rule, RuleError, Unknown, evaluate
from minsheng.rules.explain import told_straight
from minsheng.rules.ir import walk

calm = settings(deadline=None)  # a loaded machine is slow, not wrong
THREE = [True, False, None]


def parsed(source: str, gives: str = "boolean") -> Rule:
    try:
        return Rule.parse(source, SCHEMA, gives=gives)
    except RuleError as error:
        assume("divisor is zero" not in error.en)  # a constant zero divisor is refused, rightly
        raise


def kleene(source: str, a: bool | None, b: bool | None = None) -> bool | None:
    facts = {"married": a, "insured": b}
    return Rule.parse(source, SCHEMA).decide(facts, on=DAY).value


@pytest.mark.parametrize(("a", "b"), list(product(THREE, THREE)))
def test_and_or_not_follow_kleenes_tables(a, b):
    worst = {(True, True): True}.get((a, b), False if False in (a, b) else None)
    best = {(False, False): False}.get((a, b), True if True in (a, b) else None)
    assert kleene("married and insured", a, b) is worst
    assert kleene("married or insured", a, b) is best
    assert kleene("not married", a) is (None if a is None else not a)


@calm
@given(conditions, conditions, part_facts())
def test_kleene_laws_hold_for_whole_conditions(a, b, facts):
    def decide(source: str) -> bool | None:
        try:
            return parsed(source).decide(facts, on=DAY).value
        except RuleError as error:
            assume("rules.bounds" not in error.code)
            raise

    assert decide(f"({a}) and ({b})") is decide(f"({b}) and ({a})")
    assert decide(f"({a}) or ({b})") is decide(f"({b}) or ({a})")
    assert decide(f"not (({a}) and ({b}))") is decide(f"not ({a}) or not ({b})")
    assert decide(f"not (({a}) or ({b}))") is decide(f"not ({a}) and not ({b})")
    assert decide(f"not not ({a})") is decide(a)
    assert decide(f"({a}) or (({a}) and ({b}))") is decide(a)
    assert decide(f"({a}) and (({a}) or ({b}))") is decide(a)


@calm
@given(conditions, part_facts(), st.data())
def test_settling_an_unknown_never_turns_a_verdict_round(source, facts, data):
    rule = parsed(source)
    before = rule.decide(facts, on=DAY).value
    assume(before is not None)
    for name in rule.fields:
        if facts.get(name) is None or isinstance(facts[name], Unknown):
            facts[name] = data.draw(values[name])
    assert rule.decide(facts, on=DAY).value is before


@calm
@given(conditions, part_facts(), st.data())
def test_the_missing_facts_are_all_that_is_needed(source, facts, data):
    rule = parsed(source)
    verdict = rule.decide(facts, on=DAY)
    for name in verdict.fields & set(values):
        if facts.get(name) is None or isinstance(facts[name], Unknown):
            facts[name] = data.draw(values[name])
    after = rule.decide(facts, on=DAY)
    assert all(missing.reason is Reason.UNUSABLE for missing in after.missing)


@calm
@given(conditions, part_facts(), st.data())
def test_facts_left_out_of_the_missing_ones_cannot_matter(source, facts, data):
    rule = parsed(source)
    verdict = rule.decide(facts, on=DAY)
    assume(verdict.value is None)
    for name in set(rule.fields) - verdict.fields:
        if facts.get(name) is None or isinstance(facts[name], Unknown):
            facts[name] = data.draw(values[name])
    assert rule.decide(facts, on=DAY) == verdict


class Exact(ast.NodeTransformer):
    """Turns every written number into an exact fraction."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool | str):
            return node
        exact = ast.Call(ast.Name("Fraction", ast.Load()), [ast.Constant(str(node.value))], [])
        return ast.copy_location(exact, node)


class Chosen(frozenset):
    """The chosen items, which a rule asks like a function."""

    def __call__(self, key: str) -> bool:
        return key in self


class Day(date):
    """A date that also compares with the text of one, as the language allows."""

    def __ge__(self, other: object) -> bool:
        return super().__ge__(date.fromisoformat(other) if isinstance(other, str) else other)


def by_python(source: str, facts: dict[str, object]) -> object:
    """What Python makes of the same text, exactly; None where it divides by zero."""
    tree = ast.fix_missing_locations(Exact().visit(ast.parse(source, mode="eval")))
    born_on = facts["born_on"]
    names = {
        **facts,
        "Fraction": Fraction,
        "born_on": Day(born_on.year, born_on.month, born_on.day),
        "selected": Chosen(facts["selected"]),
        "today": DAY,
        "ceiling": 120_000,
        "age_years": lambda day: age_in_years(day, DAY),
        "age_months": lambda day: age_in_months(day, DAY),
        "days_since": lambda day: (DAY - day).days,
        "months_between": lambda first, until: months_between(_day(first), _day(until)),
    }
    # Whole facts are fractions too, or Python would divide them into floats.
    names |= {key: Fraction(names[key]) for key in ("size", "share", "income_fen_month")}
    names |= {
        key: _exactly(names[key])
        for key in ("age_years", "age_months", "days_since", "months_between")
    }
    try:
        return eval(compile(tree, "rule", "eval"), {}, names)
    except ZeroDivisionError:
        return None


def _exactly(function):
    return lambda *days: Fraction(function(*days))


def _day(written: object) -> date:
    return date.fromisoformat(written) if isinstance(written, str) else written


@calm
@given(conditions, whole_facts())
def test_with_all_facts_known_the_verdict_is_pythons(source, facts):
    expected = by_python(source, facts)
    assume(expected is not None)
    assert parsed(source).decide(facts, on=DAY).value is expected


@calm
@given(numbers, whole_facts())
def test_with_all_facts_known_sums_are_exactly_pythons(source, facts):
    exact = by_python(source, facts)
    assume(exact is not None)
    found = evaluate(parsed(source, gives="number"), facts, on=DAY)
    assert found == exact
    assert not isinstance(found, float)


@calm
@given(conditions, part_facts())
def test_moving_every_not_inward_changes_no_verdict(source, facts):
    rule = parsed(source)
    assert evaluate(told_straight(rule.ir), facts, on=DAY) == evaluate(rule, facts, on=DAY)


@calm
@given(conditions, part_facts())
def test_every_verdict_can_be_explained_in_both_languages(source, facts):
    rule = parsed(source)
    told = rule.explain(facts, on=DAY)
    assert told.verdict == rule.decide(facts, on=DAY)
    assert told.lines
    for text in (told.conclusion, *(line.text for line in told.lines)):
        assert text.zh
        assert text.en
        assert "{" not in text.zh + text.en
    for line in told.lines:
        assert bool(line.evidence.zh) == bool(line.evidence.en)


@calm
@given(conditions)
def test_a_rule_survives_pickling(source):
    rule = parsed(source)
    copy = pickle.loads(pickle.dumps(rule))
    assert copy == rule
    assert copy.ir == rule.ir
    assert hash(copy) == hash(rule)


_bits = st.sampled_from(
    ["married", "size", "(", ")", "[", "]", ",", " and ", " or ", " not ", " if ", " else ", "'a'",
     "==", "<", "1", "0", ".", "-", "*", "/", " in ", "age_years", "selected", "known", "（", "=",
     "lambda", " is ", "None", "today", "''", "\\", "\n", "#", ":", "喆", "1e9", "0x1", "f'", "~"]
)  # fmt: skip


@calm
@given(st.one_of(st.text(max_size=60), st.lists(_bits, max_size=40).map("".join)))
@example("(" * 500)
@example("-" * 1999)
@example("not " * 400 + "married")
@example("married and " * 160 + "married")
@example("0 < " * 400 + "size")
@example("1" * 1999)
@example("size" + ".a" * 600)
@example("'" + "喆" * 1990 + "'")
@example("min(" * 19 + "1, 2" + ")" * 19)
@example("\x00")
@example("a\ufeffb")
@example("married if married else " * 80 + "married")
def test_any_text_is_either_a_rule_or_refused_with_a_sentence(source):
    try:
        rule = Rule.parse(source, SCHEMA)
    except RuleError as error:
        assert error.zh
        assert error.en
        assert len(error.en) < 600
    else:
        assert sum(1 for _ in walk(rule.ir)) <= 200
        rule.explain({}, on=DAY)
