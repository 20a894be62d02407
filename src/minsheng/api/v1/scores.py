"""Points of firms: explained line by line, numbers declared and objected to, weights by two officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.scores import access, actions, reads
from minsheng.engines.scoring import Fact
from minsheng.engines.scoring.words import (
    change_said,
    conclusion,
    line_said,
    number_said,
    raise_said,
)
from minsheng.lib.money import format_yuan

if TYPE_CHECKING:
    from minsheng.apps.scores.reads import Explained
    from minsheng.engines.scoring import PartCount, Range

router = Router()
FirmCode = Annotated[str, Query("", max_length=18)]
NumberId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
ScoreName = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
FactName = Annotated[str, Field(max_length=60)]
Whole = Annotated[int, Field(ge=-(10**14), le=10**14)]
Typed = Annotated[str, Field(max_length=12, examples=["7.5"])]


class ScoreYearRow(Shape):
    """One firm: what would be kept, or that it is kept, or that there is no total yet."""

    firm: str
    said: Words
    is_kept: bool
    has_total: bool


class ScoreYear(Shape):
    """The running year of a score. `by_two`: one asks and another confirms."""

    score: str
    year: int
    by_two: bool
    is_asked: bool
    is_confirmed: bool
    may_ask: bool
    may_confirm: bool
    rows: list[ScoreYearRow]


class ScoreYearAct(Shape):
    """Keep this year, or ask for it; or confirm, as another person."""

    act: Literal["keep", "confirm"]


LONGEST = 300


class Points(Shape):
    """Points, as exact fractions: at least `low`, at most `high`."""

    low: str
    high: str


class ScoreLine(Shape):
    """One line of a part: what was counted, the band it fell into (0: open), its points."""

    line: str
    said: Words
    band: int
    points: Points
    missing: list[str]


class ScorePart(Shape):
    """One part; `points` is absent without weights, `bands` never."""

    part: str
    title: Words
    bands: Points
    points: Points | None
    best: str
    lines: list[ScoreLine]


class ScoreChange(Shape):
    """A fact that would have to be another number; money in fen."""

    fact: str
    before: int
    after: int


class ScoreRaise(Shape):
    """What would bring more points."""

    part: str
    line: str
    gain: str
    said: Words
    changes: list[ScoreChange]


class ScoreNeeded(Shape):
    """A condition of passing; `holds` is null while it isn't known."""

    text: Words
    holds: bool | None


class ScoreWay(Shape):
    """A shortest way to pass: what to change, and the total it leads to."""

    steps: list[Words]
    total: str


class ScoreOpen(Shape):
    """A number nobody has given, and how many points hang on it at most."""

    fact: str
    label: Words
    gain: str


class ScoreRow(Shape):
    """A score of a firm, explained. `passes` null: open, or nothing is passed. `digest`: the pack."""

    score: str
    title: Words
    conclusion: Words
    is_configured: bool
    stage: str
    total: Points | None
    passes: bool | None
    parts: list[ScorePart]
    raises: list[ScoreRaise]
    needed: list[ScoreNeeded]
    ways: list[ScoreWay]
    open: list[ScoreOpen]
    missing: list[str]
    digest: str


class ScoreKept(Shape):
    """The score of a past year, and by which version of the table."""

    title: Words
    year: int
    said: Words
    digest: str


class ScoreList(Shape):
    """The scores of my firm, and those of past years."""

    rows: list[ScoreRow]
    kept: list[ScoreKept]


class FirmNumber(Shape):
    """One number of my firm; money in fen. `objection`: "", "open", "changed" or "kept"."""

    id: int
    fact: str
    label: Words
    asks: Words
    is_money: bool
    value: int | None
    said: Words | None
    source: str
    paper: str
    as_of: date | None
    objection: str
    answer: str


class FirmNumbers(Shape):
    """Every number that a score reads."""

    rows: list[FirmNumber]


class NumbersDeclared(Shape):
    """Numbers as of a day: fact → number, money in fen; where they stand. `firm`: a credit code."""

    numbers: dict[FactName, Whole] = Field(max_length=100, examples=[{"staff": 86}])
    paper: str = Field(max_length=LONGEST, examples=["2025 年度审计报告"])
    as_of: date
    firm: str = Field("", max_length=18)


