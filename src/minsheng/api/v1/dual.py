"""双师课堂: pairings, lessons with both sides, the joint ticket in counts, the effect."""

from __future__ import annotations

from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.dual import actions, reads
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.dual.models import DualLesson, Pairing
    from minsheng.apps.dual.reads import LessonLine

router = Router()
PairingId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
DualId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class PairingRow(Shape):
    """Two schools that teach a subject together."""

    id: int
    lead_school: Words
    far_school: Words
    subject: Words
    state: Words
    since: date
    until: date
    waits_for_me: bool


class PairingRows(Shape):
    """My pairings."""

    rows: list[PairingRow]


class ClassAndTeacher(Shape):
    """A class, and who stands in its room."""

    school_class: Id
    teacher: Id


class PairingWanted(Shape):
    """A pairing to propose."""

    subject: str = Field(min_length=1, max_length=60)
    lead_teacher: Id
    lead: list[ClassAndTeacher] = Field(min_length=1, max_length=8)
    far: list[ClassAndTeacher] = Field(min_length=1, max_length=8)
    since: date
    until: date


class PairingAct(Shape):
    """Agree, decline or end; the last two with a reason."""

    act: Literal["agree", "decline", "end"]
    why: str = Field("", max_length=200)


class PairingReceipt(Shape):
    """How a pairing stands now."""

    id: int
    state: str


class DualRow(Shape):
    """One dual lesson in a list."""

    id: int
    pairing: int
    title: str
    day: date
    starts: time
    state: Words


class DualRows(Shape):
    """Dual lessons, the newest first."""

    rows: list[DualRow]


class DualWanted(Shape):
    """A dual lesson to set; off the timetable with a reason."""

    plan: Id
    day: date
    starts: time
    why: str = Field("", max_length=200)


class DualAct(Shape):
    """Begin, go to a step, give the ticket, open the room, end, or call off with a reason."""

    act: Literal["begin", "step", "ticket", "room", "end", "off"]
    step: str = Field("", max_length=30)
    items: list[Annotated[str, Field(max_length=30)]] = Field(default_factory=list, max_length=8)
    why: str = Field("", max_length=200)


class DualReceipt(Shape):
    """How a dual lesson and its room stand now."""

    id: int
    state: str
    room: str


class ClassCounts(Shape):
    """A class of the lesson in counts; null where there are too few to say.

    `right`: how many got each item of the joint ticket right.
    """

    school: Words
    title: str
    side: str
    there: int | None
    of: int | None
    handed_in: int | None
    right: list[int | None]


class DualView(Shape):
    """One dual lesson with both sides, without names of pupils."""

    lesson: DualRow
    room: Words
    other_way: str
    steps: list[str]
    classes: list[ClassCounts]
    may: list[str]


class SideFinding(Shape):
    """What can be said of one side; figures are null where nothing can be concluded."""

    side: str
    verdict: str
    said: Words
    dual_classes: int
    similar_classes: int
    estimate: float | None
    low: float | None
    high: float | None


class EffectFinding(Shape):
    """Whether dual classes grew more than similar ones, in standard deviations."""

    sides: list[SideFinding]


@router.get("/dual/pairings", response=PairingRows)
def list_pairings(request: HttpRequest) -> PairingRows:
    """Return the pairings in which I teach, those of my school, or all for the bureau."""
    rows = [
        PairingRow(
            id=one.row.pk,
            lead_school=words(one.row.lead_school.title),
            far_school=words(one.row.far_school.title),
            subject=words(one.subject),
            state=words(one.state),
            since=one.row.since,
            until=one.row.until,
            waits_for_me=one.waits_for_me,
        )
        for one in reads.pairings_of(officer(request))
    ]
    return PairingRows(rows=rows)


