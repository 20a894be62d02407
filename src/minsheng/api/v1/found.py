"""Whom a run found: the list to work through, who was named wrongly, and a resident's own word on it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_after, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.grants import reads as grants
from minsheng.apps.policies import asking
from minsheng.apps.policies import reads as policies
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import actions, reads
from minsheng.lib.errors import NotFound

router = Router()
RunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
SlugField = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]


class FoundChoice(Shape):
    """One of a closed list."""

    key: str
    title: Words


class WorkLine(Shape):
    """Somebody who may be entitled: a masked name and number; `conditions` may be named as wrong."""

    person: UUID
    name: str
    number: str
    policy: str
    title: Words
    amount_fen: int | None
    missing: list[Words]
    conditions: list[FoundChoice]


class WorkList(Shape):
    """The list of an approved run, and why somebody may have been named wrongly."""

    rows: list[WorkLine]
    reasons: list[FoundChoice]


class NamedWrongly(Shape):
    """Who was named wrongly, why, and by which condition where one is to blame."""

    person: UUID
    policy: SlugField
    reason: str = Field(max_length=20, examples=["register_wrong"])
    condition: str = Field("", max_length=60)


class IAmNamedWrongly(Shape):
    """Which policy doesn't concern me, and why."""

    policy: SlugField
    reason: str = Field(max_length=20, examples=["has_it"])


class Marked(Shape):
    """That it was kept: this version of the policy names that person no more."""

    policy: str
    reason: str


class FoundForMe(Shape):
    """A policy that an approved run found for me."""

    run: int
    policy: str
    title: Words
    amount_fen: int | None


class MyFindings(Shape):
    """What was found for me, whether I don't wish to be searched for, and why a find may be wrong."""

    rows: list[FoundForMe]
    refused: bool
    reasons: list[FoundChoice]


class MyWish(Shape):
    """Whether I wish not to be searched for."""

    refused: bool


class RegistersAsked(Shape):
    """How many facts the registers gave."""

    facts: int


class PolicyChoice(Shape):
    """A policy I qualify for that isn't given beside another, or can't be compared yet, and why."""

    policy: str
    is_kept: bool
    by: str
    text: Words


class PolicyChoices(Shape):
    """What can't be had together."""

    rows: list[PolicyChoice]


@router.get("/screening/runs/{run_id}/work", response=WorkList)
def read_work_list(request: HttpRequest, run_id: RunId) -> WorkList:
    """Return whom an approved run found, to work through: names and numbers are masked."""
    rows = reads.work_list(run_id, officer(request))
    return WorkList(rows=[_line(one) for one in rows], reasons=_reasons())


@router.post("/screening/runs/{run_id}/wrong", response=Marked)
def mark_named_wrongly(
    request: HttpRequest,
    run_id: RunId,
    payload: NamedWrongly,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say that a policy named somebody wrongly, so that it doesn't again."""
    account = officer(request)

    def act() -> Marked:
        mark = actions.mark_wrong(
            run_id,
            payload.person,
            payload.policy,
            reason=payload.reason,
            condition=payload.condition,
            by=account,
        )
        return Marked(policy=mark.policy, reason=mark.reason)

    return answer_once(request, idempotency_key, act)


@router.get("/me/findings", response=MyFindings)
def list_my_findings(request: HttpRequest) -> MyFindings:
    """Return what was found for me, and whether I said that I don't wish to be searched for."""
    me = resident(request)
    return MyFindings(
        rows=[
            FoundForMe(
                run=one.run_id,
                policy=one.policy.slug,
                title=words(one.policy.title),
                amount_fen=one.amount_fen,
            )
            for one in reads.found_for(me)
        ],
        refused=reads.is_refused(me),
        reasons=_reasons(),
    )


@router.put("/me/findings/wish", response=MyWish)
def set_my_wish(request: HttpRequest, payload: MyWish) -> MyWish:
    """Say that I don't wish to be searched for, or take that back; what was found is forgotten."""
    me = resident(request)
    (actions.refuse if payload.refused else actions.allow)(me)
    return MyWish(refused=reads.is_refused(me))


@router.post("/me/findings/wrong", response=Marked)
def say_i_am_named_wrongly(
    request: HttpRequest, payload: IAmNamedWrongly, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Say that a policy was found for me wrongly."""
    me = resident(request)

    def act() -> Marked:
        one = next((one for one in reads.found_for(me) if one.policy.slug == payload.policy), None)
        if one is None or me.person is None:
            raise NotFound(
                "screening.not_found", "名单里没有这一条。", "There is no such line in the list."
            )
        mark = actions.mark_wrong(
            one.run_id, me.person.pk, payload.policy, reason=payload.reason, condition="", by=me
        )
        return Marked(policy=mark.policy, reason=mark.reason)

    return answer_once(request, idempotency_key, act)


@router.get("/me/policy-choices", response=PolicyChoices)
def list_my_policy_choices(request: HttpRequest) -> PolicyChoices:
    """Return which of the policies I qualify for aren't given beside another, and why."""
    me, on = resident(request), timezone.localdate()
    slugs = [one.policy.slug for one in policies.entitled(me, on=on).yes] if me.is_proved else []
    out = grants.left_out(me, slugs, on=on) if len(slugs) > 1 else {}
    return PolicyChoices(
        rows=[
            PolicyChoice(policy=slug, is_kept=one.is_kept, by=one.by, text=words(one.text))
            for slug, one in out.items()
        ]
    )


@router.post("/me/policy-registers", response=RegistersAsked)
def ask_my_registers(request: HttpRequest, idempotency_key: IdempotencyKey = "") -> HttpResponse:
    """Let the registers be asked about my household; what they said lately isn't asked again."""
    refuse_body(request)
    me = resident(request)

    def act() -> RegistersAsked:
        if me.person is None or not me.is_proved:
            return RegistersAsked(facts=0)
        on = timezone.localdate()
        return RegistersAsked(facts=asking.ask_registers(me.person, on=on, by=f"account:{me.pk}"))

    # registers are asked over the network, which no transaction waits for
    return answer_after(request, idempotency_key, act)


def _line(one: reads.ListLine) -> WorkLine:
    return WorkLine(
        person=one.person.pk,
        name=one.person.name_masked,
        number=one.person.number_masked,
        policy=one.slug,
        title=words(policy(one.slug).short),
        amount_fen=one.outcome.amount_fen,
        missing=[words(reads.label_of(path)) for path in one.outcome.missing],
        conditions=[FoundChoice(key=each.key, title=words(each.text)) for each in one.conditions],
    )


def _reasons() -> list[FoundChoice]:
    return [FoundChoice(key=key, title=words(text)) for key, text in reads.reasons().items()]
