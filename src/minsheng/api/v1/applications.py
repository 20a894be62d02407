"""An application before it is submitted: what is known, what is asked, what will happen."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from minsheng.api.callers import caller, resident
from minsheng.api.once import IdempotencyKey, answer_after, answer_once
from minsheng.api.problems import Mistakes
from minsheng.api.uploads import FORM, refuse_body, sent_file, sent_json
from minsheng.api.v1.cases import Receipt, receipt
from minsheng.api.v1.services import Question, question
from minsheng.api.v1.shapes import (
    LONGEST_TEXT,
    DueDay,
    DueDays,
    Key,
    Shape,
    Words,
    due_day,
    promised_days,
    words,
)
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import DraftView, Preview
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib import identifiers
from minsheng.lib.errors import NotFound, WrongInput

router = Router()
Answer = Literal["yes", "no", "unknown"]
ANSWERS: dict[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}


class Start(Shape):
    """Which service to apply for; with `mandate` for the person who gave it."""

    service: str = Field(max_length=80)
    mandate: int | None = Field(None, ge=1, le=2**62)


class Started(Shape):
    """The application. `event_chosen`: whether it is clear which child (or other event) it is for."""

    id: uuid.UUID
    service: str
    event_chosen: bool
    href: str


class ChosenEvent(Shape):
    """One of the events that the application lists."""

    event: str = Field(max_length=120)


class ChosenItems(Shape):
    """The optional matters that are wanted, by key; all others are left out."""

    items: list[str] = Field(max_length=50)


class StepAnswers(Shape):
    """What was typed, by field, as text. Dates like 2026-03-24; choices by their key."""

    answers: dict[str, str] = Field(max_length=100)


class Progress(Shape):
    """What is still open. Only keys: the values are read with GET."""

    id: uuid.UUID
    saved_at: datetime
    unanswered: list[str]
    missing: list[str]
    may_submit: bool


class Detail(Shape):
    """One value with its label."""

    key: str
    label: Words
    value: str


class Event(Shape):
    """One real-world event to choose from: twins are two."""

    id: str
    details: list[Detail]


class AskedQuestion(Question):
    """A question with what was typed before, and why no register answers it."""

    value: str
    because: Words


class Step(Shape):
    """One page of the guided form."""

    key: str
    title: Words
    asked: list[AskedQuestion]


class Known(Shape):
    """A value that isn't asked, and the register it came from. Long numbers are masked."""

    key: str
    label: Words
    value: Words
    register_key: str


class Offer(Shape):
    """A matter that may be chosen or left out, and what is asked only because of it."""

    key: str
    title: Words
    chosen: bool
    asks: list[Words]


class Application(Shape):
    """A draft as its owner sees it. With `events`, choose one before anything else.

    `changed` names what a newer form of the service has changed, until a page is saved again.
    `takes_up` is the ended case that it takes up again. `may_join`: somebody else has a case for the
    same event, which I may ask to join.
    """

    id: uuid.UUID
    service: str
    title: Words
    saved_at: datetime
    event_chosen: bool
    events: list[Event]
    offers: list[Offer]
    steps: list[Step]
    known: list[Known]
    silent: list[str]
    changed: list[Words]
    takes_up: str
    may_join: bool


class PlannedMatter(Shape):
    """One matter as planned. `selected` null: it may be needed."""

    key: str
    title: Words
    office: str
    selected: bool | None
    waits_for: list[str]
    earliest: date
    due: DueDay
    due_days: DueDays
    start_workday: int
    end_workday: int
    critical: bool


class PlannedProof(Shape):
    """One proof: found, coming (made by another matter), provided, promised or missing."""

    key: str
    title: Words
    state: Literal["found", "coming", "provided", "promised", "missing"]
    origin: str
    ways: list[str]


class Condition(Shape):
    """A condition of the whole case, answered; `instead` is the way on where it is no."""

    answer: Answer
    otherwise: Words
    instead: Words


class PlanView(Shape):
    """What will happen, shown before anything is submitted."""

    on: date
    finish: DueDay
    finish_days: DueDays
    workdays: int
    items: list[PlannedMatter]
    materials: list[PlannedProof]
    conditions: list[Condition]
    unanswered: list[str]
    avoided: int
    may_submit: bool


