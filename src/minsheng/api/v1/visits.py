"""Plans with visits: a visitor's round, one visit and what came of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import caller, officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.appeals import reads as requests
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.actions import Note

if TYPE_CHECKING:
    from minsheng.apps.visits.models import Visit
    from minsheng.apps.visits.reads import Enrolled

router = Router()
LONGEST = 1000
VisitNumber = Annotated[
    str, Path(pattern=r"^[0-9]{4}-[0-9]{6,12}$", description="As it is quoted: 2026-000123.")
]
EnrolledId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_.\-]+$")]
Sentence = Annotated[str, Field(max_length=LONGEST)]


class VisitRow(Shape):
    """One visit. `left`: working days until the last day in order, negative when it is missed.

    `state` is later, soon, due, missed, no_show, paused, done, recovered, refused or cancelled.
    `revision` grows with every act; send it back to be told when somebody was faster.
    """

    number: str
    plan: str
    title: Words
    who: Words
    where: Words
    why: Words
    state: str
    group: str
    due_on: date
    until: date
    provisional: bool
    left: int
    day: date | None
    at: time | None
    revision: int


class VisitRound(Shape):
    """The visits that wait for me, the most urgent first."""

    on: date
    rows: list[VisitRow]


class EnrolledRow(Shape):
    """Somebody in a plan. `due_on`: when the next visit is due; `paused_until`: none before."""

    id: int
    plan: str
    title: Words
    who: Words
    where: Words
    often: Words
    visitor: str
    since: date
    due_on: date | None
    paused_until: date | None


class EnrolledList(Shape):
    """Who is in the plans that I head or visit for."""

    rows: list[EnrolledRow]


class EnrolmentGiven(Shape):
    """Whom a plan visits from now on.

    `number`: a citizen number, for a household of any member; a credit code for an organisation;
    empty for a place, which `area` names.
    """

    plan: str = Field(max_length=60)
    number: str = Field("", max_length=40)
    area: str = Field("", max_length=60)
    address: str = Field("", max_length=200)
    level: str = Field("", max_length=60)


class PauseGiven(Shape):
    """The last day on which nobody is visited."""

    until: date


class VisitAnswer(Shape):
    """One question and what was answered."""

    label: Words
    answer: Words


class VisitFindingOut(Shape):
    """What was found and what follows: entry, request or visit."""

    id: int
    title: Words
    leads: str
    office: str
    due_on: date | None
    reference: str
    words: str


class VisitHappened(Shape):
    """One line of a visit's history."""

    kind: str
    at: datetime
    day: date | None
    words: str


class VisitWhole(VisitRow):
    """One visit with where to go, what was answered and found, and its history."""

    name: str
    address: str
    is_open: bool
    answers: list[VisitAnswer]
    findings: list[VisitFindingOut]
    history: list[VisitHappened]


class VisitNote(Shape):
    """What a visitor writes down. `answers` by the keys of the plan's fields, as typed.

    `findings`: what was found → in a sentence. Without `agreed` only the visit itself is kept.
    """

    way: Code
    on: date | None = None
    agreed: bool = False
    answers: dict[Code, Sentence] = Field(default_factory=dict, max_length=40)
    findings: dict[Code, Sentence] = Field(default_factory=dict, max_length=20)
    revision: int | None = Field(None, ge=1, le=10**9)


class VisitSentence(Shape):
    """A sentence about a visit."""

    words: Sentence = ""
    revision: int | None = Field(None, ge=1, le=10**9)


class VisitDay(Shape):
    """A day, and the hour where one was agreed."""

    day: date
    at: time | None = None


class VisitReceipt(Shape):
    """A visit after an act. `outcome` is empty while it is open."""

    number: str
    outcome: Literal["", "done", "refused", "cancelled"]
    revision: int


class VisitVoice(Shape):
    """What was said in a courtyard; nobody is named."""

    plan: Code = "courtyard"
    area: Code
    finding: Code
    words: Sentence


class VoiceRow(Shape):
    """What was said in a courtyard. `became`: its request or entry; `said`: how a request stands."""

    id: int
    where: Words
    at: datetime
    about: Words
    words: str
    leads: str
    due_on: date | None
    became: str
    said: Words | None


class VoiceList(Shape):
    """What was said in the courtyards lately, for their helpers."""

    rows: list[VoiceRow]


class VoiceReceipt(Shape):
    """A voice that was noted, what follows and by when."""

    id: int
    leads: str
    due_on: date | None


