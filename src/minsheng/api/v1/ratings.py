"""Ratings of cases and visits, and what follows a bad one, step by step."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.problems import not_signed_in
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.reads import Act, MyRating, ReviewView
from minsheng.apps.webhooks import signature

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.ratings.models import Review

router = Router()
LONGEST = 500
RatingId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Serial = Annotated[
    str, Path(pattern=r"^[0-9]{4}-[0-9]{4,12}$", description="As it is quoted: 2026-0001.")
]
SignedHeader = Annotated[str, Header("", alias="webhook-id", max_length=120)]
SignedTime = Annotated[str, Header("", alias="webhook-timestamp", max_length=20)]
SignedBy = Annotated[str, Header("", alias="webhook-signature", max_length=500)]
Office = Annotated[str, Query("", max_length=40, pattern=r"^[a-z0-9_.\-]*$")]
Score = Annotated[int, Field(ge=1, le=5)]
Step = Literal[
    "reached",
    "not_reached",
    "founded",
    "unfounded",
    "correct",
    "answer",
    "passed",
    "again",
]


class VisitRating(Shape):
    """How a visit to a counter went. `parts`: efficiency, level, manner, each 1 to 5."""

    code: str = Field(max_length=40)
    score: Score
    comment: str = Field("", max_length=LONGEST)
    parts: dict[str, Score] = Field(default_factory=dict, max_length=10)


class VisitRated(Shape):
    """A visit was rated; nobody is told by whom."""

    score: int


class RatingCode(Shape):
    """A code for one visit, shown once and kept nowhere."""

    code: str
    until: date


class ReviewStep(Shape):
    """One step that was done. `by` is a post, or the rater."""

    kind: str
    round: int
    number: int
    outcome: str
    words: str
    for_office: str
    by: Words
    due_on: date | None
    at: datetime
    late: bool


class RatingLine(Shape):
    """One of my ratings. `stage` is where its review stands, empty without one."""

    id: int
    kind: str
    case: str
    title: Words
    score: int
    at: datetime
    is_excluded: bool
    stage: str
    waits_for_me: bool


class RatingPage(Shape):
    """My ratings, newest first."""

    rows: list[RatingLine]
    next: str | None


class RatingWhole(RatingLine):
    """One of my ratings with my words and each step that followed."""

    parts: dict[str, int]
    words: str
    supplement: str
    due_on: date | None
    steps: list[ReviewStep]


class Added(Shape):
    """Words of mine."""

    words: str = Field(max_length=LONGEST)


class Confirmation(Shape):
    """Whether it is solved."""

    solved: bool
    words: str = Field("", max_length=LONGEST)


class ReviewReceipt(Shape):
    """A review after a step."""

    number: str
    stage: str
    round: int


class ReviewLineOut(Shape):
    """One review in a list. `left` are working days for the step that is due."""

    number: str
    stage: str
    office: Words
    step_due_on: date
    left: int
    is_mine: bool
    is_appealed: bool


class ReviewPage(Shape):
    """The reviews I may see, whose turn is soonest first."""

    rows: list[ReviewLineOut]
    next: str | None


class ReviewWhole(Shape):
    """A review, cut to what I may know: the rated office learns neither score nor words nor who."""

    number: str
    reader: str
    stage: str
    round: int
    office: Words
    owner: Words
    step_due_on: date
    due_on: date | None
    score: int | None
    words: str
    who: str
    case: str
    task: str
    contacts: int
    my_step: str
    may_appeal: bool
    may_decide_appeal: bool
    is_excluded: bool
    steps: list[ReviewStep]


class StepTaken(Shape):
    """One step of a review, with its words. `for_office` goes with `founded`."""

    step: Step
    words: str = Field(max_length=LONGEST)
    for_office: str = Field("", max_length=LONGEST)
    may_tell: bool = False


class AppealDecision(Shape):
    """Whether an appeal is upheld, and why."""

    upheld: bool
    words: str = Field(max_length=LONGEST)


class AppealReceipt(Shape):
    """An appeal: until when it is decided, and how."""

    due_on: date
    is_upheld: bool | None


class EnteredRating(Shape):
    """What somebody said on paper or to 12345. `about`: a case number, or the code of a visit."""

    about: str = Field(max_length=40)
    channel: Literal["paper", "hotline"]
    score: Score
    parts: dict[str, Score] = Field(default_factory=dict, max_length=10)
    comment: str = Field("", max_length=LONGEST)
    is_named: bool = True


class EnteredReceipt(Shape):
    """It is kept, once, with who wrote it down."""

    score: int
    channel: str


class TextMessage(Shape):
    """A text message that came back to the gateway.

    `about`: the case number or code that our message was about, where the gateway knows it and the
    text doesn't say it.
    """

    sender: str = Field(max_length=30)
    text: str = Field(max_length=LONGEST)
    about: str = Field("", max_length=40)


class TextTaken(Shape):
    """What became of it, and what may be texted back. Only `rated` has kept a rating."""

    outcome: Literal["rated", "unclear", "unknown", "already", "stopped", "started", "ignored"]
    reply: Words


class RankedOffice(Shape):
    """One office among the others; `place` is null over a small sample."""

    office: str
    title: Words
    place: int | None
    count: int
    satisfied: int
    shown: str


class OfficeMonth(Shape):
    """The ratings of one office in one month. `shown` is "7/8" over a small sample."""

    office: str
    title: Words
    month: date
    count: int
    satisfied: int
    excluded: int
    shown: str
    is_small: bool


class SatisfactionTable(Shape):
    """Ratings by office and month, with the formula."""

    formula: Words
    rows: list[OfficeMonth]


@router.post("/visits/rating", response=VisitRated, auth=None)
def rate_visit(request: HttpRequest, payload: VisitRating) -> VisitRated:
    """Rate the visit that a code stands for, once, without a name. Sign in at the portal for one."""
    given = actions.Given(
        payload.score, payload.parts, payload.comment, is_named=False, channel="api"
    )
    return VisitRated(score=actions.rate_visit(payload.code, given).score)


@router.post("/ratings/entered", response=EnteredReceipt)
def enter_rating(
    request: HttpRequest, payload: EnteredRating, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Write down what somebody said on paper or to 12345; never of one's own office."""
    account = officer(request)

    def act() -> EnteredReceipt:
        given = actions.Given(
            payload.score,
            payload.parts,
            payload.comment,
            is_named=payload.is_named,
            channel=payload.channel,
        )
        made = actions.enter_rating(payload.about, given, by=account)
        return EnteredReceipt(score=made.score, channel=made.channel)

    return answer_once(request, idempotency_key, act)