class NumbersKept(Shape):
    """Which numbers are new or changed."""

    changed: list[str]


class NumberObjected(Shape):
    """Why a number that an office noted is wrong."""

    words: str = Field(max_length=LONGEST)


class ScoreObjectionReceipt(Shape):
    """An objection, and how it came out so far."""

    id: int
    outcome: str


class ScoreObjection(Shape):
    """An objection that waits; money in fen. `may_settle`: I may answer it."""

    id: int
    firm: str
    fact: str
    label: Words
    value: int
    said: Words
    paper: str
    words: str
    may_settle: bool


class WeightsRow(Shape):
    """A set of weights: stage → part → points. `may_decide`: I may confirm or refuse it."""

    id: int
    score: str
    title: Words
    starts: date
    source: str
    state: str
    entered_by: str
    weights: dict[str, dict[str, str]]
    may_decide: bool


class ToWeigh(Shape):
    """A score whose weights I enter: its stages and parts, and what each stage adds up to."""

    score: str
    title: Words
    stages: dict[str, Words]
    parts: dict[str, Words]
    total: int


class FirmToNote(Shape):
    """A firm of which I may note numbers."""

    credit_code: str
    name: str


class FactToNote(Shape):
    """A number I may note; money in fen."""

    fact: str
    label: Words
    is_money: bool


class ScoreDesk(Shape):
    """What waits at the desk of scores, and what I may do there."""

    objections: list[ScoreObjection]
    weights: list[WeightsRow]
    to_weigh: list[ToWeigh]
    may_note: bool
    firms: list[FirmToNote]
    facts: list[FactToNote]


class ScoreObjectionAnswer(Shape):
    """The answer to an objection: with another number it is changed, with null it is kept."""

    value: Whole | None = None
    answer: str = Field(max_length=LONGEST)


class WeightsEntered(Shape):
    """Weights as they are written: stage → part → points, from a day on, by which document."""

    weights: dict[FactName, dict[FactName, Typed]] = Field(max_length=20)
    starts: date
    source: str = Field(max_length=LONGEST)


class WeightsAct(Shape):
    """Confirm weights that another entered, or refuse them with why."""

    act: Literal["confirm", "refuse"]
    why: str = Field("", max_length=LONGEST)


class WeightsReceipt(Shape):
    """A set of weights, and where it stands."""

    id: int
    state: str


@router.get("/firm/scores", response=ScoreList)
def list_firm_scores(request: HttpRequest, firm: FirmCode) -> ScoreList:
    """Return the scores of my firm line by line, what would raise them, and those of past years."""
    account = resident(request)
    found = reads.own_explained(account, on=timezone.localdate(), code=firm)
    kept = reads.snapshots_of(access.own_firm(account, firm))
    return ScoreList(
        rows=[score_row(one) for one in found],
        kept=[
            ScoreKept(
                title=words(one.title), year=one.year, said=words(one.said), digest=one.digest
            )
            for one in kept
        ],
    )


@router.get("/firm/numbers", response=FirmNumbers)
def list_firm_numbers(request: HttpRequest, firm: FirmCode) -> FirmNumbers:
    """Return the numbers of my firm, by whom they were given and what became of objections."""
    return FirmNumbers(
        rows=[_number(one) for one in reads.own_numbers(resident(request), code=firm)]
    )