@router.post("/dual/pairings", response=PairingReceipt)
def propose_pairing(
    request: HttpRequest, payload: PairingWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Propose a pairing, as a head of one of the schools."""
    account = officer(request)
    proposed = actions.Proposed(
        subject=payload.subject,
        lead_teacher=payload.lead_teacher,
        lead=tuple((one.school_class, one.teacher) for one in payload.lead),
        far=tuple((one.school_class, one.teacher) for one in payload.far),
        since=payload.since,
        until=payload.until,
    )
    return answer_once(
        request, idempotency_key, lambda: _pairing(actions.propose(proposed, by=account))
    )


@router.post("/dual/pairings/{pairing_id}/acts", response=PairingReceipt)
def act_on_pairing(
    request: HttpRequest,
    pairing_id: PairingId,
    payload: PairingAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Agree to, decline or end a pairing, as a head."""
    account = officer(request)

    def act() -> PairingReceipt:
        if payload.act == "agree":
            return _pairing(actions.agree(pairing_id, by=account))
        if payload.act == "decline":
            return _pairing(actions.decline(pairing_id, payload.why, by=account))
        return _pairing(actions.end_pairing(pairing_id, payload.why, by=account))

    return answer_once(request, idempotency_key, act)


@router.get("/dual/pairings/{pairing_id}/effect", response=EffectFinding)
def read_dual_effect(request: HttpRequest, pairing_id: PairingId) -> EffectFinding:
    """Return whether classes with dual lessons grew more than similar ones, and how surely."""
    view = reads.effect_of(pairing_id, account=officer(request))
    sides = []
    for one in view.sides:
        effect = one.effect
        is_known = effect.verdict != "too_few" and isfinite(effect.low)
        sides.append(
            SideFinding(
                side=one.side,
                verdict=effect.verdict,
                said=words(one.said),
                dual_classes=len(effect.dual),
                similar_classes=len(effect.comparison),
                estimate=effect.estimate if is_known else None,
                low=effect.low if is_known else None,
                high=effect.high if is_known else None,
            )
        )
    return EffectFinding(sides=sides)


@router.get("/dual/lessons", response=DualRows)
def list_dual_lessons(request: HttpRequest) -> DualRows:
    """Return the dual lessons of my pairings, the newest first."""
    return DualRows(rows=[_row(one) for one in reads.lessons_of_teacher(officer(request))])


@router.post("/dual/pairings/{pairing_id}/lessons", response=DualReceipt)
def set_dual_lesson(
    request: HttpRequest,
    pairing_id: PairingId,
    payload: DualWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Set a dual lesson in every class, as the lead teacher."""
    account = officer(request)
    starts = payload.starts.replace(tzinfo=None, second=0, microsecond=0)
    return answer_once(
        request,
        idempotency_key,
        lambda: _lesson(
            actions.set_lesson(
                pairing_id, payload.plan, payload.day, starts, by=account, why=payload.why
            )
        ),
    )


@router.get("/dual/lessons/{dual_id}", response=DualView)
def read_dual_lesson(request: HttpRequest, dual_id: DualId) -> DualView:
    """Return one dual lesson with both sides in counts; names stand on the page of the class."""
    account = officer(request)
    view = reads.lesson_view(dual_id, account=account)
    ticket = reads.ticket_of(dual_id, account=account)
    results = {} if ticket is None else {one.part.pk: one for one in ticket.sides}
    classes = []
    for one in view.parts:
        found, result = one.row.lesson.school_class, results.get(one.row.pk)
        classes.append(
            ClassCounts(
                school=words(found.school.title),
                title=found.title,
                side=one.row.side,
                there=one.there,
                of=one.of,
                handed_in=result.handed_in if result else None,
                right=[item.right for item in result.items] if result else [],
            )
        )
    line = reads.LessonLine(view.row, view.state)
    return DualView(
        lesson=_row(line),
        room=words(view.room.said),
        other_way=view.row.other_way,
        steps=[step.pattern.key for step in view.steps],
        classes=classes,
        may=sorted(view.may),
    )


@router.post("/dual/lessons/{dual_id}/acts", response=DualReceipt)
def act_on_dual_lesson(
    request: HttpRequest, dual_id: DualId, payload: DualAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Do what is to be done in a lesson, in every class at once."""
    account = officer(request)

    def act() -> DualReceipt:
        match payload.act:
            case "begin":
                done = actions.begin(dual_id, by=account)
            case "step":
                done = actions.go_to_step(dual_id, payload.step, by=account)
            case "ticket":
                if not payload.items:
                    raise WrongInput(
                        "dual.items", "请选几道题。", "Choose some items.", field="items"
                    )
                done = actions.give_ticket(dual_id, payload.items, by=account)
            case "room":
                done = actions.open_room(dual_id, by=account)
            case "end":
                done = actions.end(dual_id, by=account)
            case _:
                done = actions.call_off(dual_id, payload.why, by=account)
        return _lesson(done)

    return answer_once(request, idempotency_key, act)


def _pairing(one: Pairing) -> PairingReceipt:
    return PairingReceipt(id=one.pk, state=one.state)


def _lesson(one: DualLesson) -> DualReceipt:
    return DualReceipt(id=one.pk, state=one.state, room=one.room_state)


def _row(one: LessonLine) -> DualRow:
    return DualRow(
        id=one.row.pk,
        pairing=one.row.pairing_id,
        title=one.row.plan.title,
        day=one.row.day,
        starts=one.row.starts,
        state=words(one.state),
    )
