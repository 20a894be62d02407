"""The interview: what settles most comes next, nothing is asked that can't matter any more."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest
from benchmarks.policy_flips import MODEL, ON
from benchmarks.policy_interview import compare
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.policies.interview import (
    Question,
    Questions,
    Session,
    Subject,
    interview,
    standing,
)
from minsheng.lib.errors import WrongInput
from minsheng.rules import FieldKind, Reason, Rule, Schema, Scope, WrongFact

NAMES = ("a", "b", "c", "d", "e")
SMALL = Schema({name: FieldKind("boolean") for name in NAMES} | {"n": FieldKind("integer")})
ALL: Questions = {name: Question() for name in (*NAMES, "n")}


def subject(name: str, text: str, amount: str = "", schema: Schema = SMALL) -> Subject:
    paid = Rule.parse(amount, schema, gives="money") if amount else None
    return Subject(name, Rule.parse(text, schema), paid)


def about(text: str) -> Subject:
    return subject(text[:20], text, schema=MODEL.schema("person"))


def session(*texts: str, questions: Questions = ALL, **facts: Any) -> Session:
    subjects = [subject(f"p{number}", text) for number, text in enumerate(texts)]
    return interview(subjects, facts, questions, on=ON)


def asked(start: Session, truth: dict[str, Any], refused: frozenset[str] = frozenset()) -> Session:
    while (question := start.next_question()) is not None:
        if question.path in refused:
            start = start.refuse(question.path)
        else:
            start = start.answer(question.path, truth[question.path])
    return start


def verdicts(one: Session) -> list[bool | None]:
    return [standing.eligible for standing in one.standings()]


_leaf = st.sampled_from([*NAMES, *(f"not {name}" for name in NAMES), "n > 2", "n == 5", "a == b"])
_conditions = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, _leaf, inner),
    ),
    max_leaves=6,
)
_rules = st.lists(_conditions, min_size=1, max_size=4)
_truths = st.fixed_dictionaries(
    {**{name: st.booleans() for name in NAMES}, "n": st.sampled_from([-1, 0, 2, 3, 5, 9])}
)
_refused = st.frozensets(st.sampled_from([*NAMES, "n"]), max_size=3)


def can_matter(start: Session, path: str) -> bool:
    """Whether, with some answers to all else, a policy is open and this one answer settles it."""
    known = dict(start.facts)
    open_facts = [name for name in ALL if known.get(name) is None and name != path]
    for way in product(*(_answers(name) for name in open_facts)):
        facts = {**known, **dict(zip(open_facts, way, strict=True))}
        for one in start.subjects:
            if is_settled(one, {**facts, path: None}):
                continue
            if any(is_settled(one, {**facts, path: value}) for value in _answers(path)):
                return True
    return False


def _answers(name: str) -> list[Any]:
    return [-1, 0, 2, 3, 5, 9] if name == "n" else [True, False]


def is_settled(one: Subject, facts: dict[str, Any]) -> bool:
    return standing(one, Scope(facts), on=ON).is_settled


@settings(max_examples=80)
@given(_rules, _truths, _refused)
def test_nothing_is_asked_that_can_change_no_verdict(
    texts: list[str], truth: dict[str, Any], refused: frozenset[str]
) -> None:
    one = session(*texts)
    while (question := one.next_question()) is not None:
        assert can_matter(one, question.path)
        assert question.path not in one.asked
        refuses = question.path in refused
        one = one.refuse(question.path) if refuses else one.answer(
            question.path, truth[question.path]
        )  # fmt: skip


@settings(max_examples=80)
@given(_rules, _truths, _refused)
def test_at_the_end_what_is_open_is_open_through_refusals_alone(
    texts: list[str], truth: dict[str, Any], refused: frozenset[str]
) -> None:
    end = asked(session(*texts), truth, refused)
    for one in end.standings():
        reasons = {missing.reason for missing in one.missing}
        assert one.is_settled or Reason.REFUSED in reasons
    if not end.refused:
        whole = [
            standing(one, Scope(truth), on=ON).eligible for one in end.subjects
        ]  # fmt: skip
        assert verdicts(end) == whole


@settings(max_examples=60)
@given(_rules, _truths, st.randoms(use_true_random=False))
def test_answers_in_any_order_give_the_same_verdicts(
    texts: list[str], truth: dict[str, Any], rng: random.Random
) -> None:
    first = asked(session(*texts), truth)
    order = list(first.asked)
    rng.shuffle(order)
    second = session(*texts)
    for path in order:
        second = second.answer(path, truth[path])
    assert second.standings() == first.standings()
    assert second.next_question() is None


def test_the_session_asks_fewer_than_the_fixed_order_and_far_fewer_than_all() -> None:
    figures = compare(60, seed=3)
    assert figures.different_verdicts == 0
    assert figures.greedy < figures.in_order < figures.everything
    assert figures.greedy < 0.7 * figures.everything


def test_the_question_that_settles_most_comes_first() -> None:
    one = session("a and b", "c and b", "d and b")
    question = one.next_question()
    assert question is not None
    assert (question.path, question.settles, question.policies) == ("b", 1.5, ("p0", "p1", "p2"))


def test_what_is_likely_counts() -> None:
    likely = {"a": Question(prior={True: 0.9}), "b": Question(prior={False: 0.9})}
    question = session("a and b", questions=likely).next_question()
    assert question is not None
    assert question.path == "b"
    assert question.settles == pytest.approx(0.9)


def test_a_number_counts_by_its_regions() -> None:
    question = session("n > 2 and a", "n > 7 and b").next_question()
    assert question is not None
    # Up to 2 both are settled, from 3 to 7 one, above 7 none.
    assert (question.path, question.settles) == ("n", pytest.approx(1.0))


def test_a_dear_question_waits() -> None:
    dear = {**ALL, "b": Question(cost=4)}
    question = session("a and b", "c and b", "d and b", questions=dear).next_question()
    assert question is not None
    assert question.path == "a"


def test_ties_go_by_declared_order() -> None:
    other = {name: Question() for name in ("c", "b", "a")}
    question = session("a and b and c", questions=other).next_question()
    assert question is not None
    assert question.path == "c"


def test_registers_are_asked_before_people() -> None:
    some = {**ALL, "d": Question(origin="register")}
    question = session("a and b", "c and b", "d and b and e", questions=some).next_question()
    assert question is not None
    assert (question.path, question.origin) == ("d", "register")


def test_what_may_not_be_asked_is_not_asked() -> None:
    one = session("a and b", questions={"a": Question()})
    end = asked(one, {"a": True})
    assert end.asked == ("a",)
    assert end.progress().is_finished
    assert verdicts(end) == [None]


def test_a_condition_that_contradicts_itself_asks_nothing_more_than_it_needs() -> None:
    end = asked(session("a and b and not a"), {"a": True, "b": True})
    assert end.asked == ("a",)


def test_what_can_settle_nothing_after_a_refusal_is_not_asked() -> None:
    start = session("a == b")
    assert start.refuse("a").next_question() is None
    assert start.refuse("a").progress().is_finished


def test_an_amount_is_asked_for_once_the_condition_holds() -> None:
    schema = Schema({"a": FieldKind("boolean"), "paid": FieldKind("money")})
    paying = subject("subsidy", "a", "paid * 2", schema)
    start = interview([paying], {}, {"paid": Question(), "a": Question()}, on=ON)
    first = start.next_question()
    assert first is not None
    assert first.path == "a"
    assert start.answer("a", False).next_question() is None
    then = start.answer("a", True)
    second = then.next_question()
    assert second is not None
    assert second.path == "paid"
    assert then.answer("paid", 150).standings()[0].amount == 300


def test_undo_goes_back_by_one_and_refusing_is_not_asking_again() -> None:
    start = session("a and b")
    refused = start.refuse("a")
    assert refused.undo() == start
    assert start.undo() is start
    following = refused.next_question()
    assert following is not None
    assert following.path == "b"
    assert verdicts(refused.answer("b", False)) == [False]
    progress = refused.answer("b", True).progress()
    assert (progress.asked, progress.refused, progress.settled) == (2, 1, 0)
    assert progress.is_finished


def test_progress_counts_what_was_not_asked() -> None:
    start = session("a and b and c", "a and n > 3")
    assert (start.progress().all_questions, start.progress().is_finished) == (4, False)
    end = start.answer("a", False).progress()
    assert (end.settled, end.policies, end.saved, end.is_finished) == (2, 2, 3, True)


def test_members_are_asked_one_by_one_and_who_they_are_first() -> None:
    questions = {
        "household": Question(), "household.members": Question(),
        "household.members[].income": Question(),
    }  # fmt: skip
    start = interview([about("household.mean_income < 1000_00")], {}, questions, on=ON)
    first = start.next_question()
    assert first is not None
    assert (first.path, first.is_exact) == ("household", False)
    there = start.answer("household", {"members": [{"income": 0}, {}, {}]})
    second = there.next_question()
    assert second is not None
    assert second.path == "household.members[1].income"
    assert second.label.zh == "第 2 个家庭成员的月收入"
    end = there.answer("household.members[1].income", 5000_00)
    end = end.answer("household.members[2].income", 0)
    assert verdicts(end) == [False]
    assert start.facts == {}


def test_one_person_met_by_two_ways_is_asked_once() -> None:
    applicant: dict[str, Any] = {"lives_here": True}
    applicant["household"] = {"members": [applicant]}
    rule = about("income < 2000_00 and all(household.members, income < 3000_00)")
    questions = {"income": Question(), "household.members[].income": Question()}
    start = interview([rule], applicant, questions, on=ON)
    assert start.progress().all_questions == 1
    end = start.answer("income", 1000_00)
    assert verdicts(end) == [True]
    assert end.progress().is_finished


def test_a_wrong_answer_is_refused_and_changes_nothing() -> None:
    start = session("a and n > 3")
    with pytest.raises(WrongFact):
        start.answer("n", "many")
    with pytest.raises(WrongInput):
        start.answer("household.members[0].income", 1)
    assert start.asked == ()


def test_a_name_with_a_dot_is_one_fact() -> None:
    schema = Schema({"person.adult": FieldKind("boolean")})
    start = interview(
        [subject("p", "person.adult", schema=schema)], {}, {"person.adult": Question()}, on=ON
    )
    assert verdicts(start.answer("person.adult", True)) == [True]
    end = start.refuse("person.adult")
    assert end.next_question() is None
