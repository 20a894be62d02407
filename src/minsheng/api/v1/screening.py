"""Policies find people: begin a run with its bases, follow it, approve it, its list; a number tried."""

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
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Source, Words, source, words
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import access, actions, reads, trials
from minsheng.apps.screening.actions import Begun
from minsheng.engines.simulation import Point

router = Router()
RunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
State = Literal["running", "ready", "approved", "declined", "stopped"]
Name = Annotated[str, Field(max_length=60)]


class RunRow(Shape):
    """One run. `people` were there when it began, `left_out` don't wish to be searched for."""

    id: int
    policies: list[str]
    purpose: str
    on: date
    state: State
    said: Words
    people: int
    screened: int
    left_out: int
    started_at: datetime


class RunRows(Shape):
    """The latest runs, newest first."""

    rows: list[RunRow]


class BasisRow(Shape):
    """A basis on which a data set may be read."""

    key: str
    title: Words
    source: Source


class DataSetRow(Shape):
    """A data set, the bases the district allows, and which policies read it."""

    key: str
    title: Words
    bases: list[BasisRow]
    read_by: list[str]


class PurposeRow(Shape):
    """What a run may be for."""

    key: str
    title: Words


class RunChoices(Shape):
    """What a run may be begun with."""

    policies: list[str]
    purposes: list[PurposeRow]
    datasets: list[DataSetRow]


class FewCount(Shape):
    """A count; `people` is null where it is under the smallest group that may be shown."""

    said: Words
    people: int | None


class RunChange(FewCount):
    """What changed since the run before, and by which condition or fact."""

    because: list[FewCount]


class RunWrong(Shape):
    """Who was named wrongly: marks, of how many named, and by which condition."""

    marks: int
    named: int | None
    conditions: list[FewCount]


class RunPolicy(Shape):
    """One policy of a run added up; null is withheld, as it would tell of a small group."""

    policy: str
    title: Words
    version: str
    yes: int | None
    unknown: int | None
    no: int | None
    total: int | None
    amount_fen: int | None
    amount_open: int | None
    marked: int
    missing: list[FewCount]
    failing: list[FewCount]
    changes: list[RunChange]
    wrong: RunWrong | None


class RunBasis(Shape):
    """On what basis a data set was read."""

    title: Words
    basis: Words
    source: Source


class RunPage(Shape):
    """One run whole. `compared_with`: the run before; `fingerprint`: of everything that was read."""

    run: RunRow
    progress: int
    smallest_group: int
    compared_with: int | None
    policies: list[RunPolicy]
    bases: list[RunBasis]
    fingerprint: str


class RunBegun(Shape):
    """What a run is begun with; `bases`: data set → basis, for each one the policies read."""

    policies: list[Name] = Field(max_length=50)
    purpose: Name
    bases: dict[str, Name] = Field(max_length=100)


class RunDecision(Shape):
    """Whether what was found may be used."""

    approve: bool


class RunReceipt(Shape):
    """A run, and where it stands."""

    id: int
    state: State


class RunLine(Shape):
    """One person and a policy they may be entitled to. `amount_fen` null: it isn't known yet."""

    name: str
    number: str
    policy: str
    title: Words
    amount_fen: int | None
    missing: list[Words]


class RunLines(Shape):
    """The list of an approved run."""

    rows: list[RunLine]


class TrialWanted(Shape):
    """A number of the policy and its value as an officer types it: yuan, `2/3`, `2026-04-22`."""

    name: str = Field(min_length=1, max_length=60)
    value: str = Field(min_length=1, max_length=60)


class TrialSide(Shape):
    """Who gets it and what it costs each time; `open`: whose amount isn't known. null is withheld."""

    yes: int | None
    unknown: int | None
    cost_fen: int | None
    open: int | None


class TrialBand(Shape):
    """One group; null is withheld."""

    said: Words
    people: int | None
    winners: int | None
    losers: int | None


class TrialGrouping(Shape):
    """One way of dividing people."""

    title: Words
    bands: list[TrialBand]


class TrialPoint(Shape):
    """What it costs with the number at this value: fen for money, an exact fraction for a share."""

    value: str
    cost_fen: int
    yes: int


class TrialBody(Shape):
    """Both sides, who wins and loses; null is withheld, as it would tell of a small group."""

    people: int
    before: TrialSide
    after: TrialSide
    more_fen: int | None
    winners: int | None
    losers: int | None
    same: int | None
    undecided: int | None
    groups: list[TrialGrouping]


class TrialTold(TrialBody):
    """A policy with another number, and the cost on the way there; no curve where a side is withheld."""

    policy: str
    name: str
    value: str
    curve: list[TrialPoint]


@router.get("/screening/runs", response=RunRows)
def list_screening_runs(request: HttpRequest) -> RunRows:
    """Return the latest runs."""
    return RunRows(rows=[_row(row, said) for row, said in reads.runs(officer(request))])


@router.get("/screening/choices", response=RunChoices)
def read_screening_choices(request: HttpRequest) -> RunChoices:
    """Return which policies, purposes and bases a run may be begun with."""
    policies, datasets = reads.choices(officer(request))
    spec = access.spec()
    return RunChoices(
        policies=[one.slug for one in policies],
        purposes=[PurposeRow(key=key, title=words(one)) for key, one in spec.purposes.items()],
        datasets=[
            DataSetRow(
                key=declared.source,
                title=words(declared.title),
                bases=[
                    BasisRow(key=one.key, title=words(one.title), source=source(one.cite))
                    for one in bases
                ],
                read_by=slugs,
            )
            for declared, bases, slugs in datasets
        ],
    )


