"""Policies changed by two: numbers, shared numbers, texts; tried, approved, withdrawn, taken back; cliffs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_after, answer_once
from minsheng.api.v1.policies import Slug
from minsheng.api.v1.screening import TrialBody, TrialWanted, trial_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import access, changes, cliffs, publishing, together, trials
from minsheng.apps.screening.changes import Change
from minsheng.apps.screening.publishing import NewText, NewValue, Why
from minsheng.content.problems import PackError
from minsheng.engines.simulation import Cliff, Piece

router = Router()
ProposalId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
NumberName = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
State = Literal["proposed", "approved", "declined", "withdrawn"]
Fact = bool | int | Annotated[str, Field(max_length=200)]


class ChangeReason(Shape):
    """From which day it holds, why, and on which document it rests."""

    since: date
    reason: str = Field(max_length=300)
    source: str = Field(max_length=300)
    retroactive: bool = False


class NumberProposed(ChangeReason):
    """Another value of a number, as an officer types it: yuan, `2/3`, `2026-04-22`."""

    value: str = Field(min_length=1, max_length=60)


class OwnNumberProposed(NumberProposed):
    """The same of a number of the policy's own."""

    name: str = Field(min_length=1, max_length=60)


class TextLooked(Shape):
    """A whole text of a policy, and the day from which it would hold."""

    text: str = Field(min_length=1, max_length=100_000)
    since: date


class TextProposed(ChangeReason):
    """The same proposed. `meant`: worked cases that come out otherwise are meant to."""

    text: str = Field(min_length=1, max_length=100_000)
    meant: bool = False


class ProposalDecision(Shape):
    """Whether a proposal is approved."""

    approve: bool


class ProposalRow(Shape):
    """One proposal. `policy` is empty for a shared number, `name` for a text."""

    id: int
    said: Words
    policy: str
    name: str
    value: str
    since: date
    retroactive: bool
    reason: str
    source: str
    state: State
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    seen: str
    becomes: str
    takes_back: int | None


class ProposalRows(Shape):
    """Everything that was proposed, newest first."""

    rows: list[ProposalRow]


class TextMistake(Shape):
    """What is wrong with a text, and on which line."""

    line: int
    said: Words


class TouchedPolicy(Shape):
    """A policy that a change touches, with its version before and after."""

    policy: str
    title: Words
    before: str
    after: str


class ChangedLine(Shape):
    """A line that comes (+) or goes (-)."""

    sign: str
    line: str


class ChangeSeen(Shape):
    """What a change touches: mistakes first; policies, lines, worked cases that come out otherwise."""

    mistakes: list[TextMistake]
    policies: list[TouchedPolicy]
    lines: list[ChangedLine]
    cases: int
    otherwise: list[Words]


class ProposalPage(Shape):
    """One proposal whole; `change` only while it waits."""

    row: ProposalRow
    text: str
    change: ChangeSeen | None


class ChangeTold(TrialBody):
    """A policy before and after a change, on the people of the district; null is withheld."""

    policy: str


class ChangeTrials(Shape):
    """The same for each policy a change touches."""

    rows: list[ChangeTold]


class SharedNumber(Shape):
    """A number that policies share, as it stands today, and which policies read it."""

    name: str
    label: Words
    value: str | None
    policies: list[str]


class SharedNumbers(Shape):
    """Every number that policies share."""

    rows: list[SharedNumber]


class CliffsWanted(Shape):
    """A case described by its facts (by the way to each; money in fen), and the number that rises.

    `together`: everything that is paid, conflicts applied, totals of a year. Money in fen, an age in years.
    """

    fact: str = Field(min_length=1, max_length=120)
    low: int = Field(0, ge=0, le=10**13)
    high: int = Field(ge=0, le=10**13)
    facts: dict[Annotated[str, Field(max_length=120)], Fact] = Field({}, max_length=100)
    together: bool = False


class CliffPiece(Shape):
    """From `low` to `high`: yes, no or unknown, fen at both ends, and the share of each one more that is lost."""

    low: int
    high: int
    eligible: Literal["yes", "no", "unknown"]
    at_low_fen: int | None
    at_high_fen: int | None
    marginal_rate: str | None
    policies: list[str]


class CliffRow(Shape):
    """At `at` one more loses `loss_fen`."""

    at: int
    loss_fen: int


class CliffsTold(Shape):
    """What is given as the number rises. `left_out`: policies that can't be followed to the fen."""

    fact: str
    pieces: list[CliffPiece]
    cliffs: list[CliffRow]
    left_out: list[str]


