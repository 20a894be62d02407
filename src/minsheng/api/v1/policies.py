"""Policies: what they are and rest on; how they come out for me, why, and what is still asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.policies import actions, firms, reads
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.engines.policies.spec import NO_TEXT, Audience, Policy

router = Router()
Slug = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
Firm = Annotated[str, Path(min_length=18, max_length=18, pattern=r"^[0-9A-Z]+$")]
Verdict = Literal["yes", "no", "unknown"]
_SAID: dict[bool | None, Verdict] = {True: "yes", False: "no", None: "unknown"}


class PolicyNumber(Shape):
    """One number of the law: from which day, its source, and how far it may be shown as fact."""

    name: str
    label: Words
    since: date
    value: str | None
    source: Words
    clause: str
    mark: str


class PolicyCondition(Shape):
    """One condition: the officer's sentence and the rule as it is written."""

    key: str
    text: Words
    rule: str


class PolicyRow(Shape):
    """One policy; `lacks` says what is missing where it isn't configured."""

    policy: str
    title: Words
    why: Words
    for_whom: list[Audience]
    office: str
    configured: bool
    lacks: list[Words]


class PolicyRows(Shape):
    """Every policy."""

    rows: list[PolicyRow]


class PolicyPage(PolicyRow):
    """One policy whole."""

    conditions: list[PolicyCondition]
    amount: str
    amount_said: Words
    per: str
    numbers: list[PolicyNumber]
    basis: list[Words]


class MyPolicy(Shape):
    """How one policy comes out for me or my firm. `amount_fen` is null where it gives none or isn't known."""

    policy: str
    title: Words
    eligible: Verdict
    amount_fen: int | None
    conclusion: Words


class MyPolicies(Shape):
    """Every policy that can be decided, and the questions that are open, those first that settle most."""

    rows: list[MyPolicy]
    ask: list[str]


class ToldCondition(Shape):
    """One condition with what it rests on."""

    key: str
    text: Words
    holds: Verdict
    evidence: list[Words]


class MyPolicyPage(MyPolicy):
    """One policy line by line, and what would have to change."""

    missing: list[str]
    conditions: list[ToldCondition]
    ways: list[Words]
    advice: list[Words]


class FirmPolicies(Shape):
    """How every policy for firms comes out for mine; `waiting` can't be decided yet."""

    rows: list[MyPolicy]
    waiting: list[PolicyRow]


class MyQuestion(Shape):
    """The question that settles most; `fact` is empty when nothing is left to ask."""

    fact: str
    asks: Words
    type: str
    options: list[str]
    policies: list[str]
    answered: int
    saved: int


class MyAnswer(Shape):
    """An answer, a refusal, or an answer taken back. A date is ISO text, money is in fen."""

    act: Literal["answer", "skip", "back"] = "answer"
    value: bool | int | Annotated[str, Field(max_length=200)] | None = None


@router.get("/policies", response=PolicyRows, auth=None)
def list_policies(request: HttpRequest, whom: Annotated[Audience | None, Query(None)]) -> Any:
    """Every policy of this district, or those for a person, household or firm; and what some lack."""
    found = shelf().policies.values()
    return {"rows": [_row(one) for one in found if whom is None or whom in one.for_whom]}


@router.get("/policies/{policy_name}", response=PolicyPage, auth=None)
def read_policy(request: HttpRequest, policy_name: Slug) -> Any:
    """One policy: conditions, amount, every number with its source."""
    found = policy(policy_name)
    return {
        **_row(found),
        "conditions": [
            {"key": one.key, "text": words(one.text), "rule": one.rule.source}
            for one in found.conditions
        ],
        "amount": found.amount.source if found.amount else "",
        "amount_said": words(found.amount_text),
        "per": found.per,
        "numbers": [
            {
                "name": name,
                "label": words(param.label),
                "since": entry.start,
                "value": None if entry.value is None else str(entry.value),
                "source": words(entry.source),
                "clause": entry.clause,
                "mark": entry.mark,
            }
            for name, param in found.params.items()
            for entry in param.values
        ],
        "basis": [words(cite.said) for cite in found.cites],
    }