@router.post("/ratings/sms", response=TextTaken, auth=None)
def take_text(
    request: HttpRequest,
    payload: TextMessage,
    message: SignedHeader = "",
    timestamp: SignedTime = "",
    signatures: SignedBy = "",
) -> TextTaken:
    """Take a text message from the gateway: a digit from 1 to 5, STOP or START.

    Signed as our own webhooks are (Standard Webhooks, MINSHENG_SMS_SECRET), at most five minutes
    ago. A case is rated only from its applicant's telephone. The same message twice rates once.
    """
    secret = settings.MINSHENG_SMS_SECRET
    if not secret or not signature.is_signed(
        secret,
        message=message,
        timestamp=timestamp,
        body=request.body,
        signatures=signatures,
        now=int(time.time()),
    ):
        raise not_signed_in()
    taken = actions.take_text(phone=payload.sender, text=payload.text, about=payload.about)
    return TextTaken.model_validate({"outcome": taken.outcome, "reply": words(taken.reply)})


@router.post("/visits", response=RatingCode)
def give_code(request: HttpRequest) -> RatingCode:
    """Make a code for the visitor at my counter. Each call makes another; none is kept."""
    visit, code = actions.give_code(by=officer(request))
    return RatingCode(code=code, until=visit.until)


@router.get("/ratings", response=RatingPage)
def list_ratings(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> RatingPage:
    """Return what I rated, newest first."""
    rows, following = page(
        reads.my_ratings(resident(request)),
        place=lambda row: (-int(row.at.timestamp()), -row.id),
        cursor=cursor,
        limit=limit,
    )
    return RatingPage(rows=[RatingLine(**_line(row)) for row in rows], next=following)


@router.get("/ratings/{rating}", response=RatingWhole)
def read_rating(request: HttpRequest, rating: RatingId) -> RatingWhole:
    """Return one of my ratings with what followed."""
    return _mine(reads.my_rating(rating, account=resident(request)))


@router.post("/ratings/{rating}/supplement", response=RatingLine)
def add_words(
    request: HttpRequest, rating: RatingId, payload: Added, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Add to my rating, once."""
    account = resident(request)

    def act() -> RatingLine:
        actions.add_words(rating, payload.words, by=account)
        return RatingLine(**_line(reads.my_rating(rating, account=account)))

    return answer_once(request, idempotency_key, act)


@router.post("/ratings/{rating}/confirmation", response=ReviewReceipt)
def confirm_solved(
    request: HttpRequest,
    rating: RatingId,
    payload: Confirmation,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say whether what I complained of is solved."""
    account = resident(request)

    def act() -> ReviewReceipt:
        found = reads.my_rating(rating, account=account)
        number = found.review.number if found.review else ""
        made = actions.confirm_review(
            number, by=account, solved=payload.solved, words=payload.words
        )
        return ReviewReceipt(number=made.number, stage=made.stage, round=made.round)

    return answer_once(request, idempotency_key, act)


@router.get("/reviews", response=ReviewPage)
def list_reviews(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 20, closed: bool = False
) -> ReviewPage:
    """Return the reviews I may see; those that are closed on request."""
    rows, following = page(
        reads.reviews(officer(request), closed=closed),
        place=lambda row: (row.stage_due.isoformat(), row.number),
        cursor=cursor,
        limit=limit,
    )
    return ReviewPage(
        rows=[
            ReviewLineOut(
                number=row.number,
                stage=row.stage,
                office=words(row.office),
                step_due_on=row.stage_due,
                left=row.left,
                is_mine=row.is_mine,
                is_appealed=row.is_appealed,
            )
            for row in rows
        ],
        next=following,
    )


@router.get("/reviews/{number}", response=ReviewWhole)
def read_review(request: HttpRequest, number: Serial) -> ReviewWhole:
    """Return a review as I may see it. That the desk opened it is written down for the rater."""
    return _review(reads.review(number, account=officer(request)))


@router.post("/reviews/{number}/steps", response=ReviewReceipt)
def take_review_step(
    request: HttpRequest, number: Serial, payload: StepTaken, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take the step of a review that is mine. Of two at once, the second is told."""
    account = officer(request)

    def act() -> ReviewReceipt:
        made = _take(number, payload, account)
        return ReviewReceipt(number=made.number, stage=made.stage, round=made.round)

    return answer_once(request, idempotency_key, act)


@router.post("/reviews/{number}/appeal", response=AppealReceipt)
def appeal_rating(
    request: HttpRequest, number: Serial, payload: Added, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Hold the rating for mistaken, for the rated office, once."""
    account = officer(request)

    def act() -> AppealReceipt:
        made = actions.appeal_review(number, by=account, words=payload.words)
        return AppealReceipt(due_on=made.due_day, is_upheld=made.is_upheld)

    return answer_once(request, idempotency_key, act)


@router.post("/reviews/{number}/appeal/decision", response=AppealReceipt)
def decide_rating_appeal(
    request: HttpRequest,
    number: Serial,
    payload: AppealDecision,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Decide an appeal with a reason: another post than the one that appealed."""
    account = officer(request)

    def act() -> AppealReceipt:
        made = actions.decide_appeal(number, by=account, upheld=payload.upheld, words=payload.words)
        return AppealReceipt(due_on=made.due_day, is_upheld=made.is_upheld)

    return answer_once(request, idempotency_key, act)


@router.get("/satisfaction", response=SatisfactionTable)
def read_satisfaction(
    request: HttpRequest,
    first: date | None = None,
    last: date | None = None,
    office: Office = "",
) -> SatisfactionTable:
    """Return ratings by office and month, of a year unless told, for the desk and the leader."""
    rows = reads.satisfaction_for(officer(request), first=first, last=last, office=office)
    return SatisfactionTable(
        formula=words(reads.FORMULA),
        rows=[
            OfficeMonth(
                office=row.office,
                title=words(row.title),
                month=row.month,
                count=row.count,
                satisfied=row.satisfied,
                excluded=row.excluded,
                shown=row.shown,
                is_small=row.is_small,
            )
            for row in rows
        ],
    )


@router.get("/satisfaction/ranking", response=list[RankedOffice])
def read_ranking(
    request: HttpRequest, first: date | None = None, last: date | None = None
) -> list[RankedOffice]:
    """Return the offices by how they were rated, of a year unless told; small samples unranked."""
    return [
        RankedOffice(
            office=row.office,
            title=words(row.title),
            place=row.place,
            count=row.count,
            satisfied=row.satisfied,
            shown=row.shown,
        )
        for row in reads.ranking_for(officer(request), first=first, last=last)
    ]


def _take(number: str, payload: StepTaken, account: Account) -> Review:
    given = payload
    match given.step:
        case "reached" | "not_reached":
            return actions.record_contact(
                number,
                by=account,
                reached=given.step == "reached",
                words=given.words,
                may_tell=given.may_tell,
            )
        case "founded" | "unfounded":
            return actions.verify_review(
                number,
                by=account,
                founded=given.step == "founded",
                words=given.words,
                for_office=given.for_office,
            )
        case "correct":
            return actions.correct_review(number, by=account, words=given.words)
        case "answer":
            return actions.answer_review(number, by=account, words=given.words)
        case _:
            return actions.recheck_review(
                number, by=account, passed=given.step == "passed", words=given.words
            )


def _line(row: MyRating) -> dict[str, Any]:
    review = row.review
    return {
        "id": row.id,
        "kind": row.kind,
        "case": row.case,
        "title": words(row.title),
        "score": row.score,
        "at": row.at,
        "is_excluded": row.is_excluded,
        "stage": review.stage if review else "",
        "waits_for_me": bool(review and review.act == "confirm"),
    }


def _mine(row: MyRating) -> RatingWhole:
    return RatingWhole(
        **_line(row),
        parts=row.parts,
        words=row.words,
        supplement=row.supplement,
        due_on=row.review.due if row.review else None,
        steps=[_step(act) for act in row.review.acts] if row.review else [],
    )


def _review(view: ReviewView) -> ReviewWhole:
    return ReviewWhole(
        number=view.number,
        reader=view.reader,
        stage=view.stage,
        round=view.round,
        office=words(view.office),
        owner=words(view.owner),
        step_due_on=view.stage_due,
        due_on=view.due,
        score=view.score,
        words=view.words,
        who=view.who,
        case=view.case,
        task=view.task,
        contacts=view.contacts,
        my_step=view.act,
        may_appeal=view.may_appeal,
        may_decide_appeal=view.may_decide_appeal,
        is_excluded=view.is_excluded,
        steps=[_step(act) for act in view.acts],
    )


def _step(act: Act) -> ReviewStep:
    return ReviewStep(
        kind=act.kind,
        round=act.round,
        number=act.number,
        outcome=act.outcome,
        words=act.words,
        for_office=act.for_office,
        by=words(act.by),
        due_on=act.due,
        at=act.at,
        late=act.late,
    )