@router.post("/screening/runs", response=RunReceipt)
def begin_screening_run(
    request: HttpRequest, payload: RunBegun, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Begin a run as of today; it is carried on in the background."""
    account = officer(request)
    begun = Begun(**payload.model_dump(), on=timezone.localdate())
    return answer_once(request, idempotency_key, lambda: _receipt(actions.start(begun, by=account)))


@router.get("/screening/runs/{run_id}", response=RunPage)
def read_screening_run(request: HttpRequest, run_id: RunId) -> RunPage:
    """Return one run: counts, what is missing, what changed; small groups withheld."""
    view = reads.run_view(run_id, officer(request))
    return RunPage(
        run=_row(view.row, view.said),
        progress=view.progress,
        smallest_group=view.smallest,
        compared_with=view.row.previous_id,
        policies=[_policy(one) for one in view.policies],
        bases=[
            RunBasis(title=words(title), basis=words(one.title), source=source(one.cite))
            for title, one in view.bases
        ],
        fingerprint=view.row.input_hash,
    )


@router.post("/screening/runs/{run_id}/decision", response=RunReceipt)
def decide_screening_run(
    request: HttpRequest, run_id: RunId, payload: RunDecision, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Approve or decline a run that another began; approved, people are told."""
    account = officer(request)

    def act() -> RunReceipt:
        return _receipt(actions.decide(run_id, approve=payload.approve, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/screening/runs/{run_id}/stop", response=RunReceipt)
def stop_screening_run(
    request: HttpRequest, run_id: RunId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Stop a run that is under way; nothing of it is used."""
    account = officer(request)
    return answer_once(request, idempotency_key, lambda: _receipt(actions.stop(run_id, by=account)))


@router.get("/screening/runs/{run_id}/list", response=RunLines)
def read_screening_list(request: HttpRequest, run_id: RunId) -> RunLines:
    """Return whom an approved run found; each person sees that they were looked at."""
    rows = reads.export_rows(run_id, officer(request))
    return RunLines(
        rows=[
            RunLine(
                name=name,
                number=number,
                policy=line.slug,
                title=words(line.title),
                amount_fen=line.outcome.amount_fen,
                missing=[words(reads.label_of(path)) for path in line.outcome.missing],
            )
            for name, number, line in rows
        ]
    )


@router.post("/policies/{policy_name}/trial", response=TrialTold)
def try_policy(
    request: HttpRequest,
    policy_name: Slug,
    payload: TrialWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Try a policy with another number on the people of the district; nothing is changed."""
    access.require(access.may_see(officer(request)))

    def act() -> TrialTold:
        told, points = trials.tried_here(
            policy(policy_name), payload.name, payload.value, on=timezone.localdate()
        )
        return _trial(policy_name, payload, told, points)

    # the whole district is read, and a transaction held so long would keep everybody else waiting
    return answer_after(request, idempotency_key, act)


def _row(row: Any, said: Any) -> RunRow:
    return RunRow(
        id=row.pk,
        policies=list(row.policies),
        purpose=row.purpose,
        on=row.on,
        state=row.state,
        said=words(said),
        people=row.people,
        screened=row.screened,
        left_out=row.left_out,
        started_at=row.started_at,
    )


def _receipt(row: Any) -> RunReceipt:
    return RunReceipt(id=row.pk, state=row.state)


def _policy(one: reads.PolicyCount) -> RunPolicy:
    return RunPolicy(
        policy=one.slug,
        title=words(one.title),
        version=one.version,
        **one.verdicts.counts,
        total=one.verdicts.total,
        amount_fen=one.amount_fen,
        amount_open=one.amount_open,
        marked=one.marked,
        missing=[_few(each) for each in one.missing],
        failing=[_few(each) for each in one.failing],
        changes=[
            RunChange(
                said=words(change.said),
                people=change.people,
                because=[_few(each) for each in change.because],
            )
            for change in one.changes
        ],
        wrong=None
        if one.wrong is None
        else RunWrong(
            marks=one.wrong.marks,
            named=one.wrong.named,
            conditions=[_few(each) for each in one.wrong.conditions],
        ),
    )


def _few(count: reads.Count) -> FewCount:
    return FewCount(said=words(count.said), people=count.people)


def trial_body(told: trials.Told) -> dict[str, Any]:
    """Return a trial as `TrialBody` has it."""
    return {
        "people": told.people,
        "before": _side(told.before),
        "after": _side(told.after),
        "more_fen": told.more_fen,
        "winners": told.winners,
        "losers": told.losers,
        "same": told.same,
        "undecided": told.undecided,
        "groups": [
            TrialGrouping(
                title=words(grouping.title),
                bands=[
                    TrialBand(
                        said=words(band.said),
                        people=band.people,
                        winners=band.winners,
                        losers=band.losers,
                    )
                    for band in grouping.bands
                ],
            )
            for grouping in told.groupings
        ],
    }


def _trial(
    slug: str, wanted: TrialWanted, told: trials.Told, points: tuple[Point, ...]
) -> TrialTold:
    return TrialTold(
        policy=slug,
        name=wanted.name,
        value=wanted.value,
        **trial_body(told),
        curve=[
            TrialPoint(value=str(one.value), cost_fen=one.side.cost_fen, yes=one.side.yes)
            for one in points
        ],
    )


def _side(side: trials.SideShown) -> TrialSide:
    return TrialSide(yes=side.yes, unknown=side.unknown, cost_fen=side.cost_fen, open=side.open)
