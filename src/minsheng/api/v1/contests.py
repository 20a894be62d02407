"""Contests of teachers, judged blind; awards; a teacher's own record. Papers: `contest_papers`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.contests import actions, reads

router = Router()
RoundId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
WorkId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
SheetId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
GrowthId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Said = Annotated[str, Field(max_length=600)]


class ContestRow(Shape):
    """A round. `may`: "enter", "run", "chair"."""

    id: int
    contest: str
    title: Words
    year: int
    state: str
    enter_by: date
    judge_by: date
    public_until: date | None
    school_places: int
    places: int
    may: list[str]


class ContestRows(Shape):
    """Rounds, those that have ended last."""

    rows: list[ContestRow]


class ContestWanted(Shape):
    """A round to open; no places means those of the contest."""

    contest: str = Field(max_length=60)
    year: int = Field(ge=2000, le=2100)
    enter_by: date
    school_places: int = Field(0, ge=0, le=50)
    places: int = Field(0, ge=0, le=500)


class ContestReceipt(Shape):
    """A round and where it is."""

    id: int
    state: str


class JudgeRow(Shape):
    """A judge by letter. `points`: how many of 100 lower than the average judge; null where unknown."""

    letter: str
    sheets: int
    done: int
    mean: float | None
    points: float | None
    error: float | None
    infit: float | None
    marks: list[Words]


class RankRow(Shape):
    """A work by number. `place`: in, draw or out; `look`: in or out after a second look."""

    work: int
    number: str
    score: float
    error: float | None
    plain: float
    spread: float
    place: str
    look: str


class ContestShown(Shape):
    """A round for whoever runs or confirms it: numbers and letters. `seen` is what the chair confirms."""

    round: ContestRow
    judges: list[JudgeRow]
    ranks: list[RankRow]
    method: Words
    agreement: float | None
    reliability: float | None
    draws: int
    left: int
    seen: str
    may: list[str]


class ContestAct(Shape):
    """A step of a round: name judges (sign-ins), begin, close, confirm what was `seen`, finish."""

    act: Literal["judges", "begin", "close", "confirm", "finish"]
    judges: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=60)
    seen: str = Field("", max_length=80)


class WorkWanted(Shape):
    """What a teacher enters; papers follow on the portal."""

    kind: str = Field(max_length=60)
    subject: str = Field(min_length=1, max_length=40)
    grade: int = Field(ge=0, le=12)
    knot: str = Field(min_length=1, max_length=80)
    title: str = Field(min_length=1, max_length=80)
    video: str = Field("", max_length=300)


class WorkScore(Shape):
    """One judge's total of 0–100 and comment."""

    total: float
    comment: str


class WorkRow(Shape):
    """A work of mine. `missing`: papers that are needed; `scores`: totals with comments, not by whom."""

    id: int
    round: int
    number: str
    kind: str
    title: str
    state: str
    said: Words
    missing: list[Words]
    scores: list[WorkScore]
    may: list[str]


class WorkRows(Shape):
    """My works, newest first."""

    rows: list[WorkRow]


class WorkAct(Shape):
    """A step of a work. `despite` a name that stands in it; `words` why, for a second look or objection."""

    act: Literal[
        "send",
        "take_back",
        "recommend",
        "unrecommend",
        "in",
        "out",
        "challenge",
        "city",
        "ministry",
    ]
    despite: bool = False
    words: Said = ""


class WorkReceipt(Shape):
    """A work, or what was made of it, and where it is."""

    id: int
    state: str


class SheetRow(Shape):
    """A work to judge, by number: no teacher, no school. `criteria`: key to weight, `grades` so far."""

    id: int
    number: str
    contest: Words
    kind: Words
    subject: str
    grade: int
    knot: str
    title: str
    video: str
    criteria: dict[str, int]
    grades: dict[str, int]
    lowest: int
    highest: int
    comment: str
    state: str
    judge_by: date


class SheetRows(Shape):
    """What I judge, the empty ones first."""

    rows: list[SheetRow]


class SheetFilled(Shape):
    """My grades for each criterion, and a comment that the teacher reads."""

    grades: dict[Annotated[str, Field(max_length=60)], int] = Field(max_length=30)
    comment: Said


class SheetConflict(Shape):
    """Why I can't judge this work."""

    why: Literal["relative", "pupil", "taught", "knows", "other"]


class ChallengeDecided(Shape):
    """Whether an objection is upheld, and the answer."""

    upheld: bool
    answer: Said


class SendingNoted(Shape):
    """What came of a work further up."""

    won: bool
    certificate: str = Field("", max_length=60)


class AwardRow(Shape):
    """An award."""

    id: int
    level: str
    contest: Words
    title: str
    prize: str
    owner: str
    school: Words
    given_on: date
    certificate: str


class AwardRows(Shape):
    """Awards, newest first."""

    rows: list[AwardRow]


class GrowthRow(Shape):
    """A line of my record."""

    id: int
    platform: str
    title: str
    day: date
    hours: float
    state: str
    is_award: bool
    reply: str
    may: list[str]