@router.get("/me/policies", response=MyPolicies)
def list_my_policies(request: HttpRequest) -> Any:
    """How every policy comes out for me."""
    found = reads.entitled(resident(request), on=timezone.localdate())
    return {"rows": _lines(found), "ask": [one.fact.name for one in found.ask]}


@router.get("/firms/{code}/policies", response=FirmPolicies)
def list_firm_policies(request: HttpRequest, code: Firm) -> Any:
    """How every policy for firms comes out for a firm I speak for."""
    found = firms.entitled(resident(request), on=timezone.localdate(), code=code)
    return {"rows": _lines(found), "waiting": [_row(one) for one in found.unconfigured]}


@router.get("/firms/{code}/policies/{policy_name}", response=MyPolicyPage)
def read_firm_policy(request: HttpRequest, code: Firm, policy_name: Slug) -> Any:
    """One policy line by line for a firm I speak for: what is missing, what would have to change."""
    me = resident(request)
    found = firms.told(me, policy_name, on=timezone.localdate(), code=code)
    if found is None:
        raise reads.not_configured(policy(policy_name))
    return _explained(found)


@router.get("/me/policies/question", response=MyQuestion)
def read_my_question(request: HttpRequest) -> Any:
    """The question that settles most, or none."""
    return _question(request)


@router.get("/me/policies/{policy_name}", response=MyPolicyPage)
def read_my_policy(request: HttpRequest, policy_name: Slug) -> Any:
    """One policy line by line: what was looked at, what is missing, what would have to change."""
    found = reads.told(resident(request), policy_name, on=timezone.localdate())
    if found is None:
        raise reads.not_configured(policy(policy_name))
    return _explained(found)


@router.post("/me/policies/answers/{fact}", response=MyQuestion)
def answer_my_question(
    request: HttpRequest,
    fact: Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_.]*$")],
    body: MyAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say something about myself, refuse to, or take it back; the answer is the next question."""
    me, on = resident(request), timezone.localdate()

    def act() -> Any:
        if body.act == "skip":
            actions.decline(me, fact, on=on)
        elif body.act == "back":
            actions.take_back(me, fact)
        else:
            actions.answer(me, fact, body.value, on=on)
        return _question(request)

    return answer_once(request, idempotency_key, act)


def _lines(found: reads.Entitled) -> list[dict[str, Any]]:
    return [
        {
            "policy": one.policy.slug,
            "title": words(one.policy.title),
            "eligible": _SAID[one.decision.value],
            "amount_fen": one.decision.amount_fen,
            "conclusion": words(one.conclusion),
        }
        for one in (*found.yes, *found.unknown, *found.no)
    ]


def _explained(found: reads.Explained) -> dict[str, Any]:
    told = found.told
    return {
        "policy": found.policy.slug,
        "title": words(found.policy.title),
        "eligible": _SAID[told.decision.value],
        "amount_fen": told.decision.amount_fen,
        "conclusion": words(told.conclusion),
        "missing": sorted(one.field for one in told.decision.missing),
        "conditions": [
            {
                "key": one.condition.key,
                "text": words(one.condition.text),
                "holds": _SAID[one.value],
                "evidence": [
                    words(line.evidence)
                    for line in one.explanation.lines
                    if line.matters and line.evidence.zh
                ],
            }
            for one in told.told
        ],
        "ways": [words(one) for one in found.ways.texts],
        "advice": [words(one) for one in found.ways.advice],
    }


def _question(request: HttpRequest) -> MyQuestion:
    found = reads.next_question(resident(request), on=timezone.localdate())
    fact = found.fact
    return MyQuestion(
        fact=fact.name if fact else "",
        asks=words(fact.ask if fact else NO_TEXT),
        type=fact.kind.type if fact else "",
        options=list(fact.kind.options) if fact else [],
        policies=[one.slug for one in found.policies],
        answered=found.answered,
        saved=found.saved,
    )


def _row(one: Policy) -> dict[str, Any]:
    return {
        "policy": one.slug,
        "title": words(one.title),
        "why": words(one.why),
        "for_whom": list(one.for_whom),
        "office": one.office,
        "configured": one.is_configured,
        "lacks": [words(lack) for lack in one.lacks],
    }