@router.get("/policy-numbers", response=SharedNumbers)
def list_shared_numbers(request: HttpRequest) -> SharedNumbers:
    """Return the numbers that policies share, and which read them."""
    access.require(access.may_see(officer(request)))
    rows = []
    for name, (param, touched) in changes.all_shared().items():
        entry = param.at(timezone.localdate())
        value = None if entry is None or entry.value is None else str(entry.value)
        rows.append(
            SharedNumber(
                name=name,
                label=words(param.label),
                value=value,
                policies=[one.slug for one in touched],
            )
        )
    return SharedNumbers(rows=rows)


@router.post("/policy-numbers/{number_name}/proposals", response=ProposalRow)
def propose_shared_number(
    request: HttpRequest,
    number_name: NumberName,
    payload: NumberProposed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Propose another value of a number that policies share; another person approves it for all."""
    by = officer(request)
    new = NewValue(policy="", name=number_name, value=payload.value, **_why(payload))
    return answer_once(request, idempotency_key, lambda: _row(publishing.propose(new, by=by)))


@router.post("/policies/{policy_name}/proposals", response=ProposalRow)
def propose_policy_number(
    request: HttpRequest,
    policy_name: Slug,
    payload: OwnNumberProposed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Propose another value of a policy's own number."""
    by = officer(request)
    new = NewValue(policy=policy_name, name=payload.name, value=payload.value, **_why(payload))
    return answer_once(request, idempotency_key, lambda: _row(publishing.propose(new, by=by)))


@router.post("/policies/{policy_name}/text-check", response=ChangeSeen)
def check_policy_text(
    request: HttpRequest,
    policy_name: Slug,
    payload: TextLooked,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Check a changed text: mistakes at their lines, or what differs and which worked cases turn."""
    access.require(access.may_start(officer(request)))

    def act() -> ChangeSeen:
        try:
            return _change(changes.of_text(policy_name, payload.text, on=payload.since))
        except PackError as wrong:
            return _mistakes(wrong)

    return answer_after(request, idempotency_key, act)


@router.post("/policies/{policy_name}/texts", response=ProposalRow)
def propose_policy_text(
    request: HttpRequest,
    policy_name: Slug,
    payload: TextProposed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Propose a changed text: conditions, tables, a new dated version."""
    by = officer(request)
    new = NewText(policy=policy_name, text=payload.text, is_meant=payload.meant, **_why(payload))
    return answer_once(request, idempotency_key, lambda: _row(publishing.propose_text(new, by=by)))


@router.get("/policy-proposals", response=ProposalRows)
def list_policy_proposals(request: HttpRequest) -> ProposalRows:
    """Return everything that was proposed, newest first: who, when, what became of it."""
    return ProposalRows(rows=[_row(one) for one in publishing.history(officer(request))])


@router.get("/policy-proposals/{proposal}", response=ProposalPage)
def read_policy_proposal(request: HttpRequest, proposal: ProposalId) -> ProposalPage:
    """Return one proposal whole, and while it waits what it would change."""
    row = publishing.proposal(proposal, officer(request))
    change = None
    if row.state == "proposed":
        try:
            change = _change(changes.of_row(row))
        except PackError as wrong:
            change = _mistakes(wrong)
    return ProposalPage(row=_row(row), text=row.text, change=change)


@router.post("/policy-proposals/{proposal}/trial", response=ChangeTrials)
def try_policy_proposal(
    request: HttpRequest, proposal: ProposalId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Try a proposal on the people of the district: each policy it touches, counts only."""
    row = publishing.proposal(proposal, officer(request))

    def act() -> ChangeTrials:
        found = changes.tried_on_district(changes.of_row(row), on=row.since)
        return ChangeTrials(
            rows=[ChangeTold(policy=one.slug, **trial_body(told)) for one, told in found]
        )

    return answer_after(request, idempotency_key, act)


@router.post("/policy-proposals/{proposal}/decision", response=ProposalRow)
def decide_policy_proposal(
    request: HttpRequest,
    proposal: ProposalId,
    payload: ProposalDecision,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Approve or decline what another person proposed."""
    by = officer(request)

    def act() -> ProposalRow:
        return _row(publishing.decide(proposal, approve=payload.approve, by=by))

    return answer_once(request, idempotency_key, act)


@router.post("/policy-proposals/{proposal}/withdraw", response=ProposalRow)
def withdraw_policy_proposal(
    request: HttpRequest, proposal: ProposalId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Withdraw what one proposed oneself, before it is decided."""
    by = officer(request)
    return answer_once(request, idempotency_key, lambda: _row(publishing.withdraw(proposal, by=by)))


@router.post("/policy-proposals/{proposal}/take-back", response=ProposalRow)
def take_back_policy_proposal(
    request: HttpRequest,
    proposal: ProposalId,
    payload: ChangeReason,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Propose that from a day on it is again as it was before something published."""
    by, why = officer(request), Why(**_why(payload))
    return answer_once(
        request, idempotency_key, lambda: _row(publishing.take_back(proposal, why, by=by))
    )


@router.post("/policy-numbers/{number_name}/trial", response=ChangeTrials)
def try_shared_number(
    request: HttpRequest,
    number_name: NumberName,
    payload: TrialWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Try another value of a shared number on the district; `name` repeats the number."""
    access.require(access.may_see(officer(request)))

    def act() -> ChangeTrials:
        touched = changes.known_readers(number_name)
        kept = str(trials.value_of_text(touched[0], number_name, payload.value))
        change = changes.of_number(touched, number_name, kept)
        found = changes.tried_on_district(change, on=timezone.localdate())
        return ChangeTrials(
            rows=[ChangeTold(policy=one.slug, **trial_body(told)) for one, told in found]
        )

    return answer_after(request, idempotency_key, act)


@router.post("/policies/{policy_name}/cliffs", response=CliffsTold)
def follow_policy(
    request: HttpRequest,
    policy_name: Slug,
    payload: CliffsWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Return what somebody described gets as one number rises: every piece, every cliff, to the fen."""
    access.require(access.may_see(officer(request)))
    return answer_after(request, idempotency_key, lambda: _followed(policy_name, payload))


def _followed(slug: str, payload: CliffsWanted) -> CliffsTold:
    found, on = policy(slug), timezone.localdate()
    facts: dict[str, Any] = {}
    for path, value in payload.facts.items():
        facts = cliffs.with_known(facts, path, value)
    if payload.together:
        told = together.all_together(payload.fact, facts, low=payload.low, high=payload.high, on=on)
        return CliffsTold(
            fact=payload.fact,
            pieces=[_piece(one.piece, one.kept) for one in told.stretches],
            cliffs=[_cliff(one) for one in told.cliffs],
            left_out=list(told.left_out),
        )
    schedule = cliffs.schedule_of(
        found, payload.fact, facts, low=payload.low, high=payload.high, on=on
    )
    return CliffsTold(
        fact=payload.fact,
        pieces=[_piece(one, (found.slug,) if one.value else ()) for one in schedule.pieces],
        cliffs=[_cliff(one) for one in schedule.cliffs],
        left_out=[],
    )


def _why(payload: ChangeReason) -> Any:
    return {
        "since": payload.since,
        "reason": payload.reason,
        "source": payload.source,
        "is_retroactive": payload.retroactive,
    }


def _row(row: Any) -> ProposalRow:
    return ProposalRow(
        id=row.pk,
        said=words(changes.said_of(row)),
        policy=row.policy,
        name=row.name,
        value=row.value,
        since=row.since,
        retroactive=row.is_retroactive,
        reason=row.reason,
        source=row.source,
        state=row.state,
        proposed_by=row.proposed_by.username,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by.username if row.decided_by else "",
        decided_at=row.decided_at,
        seen=row.seen,
        becomes=row.becomes,
        takes_back=row.takes_back_id,
    )


def _mistakes(wrong: PackError) -> ChangeSeen:
    return ChangeSeen(
        mistakes=[
            TextMistake(line=line, said=words(said)) for line, said in changes.problems_of(wrong)
        ],
        policies=[],
        lines=[],
        cases=0,
        otherwise=[],
    )


def _change(change: Change) -> ChangeSeen:
    return ChangeSeen(
        mistakes=[],
        policies=[
            TouchedPolicy(
                policy=after.slug,
                title=words(after.title),
                before=before.version,
                after=after.version,
            )
            for before, after in change.sides
        ],
        lines=[ChangedLine(sign=sign, line=line) for sign, line in change.lines],
        cases=change.tried,
        otherwise=[words(one.said) for one in change.otherwise],
    )


def _piece(one: Piece, policies: tuple[str, ...]) -> CliffPiece:
    said: dict[bool | None, Literal["yes", "no", "unknown"]] = {
        True: "yes",
        False: "no",
        None: "unknown",
    }
    return CliffPiece(
        low=one.low,
        high=one.high,
        eligible=said[one.value],
        at_low_fen=one.at_low,
        at_high_fen=one.at_high,
        marginal_rate=None if one.marginal_rate is None else str(one.marginal_rate),
        policies=list(policies),
    )


def _cliff(one: Cliff) -> CliffRow:
    return CliffRow(at=one.at, loss_fen=one.loss_fen)
