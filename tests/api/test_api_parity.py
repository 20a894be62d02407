"""Whatever a page of policies, money, loans, shares, vouchers, scores and talents does, the API does too.

The acts of a page are read out of the code of its view, so that a new one is missed here until somebody
names the operation that does the same.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

import pytest
from django.urls import URLPattern

from minsheng.api.v1 import api
from minsheng.portal.desk.urls import urlpatterns as desk
from minsheng.portal.enterprise.urls import urlpatterns as firm
from minsheng.portal.resident.urls import urlpatterns as resident

AREAS = (
    "desk/grants", "desk/money", "desk/screening", "desk/vouchers", "desk/scores", "desk/loans",
    "desk/stakes", "desk/talent", "mine/grants", "mine/talent", "mine/policies",
    "mine/policy-questions", "firm",
)  # fmt: skip
READ, SEND, OTHER = "read", "send", "other"
"""What a GET shows; a form with one act alone; whatever a form does that names none of the others."""

OPERATIONS: Mapping[str, Mapping[str, str]] = {
    "desk-grants": {READ: "list_desk_grants", SEND: "compute_grant_months"},
    "desk-grant": {
        READ: "read_desk_grant",
        "decide": "act_on_grant",
        "approve": "act_on_grant",
        "refuse": "act_on_grant",
        "answer": "act_on_grant",
        "reopen": "act_on_grant",
        "end": "act_on_grant",
        "recover": "ask_grant_back",
        "confirm": "act_on_recovery",
        "drop": "act_on_recovery",
    },
    "desk-grant-sheet": {READ: "read_desk_grant_sheet"},
    "desk-grant-counter": {READ: "list_desk_grants", SEND: "claim_at_counter"},
    "grant-sheet": {READ: "read_my_grant_sheet"},
    "desk-money": {
        READ: "read_payout_desk",
        "propose": "propose_pot",
        "give": "act_on_pot",
        "drop": "act_on_pot",
        "retry": "retry_payment",
        "repaid": "note_repayment",
        "batch": "make_batch",
    },
    "desk-batch": {READ: "read_batch", SEND: "give_bank_answer"},
    "desk-batch-file": {READ: "read_batch_file"},
    "desk-screening": {READ: "list_screening_runs", SEND: "begin_screening_run"},
    "desk-screening-run": {
        READ: "read_screening_run",
        "approve": "decide_screening_run",
        "decline": "decide_screening_run",
        "stop": "stop_screening_run",
        "wrong": "mark_named_wrongly",
    },
    "desk-screening-list": {READ: "read_screening_list"},
    "desk-vouchers": {
        READ: "list_desk_vouchers",
        "issue": "act_on_voucher",
        "refuse": "act_on_voucher",
        "redeem": "act_on_voucher",
        "send_back": "act_on_voucher",
        "open": "open_voucher_pool",
        "list": "list_voucher_provider",
        "end": "act_on_voucher_provider",
        "suspend": "act_on_voucher_provider",
        "resume": "act_on_voucher_provider",
        "register": "note_voucher_register",
    },
    "desk-scores": {
        READ: "read_score_desk",
        "settle": "answer_score_objection",
        "confirm": "act_on_score_weights",
        "refuse": "act_on_score_weights",
        "note": "note_firm_numbers",
    },
    "desk-rechecks": {READ: "list_rechecks", SEND: "draw_rechecks"},
    "desk-recheck": {READ: "read_recheck", SEND: "act_on_recheck"},
    "desk-scores-year": {
        READ: "read_score_year",
        "confirm": "keep_score_year",
        OTHER: "keep_score_year",
    },
    "desk-weights": {READ: "read_score_desk", SEND: "enter_score_weights"},
    "desk-loans": {READ: "list_desk_loans", SEND: "fill_loan_fund"},
    "desk-loan": {READ: "read_desk_loan", SEND: "act_on_loan"},
    "desk-loan-loss": {READ: "read_desk_loan"},
    "desk-stakes": {READ: "list_desk_stakes", SEND: "fill_stake_pool"},
    "desk-stake": {
        READ: "read_desk_stake",
        "order": "act_on_stake_part",
        "pay": "act_on_stake_part",
        "stop": "act_on_stake_part",
        "ask": "ask_stake_experts",
        "opinion": "give_stake_opinion",
        OTHER: "act_on_stake",
    },
    "desk-stake-table": {READ: "read_desk_stake"},
    "desk-talent": {READ: "read_talent_desk", SEND: "check_talent_code"},
    "desk-talent-one": {
        READ: "read_talent",
        "confirm": "act_on_talent_number",
        OTHER: "act_on_talent_number",
    },
    "policies": {
        READ: "list_my_policies",
        "refuse": "set_my_wish",
        "allow": "set_my_wish",
        OTHER: "say_i_am_named_wrongly",
    },
    "policy": {
        READ: "read_my_policy",
        "registers": "ask_my_registers",
        OTHER: "answer_my_question",
    },
    "policy-questions": {
        READ: "read_my_question",
        "skip": "answer_my_question",
        "back": "answer_my_question",
        OTHER: "answer_my_question",
    },
    "grant-claim": {READ: "read_my_policy", SEND: "claim_grant"},
    "grants": {READ: "list_my_grants", SEND: "name_my_bank_account"},
    "grant": {
        READ: "read_my_grant",
        "give_up": "act_on_my_grant",
        "object": "act_on_my_grant",
        OTHER: "answer_recovery",
    },
    "grant-month": {READ: "read_my_grant_month"},
    "mine-talent": {
        READ: "read_my_talent",
        "code": "give_my_talent_code",
        OTHER: "object_to_talent_refusal",
    },
    "mine-talent-numbers": {READ: "read_my_talent", SEND: "declare_my_numbers"},
    "firm": {READ: "list_requests"},
    "firm-request-new": {READ: "list_request_kinds", SEND: "make_request"},
    "firm-request": {
        READ: "read_request",
        "answer": "answer_request",
        "urge": "urge_request",
        "challenge": "challenge_sorting",
        "mediator": "ask_for_mediator",
        "no_mediator": "cancel_mediator",
        "withdraw": "withdraw_request",
        "again": "renew_request",
    },
    "firm-room": {READ: "list_firm_scores", SEND: "object_to_firm_number"},
    "firm-numbers": {READ: "list_firm_numbers", SEND: "declare_firm_numbers"},
    "firm-policies": {READ: "list_firm_policies"},
    "firm-policy": {READ: "read_firm_policy"},
    "firm-vouchers": {
        READ: "list_firm_vouchers",
        "own": "declare_firm_ownership",
        OTHER: "ask_voucher",
    },
    "firm-voucher": {
        READ: "read_firm_voucher",
        "reserve": "act_on_firm_voucher",
        "prove": "act_on_firm_voucher",
        "give_up": "act_on_firm_voucher",
        "answer": "act_on_firm_recheck",
        "object": "act_on_firm_recheck",
    },
    "firm-sittings": {READ: "list_sittings"},
    "firm-sitting": {
        READ: "list_my_seats",
        "book": "book_seat",
        "give_up": "give_up_seat",
        "say": "say_seat_solved",
    },
    "firm-loans": {READ: "list_my_loans", SEND: "apply_for_loan"},
    "firm-loan": {READ: "read_my_loan", SEND: "act_on_firm_loan"},
    "firm-stakes": {READ: "list_my_stakes", SEND: "apply_for_grant_money"},
    "firm-stake": {READ: "read_my_stake", SEND: "act_on_firm_stake"},
}
"""Page → act → the operation that does the same."""

SHARED = {"firm-stake"}
"""Pages that share a view with the desk: whose act it is, the app says; a firm only withdraws."""


def pages() -> list[URLPattern]:
    """The pages of these areas."""
    return [
        one
        for one in (*desk, *resident, *firm)
        if isinstance(one, URLPattern)
        and any(
            str(one.pattern) == area or str(one.pattern).startswith(f"{area}/") for area in AREAS
        )
    ]


def acts_of(view: Callable[..., Any]) -> set[str]:
    """What a view shows and does: READ, and each act that its code tells apart."""
    bare = inspect.unwrap(view)
    own = tree_of(bare)
    takes_forms = any(
        isinstance(one, ast.Constant) and one.value == "POST"
        for decorator in own.decorator_list
        for one in ast.walk(decorator)
    )
    if not takes_forms:
        return {READ}
    found = {act for function in closure(bare) for act in told_apart(function)}
    return {READ, *(found or {SEND})}


def closure(start: FunctionType) -> Iterator[FunctionType]:
    """A view and every function of the portal that it calls by name."""
    seen, waiting = set[Any](), [start]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        yield function
        for node in ast.walk(tree_of(function)):
            called = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
            if isinstance(called, FunctionType) and called.__module__.startswith("minsheng.portal"):
                waiting.append(inspect.unwrap(called))


def tree_of(function: Callable[..., Any]) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return tree


def told_apart(function: FunctionType) -> Iterator[str]:
    """The acts that a function tells apart, by `match` or by `if`; OTHER for what is left to do."""
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Match) and is_act(node.subject):
            for case in node.cases:
                yield from cases(case)
        for block in (getattr(node, "body", ()), getattr(node, "orelse", ())):
            if isinstance(block, list):
                yield from ifs(block, function)


def ifs(block: list[ast.stmt], function: FunctionType) -> Iterator[str]:
    """The acts of the conditions in a block; what comes after the last of them is OTHER."""
    asking = [
        one for one in block if isinstance(one, ast.If) and list(compared(one.test, function))
    ]
    for one in asking:
        yield from compared(one.test, function)
        goes_on = one.orelse and not isinstance(one.orelse[0], ast.Raise)
        chained = isinstance(one.orelse[0], ast.If) if one.orelse else False
        if goes_on and not (chained and list(compared(one.orelse[0].test, function))):
            yield OTHER
        if one is asking[-1] and not one.orelse and isinstance(one.body[-1], ast.Return):
            yield OTHER


def cases(case: ast.match_case) -> Iterator[str]:
    for one in ast.walk(case.pattern):
        if isinstance(one, ast.MatchValue) and isinstance(one.value, ast.Constant):
            yield str(one.value.value)
    is_rest = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    if is_rest and not isinstance(case.body[0], ast.Raise):
        yield OTHER


def compared(test: ast.expr, function: FunctionType) -> Iterator[str]:
    """The acts with which a condition compares what was sent."""
    for one in ast.walk(test):
        if isinstance(one, ast.Compare) and is_act(one.left):
            against = one.comparators[0]
            if isinstance(against, ast.Constant):
                yield str(against.value)
            elif isinstance(against, ast.Name):
                yield from function.__globals__[against.id]


def is_act(node: ast.expr) -> bool:
    """Whether an expression is the act that a form sent."""
    if isinstance(node, ast.Name):
        return node.id == "act"
    if isinstance(node, ast.Subscript):
        return is_act(node.value)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == "act"
    )


def test_every_page_is_in_the_table() -> None:
    assert {one.name for one in pages()} == set(OPERATIONS)


@pytest.mark.parametrize("page", pages(), ids=lambda one: one.name)
def test_each_act_of_a_page_has_an_operation(page: URLPattern) -> None:
    assert page.name is not None
    declared = set(OPERATIONS[page.name])
    if page.name in SHARED:
        assert declared == {READ, SEND}
        return
    assert acts_of(page.callback) == declared


def test_the_operations_exist() -> None:
    known = {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    named = {name for acts in OPERATIONS.values() for name in acts.values()}
    assert named <= known


def test_an_act_that_nobody_named_is_noticed() -> None:
    """The reading of the code itself: each way in which a view tells acts apart."""
    assert acts_of(view_by_match) == {READ, "give", "take"}
    assert acts_of(view_by_if) == {READ, "give", "pay", "stop", OTHER}
    assert acts_of(view_with_one) == {READ, SEND}
    assert acts_of(view_to_read) == {READ}


def posts(*methods: str) -> Callable[[Any], Any]:
    return lambda view: view


PAYMENTS = {"pay": 1, "stop": 2}


@posts("GET", "POST")
def view_by_match(form: Any) -> None:
    match form.get("act", ""):
        case "give" | "take":
            return
        case _:
            raise ValueError


@posts("GET", "POST")
def view_by_if(form: Any) -> int:
    act = form.get("act", "")[:20]
    if act in PAYMENTS:
        return 1
    if form.get("act") == "give":
        return 2
    return 3


@posts("GET", "POST")
def view_with_one(form: Any) -> str:
    return str(form.get("words"))


@posts("GET")
def view_to_read(form: Any) -> str:
    return str(form.get("words"))