class VisitShare(Shape):
    """How one visitor stands in one plan; counts of open, due, missed … as the overview shows."""

    plan: str
    title: Words
    visitor: int | None
    people: int
    open: int
    due: int
    missed: int
    no_show: int
    done: int
    recovered: int
    refused: int


class VisitCoverage(Shape):
    """Who is late, by plan and visitor, with how it is counted."""

    formula: Words
    rows: list[VisitShare]


class OwnVisit(Shape):
    """One visit that waits for me."""

    number: str
    why: Words
    until: date
    day: date | None
    at: time | None


class OwnPlan(Shape):
    """A plan in which I, a child of mine or my household am visited: by whom, why, how often."""

    id: int
    title: Words
    why: Words
    who: Words
    often: Words
    post: Words
    visitor: str
    waiting: list[OwnVisit]


class OwnPlans(Shape):
    """Who comes to see me."""

    rows: list[OwnPlan]


@router.get("/visits/enrolled", response=EnrolledList)
def list_enrolled(request: HttpRequest, plan: str = "") -> EnrolledList:
    """Return who is in the plans I head or visit for; names are masked."""
    return EnrolledList(
        rows=[_enrolled(one) for one in reads.enrolled(officer(request), plan[:60])]
    )


@router.post("/visits/enrolled", response=EnrolledRow)
def enrol_for_visits(
    request: HttpRequest, payload: EnrolmentGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Let somebody into a plan, as the head of its post; the first visit is planned."""
    account = officer(request)

    def act() -> EnrolledRow:
        made = actions.enrol(
            payload.plan,
            payload.number,
            area=payload.area,
            address=payload.address,
            level=payload.level,
            by=account,
        )
        return _enrolled(reads.enrolled_view(made.pk, account=account).line)

    return answer_once(request, idempotency_key, act)


@router.post("/visits/enrolled/{visited}/pause", response=EnrolledRow)
def pause_visits(
    request: HttpRequest,
    visited: EnrolledId,
    payload: PauseGiven,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Visit nobody there until a day has passed; nothing is late meanwhile."""
    account = officer(request)

    def act() -> EnrolledRow:
        actions.pause(visited, until=payload.until, by=account)
        return _enrolled(reads.enrolled_view(visited, account=account).line)

    return answer_once(request, idempotency_key, act)


@router.post("/visits/enrolled/{visited}/resume", response=EnrolledRow)
def resume_visits(
    request: HttpRequest, visited: EnrolledId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Visit them again before the day until which it was paused."""
    account = officer(request)

    def act() -> EnrolledRow:
        actions.resume(visited, by=account)
        return _enrolled(reads.enrolled_view(visited, account=account).line)

    return answer_once(request, idempotency_key, act)


@router.get("/visits/coverage", response=VisitCoverage)
def read_visit_coverage(request: HttpRequest) -> VisitCoverage:
    """Return who is late, by plan and visitor, of all that I answer for."""
    return VisitCoverage(
        formula=words(reads.FORMULA),
        rows=[
            VisitShare(
                plan=one.plan,
                title=words(one.title),
                visitor=one.visitor,
                people=one.people,
                **one.counts,
            )
            for one in reads.coverage(officer(request))
        ],
    )


@router.get("/visits/own", response=OwnPlans)
def list_own_visits(request: HttpRequest) -> OwnPlans:
    """Return who comes to see me, why and when."""
    return OwnPlans(
        rows=[
            OwnPlan(
                id=one.id,
                title=words(one.title),
                why=words(one.why),
                who=words(one.who),
                often=words(one.often),
                post=words(one.post),
                visitor=one.visitor,
                waiting=[
                    OwnVisit(
                        number=visit.number,
                        why=words(visit.why),
                        until=visit.until,
                        day=visit.day,
                        at=visit.at,
                    )
                    for visit in one.waiting
                ],
            )
            for one in reads.own_visits(resident(request))
        ]
    )


@router.get("/visits/voices", response=VoiceList)
def list_voices(request: HttpRequest) -> VoiceList:
    """Return what was said in the courtyards lately, and what became of each."""
    account = officer(request)
    found = reads.voices(account)
    became = requests.became([one.found.id for one in found], by=account)
    return VoiceList(
        rows=[
            VoiceRow(
                id=one.found.id,
                where=words(one.where),
                at=one.at,
                about=words(one.found.title),
                words=one.found.words,
                leads=one.found.leads,
                due_on=one.found.due,
                became=one.found.reference,
                said=words(became[one.found.id].said) if one.found.id in became else None,
            )
            for one in found
        ]
    )


@router.post("/visits/voices", response=VoiceReceipt)
def note_voice(
    request: HttpRequest, payload: VisitVoice, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Note what was said in a courtyard, as its helper."""
    account = officer(request)

    def act() -> VoiceReceipt:
        made = actions.note_voice(
            payload.plan, payload.area, payload.finding, payload.words, by=account
        )
        return VoiceReceipt(id=made.pk, leads=made.leads, due_on=made.due_day)

    return answer_once(request, idempotency_key, act)


@router.post("/visits/{number}/wish", response=VisitReceipt)
def ask_other_day(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitDay,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Ask that a visit to me be made on another day; nobody is late by it."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.ask_other_day(number, day=payload.day, by=account)),
    )


@router.get("/visits/mine", response=VisitRound)
def list_my_visits(request: HttpRequest) -> VisitRound:
    """Return the visits that wait for me; names are masked."""
    found = reads.my_round(officer(request))
    groups = ("missed", "today", "soon", "paused", "later")
    return VisitRound(
        on=found.on,
        rows=[VisitRow(**_line(one, group)) for group in groups for one in getattr(found, group)],
    )


@router.get("/visits/{number}", response=VisitWhole)
def read_visit(request: HttpRequest, number: VisitNumber) -> VisitWhole:
    """Return one visit with name and address; the look is written down."""
    view = reads.visit_view(number, account=officer(request))
    return VisitWhole(
        **_line(view.line, ""),
        name=view.name,
        address=view.where.address,
        is_open=view.is_open,
        answers=[VisitAnswer(label=words(a), answer=words(b)) for a, b in view.answers],
        findings=[
            VisitFindingOut(
                id=one.id,
                title=words(one.title),
                leads=one.leads,
                office=one.office,
                due_on=one.due,
                reference=one.reference,
                words=one.words,
            )
            for one in view.findings
        ],
        history=[
            VisitHappened(kind=one.kind, at=one.at, day=one.day, words=one.words)
            for one in view.history
        ],
    )


@router.post("/visits/{number}/note", response=VisitReceipt)
def note_visit(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitNote,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Note a visit that was made; the next one is planned. A way that doesn't count leaves it open."""
    account = officer(request)
    written = Note(
        way=payload.way,
        on=payload.on,
        agreed=payload.agreed,
        answers=payload.answers,
        findings=payload.findings,
        revision=payload.revision,
    )
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.note_visit(number, written, by=account)),
    )


@router.post("/visits/{number}/no-show", response=VisitReceipt)
def note_no_show(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitSentence,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Note that nobody was met; the visit stays open."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.note_no_show(number, by=account, words=payload.words, revision=payload.revision)
        ),
    )