class GrowthRows(Shape):
    """My record, newest first; `hours`: checked, of the last five years."""

    hours: float
    rows: list[GrowthRow]


class GrowthWanted(Shape):
    """What I did; evidence is added on the portal."""

    platform: Literal["study", "training", "drill", "contest", "forum"]
    title: str = Field(min_length=1, max_length=80)
    day: date
    hours: float = Field(0, ge=0, le=200)


class GrowthAct(Shape):
    """A check by the head, a teacher's word against a line, the bureau's answer."""

    act: Literal["right", "wrong", "contest", "answer"]
    words: Said = ""


@router.get("/contests", response=ContestRows)
def list_contests(request: HttpRequest) -> ContestRows:
    """Return the rounds of contests, for whoever works at a school."""
    return ContestRows(rows=[_round(one) for one in reads.rounds(officer(request))])


@router.post("/contests", response=ContestReceipt)
def open_contest(
    request: HttpRequest, payload: ContestWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Open a round, as who runs the contest."""
    account = officer(request)

    def act() -> ContestReceipt:
        made = actions.open_round(actions.NewRound(**payload.model_dump()), by=account)
        return ContestReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/contests/{round_id}", response=ContestShown)
def read_contest(request: HttpRequest, round_id: RoundId) -> ContestShown:
    """Return a round with severities and the line, for whoever runs or confirms it."""
    view = reads.round_view(round_id, account=officer(request))
    return ContestShown(
        round=_round(view.line),
        judges=[
            JudgeRow(
                letter=one.letter, sheets=one.sheets, done=one.done, mean=one.mean,
                points=one.points, error=one.error, infit=one.infit,
                marks=[words(mark) for mark in one.marks],
            )
            for one in view.judges
        ],
        ranks=[
            RankRow(
                work=one.id, number=one.number, score=one.score, error=one.error, plain=one.plain,
                spread=one.spread, place=one.place, look=one.look,
            )
            for one in view.ranks
        ],
        method=words(view.method), agreement=view.agreement, reliability=view.reliability,
        draws=view.draws, left=view.left, seen=view.digest, may=sorted(view.may),
    )  # fmt: skip


@router.post("/contests/{round_id}/acts", response=ContestReceipt)
def act_on_contest(
    request: HttpRequest,
    round_id: RoundId,
    payload: ContestAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Name judges, begin, close, confirm or finish."""
    account = officer(request)

    def act() -> ContestReceipt:
        match payload.act:
            case "judges":
                made = actions.name_judges(round_id, payload.judges, by=account)
            case "begin":
                made = actions.begin_judging(round_id, by=account)
            case "close":
                made = actions.close_judging(round_id, by=account)
            case "confirm":
                made = actions.confirm(round_id, payload.seen, by=account)
            case "finish":
                made = actions.finish(round_id, by=account)
        return ContestReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/contest-works", response=WorkRows)
def list_my_works(request: HttpRequest) -> WorkRows:
    """Return my works, with grades and comments once the result is public."""
    return WorkRows(rows=[_work(one) for one in reads.own_works(officer(request))])


@router.post("/contests/{round_id}/works", response=WorkReceipt)
def enter_work(
    request: HttpRequest,
    round_id: RoundId,
    payload: WorkWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Begin a work of mine."""
    account = officer(request)

    def act() -> WorkReceipt:
        made = actions.begin_work(round_id, actions.Entered(**payload.model_dump()), by=account)
        return WorkReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.post("/contest-works/{work_id}/acts", response=WorkReceipt)
def act_on_work(
    request: HttpRequest, work_id: WorkId, payload: WorkAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Hand in, take back, recommend, look again, object, send further up."""
    account = officer(request)

    def act() -> WorkReceipt:
        match payload.act:
            case "send":
                made = actions.send_work(work_id, despite=payload.despite, by=account)
            case "take_back":
                made = actions.take_back(work_id, by=account)
            case "recommend" | "unrecommend":
                made = actions.recommend(work_id, payload.act == "recommend", by=account)
            case "in" | "out":
                made = actions.look_again(work_id, payload.act == "in", payload.words, by=account)
            case "challenge":
                row = actions.challenge(work_id, payload.words, by=account)
                return WorkReceipt(id=row.pk, state="challenged")
            case "city" | "ministry":
                sent = actions.send_up(work_id, payload.act, timezone.localdate(), by=account)
                return WorkReceipt(id=sent.pk, state=sent.outcome)
        return WorkReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/contest-sheets", response=SheetRows)
def list_my_sheets(request: HttpRequest) -> SheetRows:
    """Return what I judge: numbers, never a teacher or a school."""
    return SheetRows(
        rows=[
            SheetRow(
                id=one.id, number=one.number, contest=words(one.contest), kind=words(one.kind),
                subject=one.subject, grade=one.grade, knot=one.knot, title=one.title,
                video=one.video, criteria={key: weight for key, _, weight, _ in one.criteria},
                grades={key: grade for key, _, _, grade in one.criteria if grade is not None},
                lowest=one.lowest, highest=one.highest, comment=one.comment, state=one.state,
                judge_by=one.judge_by,
            )
            for one in reads.own_sheets(officer(request))
        ]
    )  # fmt: skip


@router.post("/contest-sheets/{sheet_id}", response=WorkReceipt)
def score_sheet(
    request: HttpRequest,
    sheet_id: SheetId,
    payload: SheetFilled,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Keep my grades and comment; they may be changed until judging is closed."""
    account = officer(request)

    def act() -> WorkReceipt:
        made = actions.score_work(sheet_id, payload.grades, payload.comment, by=account)
        return WorkReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.post("/contest-sheets/{sheet_id}/conflict", response=WorkReceipt)
def step_back(
    request: HttpRequest,
    sheet_id: SheetId,
    payload: SheetConflict,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say that I can't judge a work; somebody else gets it."""
    account = officer(request)

    def act() -> WorkReceipt:
        actions.declare_conflict(sheet_id, payload.why, by=account)
        return WorkReceipt(id=sheet_id, state="conflict")

    return answer_once(request, idempotency_key, act)


@router.post("/contest-challenges/{challenge_id}", response=WorkReceipt)
def decide_challenge(
    request: HttpRequest,
    challenge_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    payload: ChallengeDecided,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Decide an objection, as who runs the contest."""
    account = officer(request)

    def act() -> WorkReceipt:
        row = actions.decide_challenge(challenge_id, payload.upheld, payload.answer, by=account)
        return WorkReceipt(id=row.pk, state=row.outcome)

    return answer_once(request, idempotency_key, act)


@router.post("/contest-sendings/{sending_id}", response=WorkReceipt)
def note_sending(
    request: HttpRequest,
    sending_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    payload: SendingNoted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Note what came of a work at the city or the ministry."""
    account = officer(request)

    def act() -> WorkReceipt:
        row = actions.note_outcome(sending_id, payload.won, payload.certificate, by=account)
        return WorkReceipt(id=row.pk, state=row.outcome)

    return answer_once(request, idempotency_key, act)


@router.get("/awards", response=AwardRows, auth=None)
def list_public_awards(request: HttpRequest) -> AwardRows:
    """Return the awards of teachers who agreed to be named, for everybody."""
    return _awards(reads.public_awards())


@router.get("/contest-awards", response=AwardRows)
def list_awards(request: HttpRequest) -> AwardRows:
    """Return the register as I may see it: the bureau all, a head their school."""
    return _awards(reads.register(officer(request)))


@router.get("/growth", response=GrowthRows)
def list_growth(request: HttpRequest) -> GrowthRows:
    """Return my own record."""
    account = officer(request)
    return GrowthRows(
        hours=reads.own_hours(account, on=timezone.localdate()),
        rows=[
            GrowthRow(
                id=one.id, platform=one.platform, title=one.title, day=one.day, hours=one.hours,
                state=one.state, is_award=one.is_award, reply=one.reply, may=sorted(one.may),
            )
            for one in reads.own_growth(account)
        ],
    )  # fmt: skip


@router.post("/growth", response=WorkReceipt)
def add_growth(
    request: HttpRequest, payload: GrowthWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Add a line to my record; my head checks it."""
    account = officer(request)

    def act() -> WorkReceipt:
        row = actions.add_growth(actions.Done(**payload.model_dump()), by=account)
        return WorkReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.post("/growth/{growth_id}/acts", response=WorkReceipt)
def act_on_growth(
    request: HttpRequest,
    growth_id: GrowthId,
    payload: GrowthAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Check a line as its head, speak against one of mine, answer for the bureau."""
    account = officer(request)

    def act() -> WorkReceipt:
        match payload.act:
            case "right" | "wrong":
                row = actions.check_growth(
                    growth_id, payload.act == "right", payload.words, by=account
                )
            case "contest":
                row = actions.contest_growth(growth_id, payload.words, by=account)
            case "answer":
                row = actions.answer_growth(growth_id, payload.words, by=account)
        return WorkReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


def _round(one: reads.RoundLine) -> ContestRow:
    return ContestRow(
        id=one.id, contest=one.contest, title=words(one.title), year=one.year, state=one.state,
        enter_by=one.enter_by, judge_by=one.judge_by, public_until=one.public_until,
        school_places=one.school_places, places=one.places, may=sorted(one.may),
    )  # fmt: skip


def _work(one: reads.OwnWork) -> WorkRow:
    there = {"link"} if one.video else set()
    return WorkRow(
        id=one.id, round=one.round.id, number=one.number, kind=one.kind, title=one.title,
        state=one.state, said=words(one.said),
        missing=[
            words(paper.title) for paper in one.materials
            if paper.is_needed and not paper.file and paper.kind not in there
        ],
        scores=[WorkScore(total=total, comment=comment) for total, comment in one.scores],
        may=sorted(one.may),
    )  # fmt: skip


def _awards(lines: list[reads.AwardLine]) -> AwardRows:
    return AwardRows(
        rows=[
            AwardRow(
                id=one.id, level=one.level, contest=words(one.contest), title=one.title,
                prize=one.prize, owner=one.owner, school=words(one.school), given_on=one.given_on,
                certificate=one.certificate,
            )
            for one in lines
        ]
    )  # fmt: skip
