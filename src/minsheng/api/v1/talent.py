"""Points of talents: my own line by line, my numbers, a code for one question; the desk that checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.scores import (
    LONGEST,
    FactName,
    NumberObjected,
    NumbersKept,
    Points,
    ScoreRow,
    Whole,
    points_of,
    score_row,
    typed_numbers,
)
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.scores import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.scores.models import TalentNumber

router = Router()
NumberId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class TalentNumberRow(Shape):
    """One number of a talent; money in fen. `why`: why an office found it wrong; `words`: my objection."""

    id: int
    fact: str
    label: Words
    is_money: bool
    value: int | None
    shown: Words | None
    paper: str
    as_of: date | None
    state: str
    said: Words
    why: str
    words: str


class TalentOpening(Shape):
    """One thing of the closed list: from how many checked points, and how many are missing."""

    key: str
    title: Words
    use: Words
    least: int
    is_open: bool
    missing: int


class TalentPage(Shape):
    """My points: all I declared is counted; only what an office checked opens something."""

    score: ScoreRow
    checked: Points | None
    numbers: list[TalentNumberRow]
    openings: list[TalentOpening]


class TalentDeclared(Shape):
    """My numbers as of a day: fact → number, money in fen; by which papers."""

    numbers: dict[FactName, Whole] = Field(max_length=100)
    paper: str = Field(max_length=LONGEST, examples=["学位证书、项目任务书"])
    as_of: date


class TalentNumberReceipt(Shape):
    """A number, and how far an office is with it."""

    id: int
    state: str


class TalentCodeGiven(Shape):
    """A code for a desk: good once, until a moment. It is kept nowhere and not given again."""

    code: str
    until: datetime


class TalentWaiting(Shape):
    """Somebody of whom numbers wait: a masked name, how many were declared and objected to."""

    id: UUID
    name: str
    declared: int
    objected: int


class TalentUse(Shape):
    """A thing a code may be asked for."""

    key: str
    title: Words


class TalentDesk(Shape):
    """What a code can be asked for, and of whom numbers wait."""

    uses: list[TalentUse]
    waiting: list[TalentWaiting]


class TalentAsked(Shape):
    """A code and what it is for: one thing of the closed list, never a basic right."""

    code: str = Field(max_length=40)
    use: str = Field(max_length=60)


class TalentChecked(Shape):
    """Whose code it was, masked, and whether one thing is open; the code is used up."""

    name: str
    opening: TalentOpening


class TalentOne(Shape):
    """A person's numbers that wait; the name is masked."""

    name: str
    numbers: list[TalentNumberRow]


class TalentNumberAct(Shape):
    """Find a number right, or wrong with why, which the person reads."""

    act: Literal["confirm", "refuse"]
    why: str = Field("", max_length=LONGEST)


@router.get("/me/talent", response=TalentPage)
def read_my_talent(request: HttpRequest) -> TalentPage:
    """Return my points line by line, what they open, and each number with how far it is checked."""
    room = reads.talent_room(resident(request), on=timezone.localdate())
    return TalentPage(
        score=score_row(room.explained),
        checked=points_of(room.checked),
        numbers=[_number(one) for one in room.numbers],
        openings=[_opening(one) for one in room.openings],
    )


@router.post("/me/talent/numbers", response=NumbersKept)
def declare_my_numbers(
    request: HttpRequest, payload: TalentDeclared, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Declare my numbers; what is new or changed waits for the office again."""
    account = resident(request)

    def act() -> NumbersKept:
        own = reads.talent_room(account, on=timezone.localdate()).numbers
        facts = {one.fact.key: one.fact for one in own}
        typed = typed_numbers(payload.numbers, facts, payload.paper, payload.as_of)
        return NumbersKept(changed=actions.declare_own(typed, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/me/talent/numbers/{number_id}/objections", response=TalentNumberReceipt)
def object_to_talent_refusal(
    request: HttpRequest,
    number_id: NumberId,
    payload: NumberObjected,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Object to what an office found wrong: somebody else looks at it again."""
    account = resident(request)

    def act() -> TalentNumberReceipt:
        with named_as_sent():
            return _receipt(actions.object_to_refusal(number_id, payload.words, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/me/talent/code", response=TalentCodeGiven)
def give_my_talent_code(request: HttpRequest) -> TalentCodeGiven:
    """Return a new code for a desk, good for five minutes; the one before is void."""
    refuse_body(request)
    row, code = actions.give_talent_code(by=resident(request))
    return TalentCodeGiven(code=code, until=row.until)


@router.get("/desk/talent", response=TalentDesk)
def read_talent_desk(request: HttpRequest) -> TalentDesk:
    """Return what a code can be asked for, and of whom numbers wait; no number is shown."""
    account = officer(request)
    return TalentDesk(
        uses=[
            TalentUse(key=key, title=words(title))
            for key, title in reads.talent_openings(account).items()
        ],
        waiting=[
            TalentWaiting(id=one.id, name=one.name, declared=one.declared, objected=one.objected)
            for one in reads.talents_waiting(account)
        ],
    )


@router.post("/desk/talent-codes", response=TalentChecked)
def check_talent_code(request: HttpRequest, payload: TalentAsked) -> TalentChecked:
    """Ask a code whether one thing is open, once; the person sees that I looked.

    What points may not open, such as a basic right, is refused and the code stays good.
    """
    found = actions.check_talent_code(payload.code, payload.use, by=officer(request))
    return TalentChecked(name=found.name, opening=_opening(found.opened))


@router.get("/desk/talent/{person_id}", response=TalentOne)
def read_talent(request: HttpRequest, person_id: UUID) -> TalentOne:
    """Return a person's numbers that wait; the person sees that I looked."""
    name, numbers = reads.talent_of(person_id, account=officer(request))
    return TalentOne(name=name, numbers=[_number(one) for one in numbers])


@router.post("/desk/talent-numbers/{number_id}/acts", response=TalentNumberReceipt)
def act_on_talent_number(
    request: HttpRequest,
    number_id: NumberId,
    payload: TalentNumberAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Find a number right, or wrong with why; an objection is for another person than refused it."""
    account = officer(request)

    def act() -> TalentNumberReceipt:
        with named_as_sent():
            return _receipt(
                actions.confirm_number(number_id, by=account)
                if payload.act == "confirm"
                else actions.refuse_number(number_id, payload.why, by=account)
            )

    return answer_once(request, idempotency_key, act)


def _number(one: reads.OwnNumber) -> TalentNumberRow:
    return TalentNumberRow(
        id=one.id,
        fact=one.fact.key,
        label=words(one.fact.label),
        is_money=one.fact.type == "money",
        value=one.value,
        shown=words(one.shown) if one.shown else None,
        paper=one.paper,
        as_of=one.as_of,
        state=one.state,
        said=words(one.said),
        why=one.why,
        words=one.words,
    )


def _opening(one: reads.Opened) -> TalentOpening:
    return TalentOpening(
        key=one.key,
        title=words(one.title),
        use=words(one.use),
        least=one.least,
        is_open=one.is_open,
        missing=one.missing,
    )


def _receipt(row: TalentNumber) -> TalentNumberReceipt:
    return TalentNumberReceipt(id=row.pk, state=row.state)