@router.post("/visits/{number}/refusal", response=VisitReceipt)
def note_refusal(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitSentence,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Note that the visit isn't wanted, as its visitor or as the one visited: no miss for anybody."""
    account = caller(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.note_refusal(number, by=account, words=payload.words)),
    )


@router.post("/visits/{number}/day", response=VisitReceipt)
def plan_visit(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitDay,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Arrange the day of a visit, and the hour."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.plan_visit(number, day=payload.day, at=payload.at, by=account)),
    )


@router.post("/visits/{number}/words", response=VisitReceipt)
def add_to_visit(
    request: HttpRequest,
    number: VisitNumber,
    payload: VisitSentence,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Add a sentence to a visit, settled or not: what somebody typed too late isn't lost."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.add_words(number, payload.words, by=account)),
    )


def _line(one: reads.VisitLine, group: str) -> dict[str, Any]:
    return {
        "number": one.number,
        "plan": one.plan,
        "title": words(one.title),
        "who": words(one.who),
        "where": words(one.where),
        "why": words(one.why),
        "state": one.state,
        "group": group,
        "due_on": one.due,
        "until": one.until,
        "provisional": one.provisional,
        "left": one.left,
        "day": one.day,
        "at": one.at,
        "revision": one.revision,
    }


def _receipt(visit: Visit) -> VisitReceipt:
    return VisitReceipt(
        number=visit.number,
        outcome=visit.outcome,  # type: ignore[arg-type]
        revision=visit.revision,
    )


def _enrolled(one: Enrolled) -> EnrolledRow:
    return EnrolledRow(
        id=one.id,
        plan=one.plan,
        title=words(one.title),
        who=words(one.who),
        where=words(one.where),
        often=words(one.often),
        visitor=one.visitor,
        since=one.since,
        due_on=one.due,
        paused_until=one.paused_until,
    )