@router.post("", response={201: Started})
def start_application(
    request: HttpRequest, payload: Start, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Return my draft for a service; the first time, the registers are asked.

    An unfinished one is taken up again.
    """
    account = caller(request) if payload.mandate else resident(request)

    def act() -> Started:
        draft = actions.open_draft(account, payload.service, mandate_id=payload.mandate)
        return Started(
            id=draft.pk,
            service=draft.slug,
            event_chosen=bool(draft.event),
            href=f"/api/v1/applications/{draft.pk}",
        )

    return answer_after(request, idempotency_key, act, status=201)


@router.get("/{application}", response=Application)
def read_application(request: HttpRequest, application: uuid.UUID) -> Application:
    """Return my draft: what is known, and what is asked and why."""
    account = caller(request)
    view = reads.draft_view(application, account=account)
    choices = reads.events_of(application, account=account)
    return Application(
        id=view.id,
        service=view.slug,
        title=words(view.spec.title),
        saved_at=view.saved_at,
        event_chosen=bool(view.event),
        events=[Event(id=c.id, details=_details(view.spec, dict(c.values))) for c in choices],
        offers=[
            Offer(
                key=offer.spec.key,
                title=words(offer.spec.title),
                chosen=offer.is_chosen,
                asks=[words(label) for label in offer.asks],
            )
            for offer in view.offers
        ],
        steps=_steps(view),
        known=[
            Known(
                key=known.spec.key,
                label=words(known.spec.label),
                value=Words(zh=known.shown("zh"), en=known.shown("en")),
                register_key=known.register,
            )
            for known in view.known
        ],
        silent=list(view.silent),
        changed=[words(label) for label in view.changed],
        takes_up=view.takes_up,
        may_join=reads.join_offer(application, account=account) is not None,
    )


@router.delete("/{application}", response={204: None})
def discard_application(request: HttpRequest, application: uuid.UUID) -> Status[None]:
    """Throw my draft away; nothing was submitted."""
    actions.discard_draft(application, by=caller(request))
    return Status(204, None)


@router.post("/{application}/event", response=Progress)
def choose_event(
    request: HttpRequest,
    application: uuid.UUID,
    payload: ChosenEvent,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say which of the listed events (which child) it is for; the registers are asked again."""
    account = caller(request)

    def act() -> Progress:
        actions.choose_event(application, by=account, event=payload.event)
        return _progress(reads.preview(application, account=account))

    return answer_after(request, idempotency_key, act)


@router.put("/{application}/items", response=Progress)
def choose_items(request: HttpRequest, application: uuid.UUID, payload: ChosenItems) -> Progress:
    """Choose which of the offered matters are wanted; what is left out isn't asked about."""
    account = caller(request)
    actions.choose_items(application, by=account, items=payload.items)
    return _progress(reads.preview(application, account=account))


@router.put("/{application}/steps/{key}", response=Progress)
def save_answers(
    request: HttpRequest, application: uuid.UUID, key: Key, payload: StepAnswers
) -> Progress:
    """Keep the answers of one page and return what is still open.

    What is right is kept even when another field is wrong (422, one entry in `errors` for each).
    """
    account = caller(request)
    view = reads.draft_view(application, account=account)
    _check_answers(view.spec, key, payload.answers)
    errors = actions.save_answers(application, by=account, step=key, answers=payload.answers)
    if errors:
        raise Mistakes(list(errors.values()))
    return _progress(reads.preview(application, account=account))


@router.put(
    "/{application}/materials/{key}",
    response=Progress,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "additionalProperties": False,
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                },
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["promise"],
                        "additionalProperties": False,
                        "properties": {"promise": {"const": True}},
                    }
                },
            },
        }
    },
)
def give_material(request: HttpRequest, application: uuid.UUID, key: Key) -> Progress:
    """Give one proof: a file (PDF, JPEG or PNG), or the promise to bring it later.

    The file is judged by what is in it, not by its name.
    """
    account = caller(request)
    upload = sent_file(request)
    if upload is None:
        _check_promise(request)
        actions.give_promise(application, by=account, material=key)
    else:
        actions.give_file(
            application, by=account, material=key, name=upload.name, content=upload.content
        )
    return _progress(reads.preview(application, account=account))


@router.get("/{application}/plan", response=PlanView)
def read_plan(request: HttpRequest, application: uuid.UUID) -> PlanView:
    """Return what will happen by office and working day, before anything is submitted."""
    return _plan(reads.preview(application, account=caller(request)))


