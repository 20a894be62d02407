"""What a service must be before anyone may use it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.engines.casework_specs import REASONS, full_item, item, material, newborn, rule, service

from minsheng.engines.casework import decide
from minsheng.engines.casework.explore import explore
from minsheng.engines.casework.fold import fold_item
from minsheng.engines.casework.prove import chains, prove, shape
from minsheng.engines.casework.spec import (
    Cite,
    ExtendSpec,
    FieldSpec,
    ObjectionSpec,
    ReasonSpec,
    Source,
)
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

OWN = Source("applicant")


def found(spec, **more):
    return [(p.code, p.severity, p.path) for p in prove(spec, **more)]


def test_the_newborn_service_is_proved():
    assert prove(newborn()) == ()


def test_a_circle_is_named_item_by_item():
    spec = service(item("a", needs=("c",)), item("b", needs=("a",)), item("c", needs=("b",)))
    (problem,) = prove(spec)
    assert problem.code == "circle"
    assert problem.path[::2] == ("items", "needs")
    for key in "abc":
        assert key in problem.zh.split("：")[1]


def test_an_item_that_needs_itself_is_a_circle():
    assert found(service(item("a", needs=("a",)))) == [("circle", "error", ("items", "a", "needs"))]


def test_names_that_do_not_exist_are_found_where_they_stand():
    spec = service(
        item("a", needs=("x",), materials=("m",), uses=("f",), consent_of=("aunt",)),
        materials={"paper": material("paper", Source("item", "y"))},
        reasons={"wrong": replace(REASONS["wrong"], items=("a", "z"))},
    )
    assert found(spec) == [
        ("unknown_name", "error", ("items", "a", "needs", "1")),
        ("unknown_name", "error", ("items", "a", "materials", "1")),
        ("unknown_name", "error", ("items", "a", "uses", "1")),
        ("unknown_name", "error", ("items", "a", "consent_of", "1")),
        ("unknown_name", "error", ("materials", "paper", "from", "1")),
        ("unknown_name", "error", ("reasons", "wrong", "items", "2")),
    ]


def test_a_term_in_hours_has_no_day():
    assert found(service(item("a", "4wh"))) == [("no_date", "error", ("items", "a", "due"))]


def test_a_promise_needs_its_day_and_a_day_its_promise():
    spec = service(
        item("a", materials=("m", "n", "o")),
        materials={
            "m": material("m", Source("promise"), OWN),
            "n": material("n", OWN, promise_due=Term(5, "wd")),
            "o": material("o", Source("promise"), OWN, promise_due=Term(5, "wh")),
        },
    )
    assert found(spec) == [
        ("no_date", "error", ("materials", "m", "promise_due")),
        ("unused", "warning", ("materials", "n", "promise_due")),
        ("no_date", "error", ("materials", "o", "promise_due")),
    ]


def test_a_material_without_a_source_can_be_brought_by_nobody():
    spec = service(item("a", materials=("m",)), materials={"m": material("m")})
    assert found(spec) == [("no_source", "error", ("materials", "m", "from"))]


def test_a_material_an_item_makes_is_there_only_after_that_item():
    def spec(*sources, needs=()):
        return service(
            item("a"),
            item("b", materials=("m",), needs=needs),
            materials={"m": material("m", Source("item", "a"), *sources)},
        )

    assert found(spec()) == [("too_early", "error", ("items", "b", "needs"))]
    assert found(spec(OWN)) == [("too_early", "warning", ("items", "b", "needs"))]
    assert found(spec(needs=("a",))) == []


@pytest.mark.parametrize("more", [{"optional": True}, {"when": rule("insured")}])
def test_a_material_needs_another_source_where_its_maker_may_be_left_out(more):
    spec = service(
        item("a", **more),
        item("b", needs=("a",), materials=("m",)),
        materials={"m": material("m", Source("item", "a"))},
    )
    assert found(spec) == [("no_source", "error", ("materials", "m", "from"))]


def test_a_consent_that_is_never_asked_for_is_found():
    spec = service(item("a", consent_of=("mother",)))
    assert found(spec) == [("never_asked", "error", ("items", "a", "consent_of", "1"))]


def test_an_officer_must_be_able_to_refuse_and_the_refused_must_have_a_way_on():
    assert found(service(item("a"), reasons={})) == [
        ("no_reason", "error", ("items", "a")),
        ("no_reason", "warning", ("reasons",)),
    ]
    curt = ReasonSpec(key="no", text=Text("不行", "no"), act="refuse")
    assert found(service(item("a"), reasons={**REASONS, "no": curt})) == [
        ("no_remedy", "error", ("reasons", "no", "remedy"))
    ]


def test_what_nobody_uses_is_not_asked_for():
    def a_field(key):
        return FieldSpec(key=key, type="text", label=Text(key, key))

    spec = service(
        item("a", uses=("phone",), when=rule("insured")),
        fields={k: a_field(k) for k in ("phone", "insured", "household", "hobby")},
        materials={"m": material("m", OWN)},
    )
    assert found(spec) == [
        ("unused", "warning", ("materials", "m")),
        ("unused", "warning", ("fields", "hobby")),
    ]


def test_when_there_is_too_much_to_try_it_says_so():
    assert found(newborn(), max_states=50) == [("not_all_tried", "warning", ("items", "card"))]


def test_all_states_of_a_small_service_are_visited():
    graph = explore(newborn(), 5000)
    assert graph.is_complete
    seen = {now.status for state in graph.states.values() for now in state.items.values()}
    assert seen == {
        "waiting", "open", "returned", "external", "done", "refused", "held", "cancelled", "skipped",
    }  # fmt: skip
    assert {state.status for state in graph.states.values()} == {
        "running", "done", "partly_done", "refused", "withdrawn",
    }  # fmt: skip


def test_a_case_that_can_get_stuck_is_found(monkeypatch):
    # A broken engine: nothing is cancelled when what it needs was refused.
    whole = decide._end_of
    monkeypatch.setattr(
        decide, "_end_of", lambda run, key: "withdrawn" if whole(run, key) == "withdrawn" else ""
    )
    (problem,) = prove(newborn())
    assert problem.code == "no_way_out"
    assert "birth: refused, household: waiting" in problem.en


def test_an_item_that_can_never_be_done_is_found(monkeypatch):
    monkeypatch.setitem(decide.ACTS, decide.EffectDone, lambda run, command: None)
    codes = {(p.code, p.path) for p in prove(newborn())}
    assert ("never_done", ("items", "household")) in codes
    assert ("never_done", ("items", "card")) in codes


def test_every_problem_says_in_both_languages_what_to_do():
    spec = replace(newborn(), reasons={})
    for problem in prove(spec):
        assert problem.zh
        assert problem.en


def test_a_reason_to_refuse_that_fits_another_item_only_does_not_count():
    only_b = ReasonSpec(
        key="no",
        text=Text("不行", "no"),
        act="refuse",
        remedy=Text("再来", "come back"),
        items=("b",),
    )
    problems = found(service(item("a"), item("b"), reasons={"no": only_b}))
    assert ("no_reason", "error", ("items", "a")) in problems
    assert ("no_reason", "error", ("items", "b")) not in problems


def test_what_the_rarer_acts_need_is_declared_with_them():
    spec = service(
        item(
            "a",
            "2wd",
            extend=ExtendSpec(by=Term(5, "cd"), approver="head", cite=Cite(Text("法"), "M")),
            objection=ObjectionSpec(within=Term(4, "wh"), to="head", due=Term(4, "wh")),
            answer_within=Term(4, "wh"),
        ),
        reasons={
            **{k: REASONS[k] for k in ("wrong", "unclear")},
            "why": ReasonSpec(key="why", text=Text("等", "wait"), act="stop"),
            "board": ReasonSpec(
                key="board", text=Text("公示", "notice"), act="stop", kind="public_notice"
            ),
        },
    )
    assert found(spec) == [
        ("no_date", "error", ("items", "a", "answer_within")),
        ("no_date", "error", ("items", "a", "objection", "within")),
        ("no_date", "error", ("items", "a", "objection", "due")),
        ("no_date", "error", ("items", "a", "extend", "by")),
        ("no_reason", "error", ("items", "a", "extend")),
        ("no_reason", "error", ("items", "a", "objection")),
        ("no_basis", "error", ("reasons", "why", "kind")),
        ("no_basis", "error", ("reasons", "board", "kind")),
        ("no_notice", "error", ("reasons", "board", "lasts")),
        ("no_notice", "error", ("reasons", "board", "objections")),
    ]


def rich():
    """A chain to which everything may happen: consent, register, objection, redoing."""
    return service(
        full_item("a", optional=True),
        full_item(
            "b", needs=("a",), consent_of=("father",), effect="x.y", on_needed_reversed="redo"
        ),
    )


def test_nothing_that_is_left_out_of_the_shape_changes_where_a_case_can_get():
    (part,) = chains(rich())
    assert shape(part) != part
    whole, bare = explore(part, 3_000), explore(shape(part), 3_000)
    assert len(whole.states) > 100
    assert list(whole.states) == list(bare.states)
    assert whole.back == bare.back


def test_what_is_remembered_is_what_would_be_worked_out_anew(monkeypatch):
    remembered = explore(rich(), 3_000)
    monkeypatch.setattr("minsheng.engines.casework.explore._remembering", lambda: fold_item)
    assert explore(rich(), 3_000) == remembered