@router.post("/firm/numbers", response=NumbersKept)
def declare_firm_numbers(
    request: HttpRequest, payload: NumbersDeclared, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Declare numbers of my firm; one that an office noted is objected to instead."""
    account = resident(request)

    def act() -> NumbersKept:
        typed = typed_numbers(payload.numbers, reads.noted_facts(), payload.paper, payload.as_of)
        return NumbersKept(changed=actions.declare(payload.firm, typed, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/firm/numbers/{number_id}/objections", response=ScoreObjectionReceipt)
def object_to_firm_number(
    request: HttpRequest,
    number_id: NumberId,
    payload: NumberObjected,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Object to a number that an office noted of my firm; another person answers."""
    account = resident(request)

    def act() -> ScoreObjectionReceipt:
        with named_as_sent():
            row = actions.object_to(number_id, payload.words, by=account)
        return ScoreObjectionReceipt(id=row.pk, outcome=row.outcome)

    return answer_once(request, idempotency_key, act)


def _year(view: reads.YearView) -> ScoreYear:
    return ScoreYear(
        score=view.loaded.score.score,
        year=view.year,
        by_two=view.by_two,
        is_asked=view.is_asked,
        is_confirmed=view.is_confirmed,
        may_ask=view.may_ask,
        may_confirm=view.may_confirm,
        rows=[
            ScoreYearRow(
                firm=one.firm, said=words(one.said), is_kept=one.is_kept, has_total=one.has_total
            )
            for one in view.lines
        ],
    )


@router.get("/desk/scores", response=ScoreDesk)
def read_score_desk(request: HttpRequest) -> ScoreDesk:
    """Return objections and weights that wait, and what I may note or enter."""
    account = officer(request)
    found = reads.desk(account)
    return ScoreDesk(
        objections=[_objection(one) for one in found.objections],
        weights=[_weights(one) for one in found.weights],
        to_weigh=[
            ToWeigh(
                score=one.score.score,
                title=words(one.score.title),
                stages={key: words(title) for key, title in one.score.stages.items()},
                parts={key: words(part.title) for key, part in one.score.parts.items()},
                total=one.score.total,
            )
            for one in found.to_weigh
        ],
        may_note=found.may_note,
        firms=[
            FirmToNote(credit_code=one.credit_code, name=one.name) for one in reads.firms(account)
        ]
        if found.may_note
        else [],
        facts=[
            FactToNote(fact=key, label=words(one.label), is_money=one.type == "money")
            for key, one in reads.noted_facts().items()
        ]
        if found.may_note
        else [],
    )


@router.post("/desk/scores/numbers", response=NumbersKept)
def note_firm_numbers(
    request: HttpRequest, payload: NumbersDeclared, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Note numbers of a firm as its office; the firm is told and may object."""
    account = officer(request)

    def act() -> NumbersKept:
        typed = typed_numbers(payload.numbers, reads.noted_facts(), payload.paper, payload.as_of)
        return NumbersKept(changed=actions.note(payload.firm, typed, by=account))

    return answer_once(request, idempotency_key, act)


@router.get("/desk/score-years/{score_name}", response=ScoreYear)
def read_score_year(request: HttpRequest, score_name: ScoreName) -> ScoreYear:
    """Return what would be kept of this year, firm by firm, and whether I may ask or confirm."""
    return _year(reads.year_of(score_name, officer(request)))


@router.post("/desk/score-years/{score_name}", response=ScoreYear)
def keep_score_year(
    request: HttpRequest,
    score_name: ScoreName,
    payload: ScoreYearAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Keep this year of every firm; where the score has weights one asks and another confirms."""
    account = officer(request)

    def act() -> ScoreYear:
        if payload.act == "confirm":
            actions.confirm_year(score_name, by=account)
        else:
            actions.keep_year(score_name, by=account)
        return _year(reads.year_of(score_name, account))

    return answer_once(request, idempotency_key, act)


@router.post("/desk/scores/objections/{objection_id}/answer", response=ScoreObjectionReceipt)
def answer_score_objection(
    request: HttpRequest,
    objection_id: NumberId,
    payload: ScoreObjectionAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Answer an objection with why, as another person than noted the number."""
    account = officer(request)

    def act() -> ScoreObjectionReceipt:
        facts = {one.id: one.fact for one in reads.desk(account).objections}
        text = "" if payload.value is None else _typed(payload.value, facts.get(objection_id))
        with named_as_sent(number="value"):
            row = actions.settle_objection(objection_id, text, payload.answer, by=account)
        return ScoreObjectionReceipt(id=row.pk, outcome=row.outcome)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/scores/{score_name}/weights", response=WeightsReceipt)
def enter_score_weights(
    request: HttpRequest,
    score_name: ScoreName,
    payload: WeightsEntered,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Enter weights of a score; they count once another person has confirmed them."""
    account = officer(request)

    def act() -> WeightsReceipt:
        row = actions.enter_weights(
            score_name,
            payload.weights,
            starts=payload.starts,
            source=payload.source,
            by=account,
        )
        return WeightsReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/score-weights/{weights_id}/acts", response=WeightsReceipt)
def act_on_score_weights(
    request: HttpRequest,
    weights_id: NumberId,
    payload: WeightsAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Confirm weights as another person than entered them, or refuse them with why."""
    account = officer(request)

    def act() -> WeightsReceipt:
        row = (
            actions.confirm_weights(weights_id, by=account)
            if payload.act == "confirm"
            else actions.refuse_weights(weights_id, payload.why, by=account)
        )
        return WeightsReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


def typed_numbers(
    numbers: Mapping[str, int], facts: Mapping[str, Fact], paper: str, as_of: date
) -> actions.Typed:
    """Return numbers as a form would bring them: money in yuan."""
    return actions.Typed(
        numbers={name: _typed(value, facts.get(name)) for name, value in numbers.items()},
        paper=paper,
        as_of=as_of,
    )


def _typed(value: int, fact: Fact | None) -> str:
    return format_yuan(value) if fact is not None and fact.type == "money" else str(value)


def score_row(one: Explained) -> ScoreRow:
    """Return a score as it goes out, line by line."""
    counted, score = one.count, one.loaded.score
    return ScoreRow(
        score=score.score,
        title=words(score.title),
        conclusion=words(conclusion(counted)),
        is_configured=counted.is_configured,
        stage=counted.stage,
        total=points_of(counted.total),
        passes=counted.passes,
        parts=[_part(part, one) for part in counted.parts],
        raises=[
            ScoreRaise(
                part=raised.part,
                line=raised.line,
                gain=_exact(raised.gain),
                said=words(raise_said(raised, score)),
                changes=[
                    ScoreChange(fact=change.fact, before=change.before, after=change.after)
                    for change in raised.changes
                ],
            )
            for raised in one.raises
        ],
        needed=[ScoreNeeded(text=words(row.text), holds=row.value) for row in counted.needed],
        ways=[
            ScoreWay(
                steps=[
                    words(change_said(change, score))
                    for raised in way.raises
                    for change in raised.changes
                ],
                total=_exact(way.total),
            )
            for way in one.ways
        ],
        open=[
            ScoreOpen(fact=name, label=words(score.facts[name].label), gain=_exact(gain))
            for name, gain in one.open
        ],
        missing=list(counted.missing),
        digest=one.loaded.digest,
    )


def _part(part: PartCount, one: Explained) -> ScorePart:
    return ScorePart(
        part=part.part.key,
        title=words(part.part.title),
        bands=Points(low=_exact(part.bands.low), high=_exact(part.bands.high)),
        points=points_of(part.points),
        best=part.best,
        lines=[
            ScoreLine(
                line=line.line.key,
                said=words(line_said(line, one.loaded.score)),
                band=line.row,
                points=Points(low=_exact(line.points.low), high=_exact(line.points.high)),
                missing=list(line.missing),
            )
            for line in part.lines
        ],
    )


def points_of(found: Range | None) -> Points | None:
    """Return points as they go out, or None where there are none."""
    return None if found is None else Points(low=_exact(found.low), high=_exact(found.high))


def _exact(points: Fraction) -> str:
    return str(points)


def _number(one: reads.Number) -> FirmNumber:
    return FirmNumber(
        id=one.id,
        fact=one.fact.key,
        label=words(one.fact.label),
        asks=words(one.fact.ask),
        is_money=one.fact.type == "money",
        value=one.value,
        said=None if one.value is None else words(number_said(one.fact, one.value)),
        source=one.source,
        paper=one.paper,
        as_of=one.as_of,
        objection=one.objection,
        answer=one.answer,
    )


def _objection(one: reads.ObjectionLine) -> ScoreObjection:
    return ScoreObjection(
        id=one.id,
        firm=one.firm,
        fact=one.fact.key,
        label=words(one.fact.label),
        value=one.value,
        said=words(number_said(one.fact, one.value)),
        paper=one.paper,
        words=one.words,
        may_settle=one.is_yours_to_settle,
    )


def _weights(one: reads.WeightLine) -> WeightsRow:
    return WeightsRow(
        id=one.id,
        score=one.loaded.score.score,
        title=words(one.loaded.score.title),
        starts=one.starts,
        source=one.source,
        state=one.state,
        entered_by=one.entered_by,
        weights={stage: dict(row) for stage, row in one.weights.items()},
        may_decide=one.may_decide,
    )