@router.post("/{application}/submission", response={201: Receipt})
def submit_application(
    request: HttpRequest, application: uuid.UUID, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Submit once and return the case; a second call returns the same case."""
    refuse_body(request)
    account = caller(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: receipt(actions.submit_draft(application, by=account)),
        status=201,
    )


def _steps(view: DraftView) -> list[Step]:
    return [
        Step(
            key=step.key,
            title=words(step.title),
            asked=[
                AskedQuestion(
                    **question(asked.spec).model_dump(),
                    value=asked.value,
                    because=words(asked.because),
                )
                for asked in step.asked
            ],
        )
        for step in view.steps
    ]


def _details(spec: ServiceSpec, record: dict[str, str]) -> list[Detail]:
    """Return what tells one event from another, under the labels of the service."""
    return [
        Detail(key=field.key, label=words(field.label), value=_masked(field, record[source.part]))
        for field in spec.fields.values()
        for source in field.sources
        if source.name == spec.event_key.name and record.get(source.part)
    ]


def _masked(field: FieldSpec, value: str) -> str:
    if field.type == "citizen_number":
        return identifiers.mask_citizen_number(value)
    return next((o.label.zh for o in field.options if o.key == value), value)


def _progress(preview: Preview) -> Progress:
    return Progress(
        id=preview.draft.id,
        saved_at=preview.draft.saved_at,
        unanswered=[field.key for field in preview.unanswered],
        missing=[material.spec.key for material in preview.missing],
        may_submit=preview.may_submit,
    )


def _plan(preview: Preview) -> PlanView:
    spec, plan = preview.draft.spec, preview.plan
    return PlanView(
        on=preview.on,
        finish=due_day(plan.finish),
        finish_days=promised_days(preview.promise),
        workdays=plan.workdays,
        items=[
            PlannedMatter(
                key=item.key,
                title=words(spec.items[item.key].title),
                office=item.office,
                selected=item.selected,
                waits_for=list(item.waits_for),
                earliest=item.earliest,
                due=due_day(item.due),
                due_days=promised_days(days),
                start_workday=item.start_workday,
                end_workday=item.end_workday,
                critical=item.critical,
            )
            for item, (_, days) in zip(plan.items, preview.dues, strict=True)
        ],
        materials=[
            PlannedProof(
                key=material.spec.key,
                title=words(material.spec.title),
                state=material.state,
                origin=material.origin,
                ways=list(material.ways),
            )
            for material in preview.materials
        ],
        conditions=[
            Condition(
                answer=ANSWERS[one.verdict.value],
                otherwise=words(one.spec.otherwise),
                instead=words(one.spec.instead),
            )
            for one in preview.admission
        ],
        unanswered=[field.key for field in preview.unanswered],
        avoided=preview.avoided,
        may_submit=preview.may_submit,
    )


def _check_answers(spec: ServiceSpec, key: str, answers: dict[str, str]) -> None:
    """Raise NotFound for an unknown step, WrongInput for fields that aren't on it."""
    step = next((one for one in spec.steps if one.key == key), None)
    if step is None:
        raise NotFound(
            "no_such_step",
            "没有这一步。请回到表的开头。",
            "There is no such step. Go back to the start of the form.",
        )
    mistakes = [
        WrongInput(
            "field_unknown",
            f"这一步没有“{name[:80]}”这一项，去掉或改名再发。",
            f"There is no field “{name[:80]}” in this step. Remove or rename it and send again.",
            field=name[:80],
        )
        for name in answers
        if name not in step.fields
    ]
    mistakes += [
        WrongInput(
            "too_long",
            f"最多 {LONGEST_TEXT} 个字。请缩短一些再发。",
            f"At most {LONGEST_TEXT} characters. Make it shorter and send again.",
            field=name,
        )
        for name, text in answers.items()
        if len(text) > LONGEST_TEXT
    ]
    if mistakes:
        raise Mistakes(mistakes)


def _check_promise(request: HttpRequest) -> None:
    """Raise WrongInput unless exactly {"promise": true} was sent."""
    sent = sent_json(request)
    if sent.get("promise") is not True or len(sent) > 1:
        raise WrongInput(
            "file_or_promise",
            '发一个文件（放在 file 这一项里），或者发 {"promise": true} 先承诺、以后再补。',
            'Send a file in the field `file`, or {"promise": true} to bring it later.',
            field="promise",
        )
