"""The work of officers: the items of their posts, and deciding them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, no_cursor, page, place_of
from minsheng.api.v1.cases import Receipt, receipt
from minsheng.api.v1.shapes import (
    LONGEST_TEXT,
    Clock,
    DueDay,
    DueDays,
    ItemId,
    Key,
    Reason,
    Shape,
    Source,
    Words,
    binary,
    clock,
    due_days,
    source,
    words,
)
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import Decision, InboxRow, More
from minsheng.apps.records.reads import Opened
from minsheng.apps.supervision import reads as supervision
from minsheng.engines.casework.spec import ReasonSpec
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Case
    from minsheng.apps.people.models import Account

router = Router()
LAST_DAY = "9999-12-31"
ANY = "application/octet-stream"
Verdict = Literal["yes", "no", "unknown"]
VERDICTS: dict[bool | None, Verdict] = {True: "yes", False: "no", None: "unknown"}
WITH_REASON = ("refuse", "return", "reject")
Service = Annotated[str, Query("", max_length=80, pattern=r"^[a-z0-9_\-]*$")]
Part = Annotated[
    str, Query("", max_length=40, description="Part of a case number or of a masked name.")
]
Purpose = Annotated[
    str, Query("", max_length=20, description="Why I open it: case, review or audit.")
]


class InboxLine(Shape):
    """One item to do. `left` is in working days, negative when late, null when the clock stands.

    `light` is yellow or red while the time runs short, else empty.
    """

    id: int
    case: str
    title: Words
    service: Words
    who: str
    status: str
    left: int | None
    due: DueDay | None
    due_days: DueDays | None
    attempt: int
    light: str


class InboxPage(Shape):
    """The items of my posts, the most urgent first; those without a day come last."""

    rows: list[InboxLine]
    next: str | None


class Check(Shape):
    """One rule before the decision, answered, with what the answer rests on."""

    text: Words
    answer: Verdict
    evidence: Words
    source: Source | None


class ReadValue(Shape):
    """One value this office may read. `unknown` says why there is none."""

    key: str
    label: Words
    value: str
    origin: str
    unknown: str


class ReadProof(Shape):
    """One proof this matter needs, and where it came from. `has_file`: it can be opened by its key."""

    key: str
    title: Words
    state: str
    origin: str
    due_on: date | None
    has_file: bool


class Note(Shape):
    """Words of an officer or of the applicant. `kind` is message, answer, evidence or objection.

    `has_file`: a file came along, at /api/v1/items/{item}/objection/file.
    """

    kind: str
    text: str
    at: datetime
    has_file: bool


class Spoken(Shape):
    """Who said what against the public notice of an item; reading it is what the decision waits for."""

    who: str
    text: str
    at: datetime


class PostChoice(Shape):
    """A post that an item may be passed to."""

    key: str
    title: Words


class MoreToDo(Shape):
    """What else may be done now: `acts` are the keys that POST …/acts takes for this item.

    `ask_by`: until when the applicant may be asked; `accepted_on`: from when it counts as accepted.
    `extension` is "", asked, granted or refused; `extended_due` the day it would give. `stop` is the
    kind of a stop, `notice` the number of a public notice. `printed` may be put right by `correct`.
    """

    acts: list[str]
    claimed_by: str
    is_mine: bool
    accepted_on: date | None
    ask_by: date | None
    extension: str
    extended_due: DueDay | None
    stop: str
    stop_until: date | None
    notice: str
    posts: list[PostChoice]
    extensions: list[Reason]
    stops: list[Reason]
    corrections: list[Reason]
    rejections: list[Reason]
    printed: dict[str, str]


class ItemToDecide(Shape):
    """One item, cut to what this office may read, with what each decision leads to."""

    id: int
    case: str
    service: Words
    key: str
    title: Words
    office: Words
    who: str
    status: str
    attempt: int
    clock: Clock | None
    due_days: DueDays | None
    checks: list[Check]
    values: list[ReadValue]
    materials: list[ReadProof]
    notes: list[Note]
    spoken: list[Spoken]
    may_return: bool
    refusals: list[Reason]
    returns: list[Reason]
    reversals: list[Reason]
    follows_approval: list[Words]
    follows_refusal: list[Words]
    follows_reversal: list[Words]
    more: MoreToDo


class Decided(Shape):
    """A decision. `refuse` and `return` want a reason of those listed, `return` a message too.

    `evidence` says how unknown checks were settled. `redo` and `keep` are for items on hold, `uphold`
    and `reject` (with a reason) for objections. `purpose` (case, review, audit) must be said where the
    item holds sensitive data.
    """

    decision: Literal["approve", "refuse", "return", "redo", "keep", "uphold", "reject"]
    reason: str = Field("", max_length=80)
    message: str = Field("", max_length=LONGEST_TEXT)
    evidence: str = Field("", max_length=LONGEST_TEXT)
    purpose: str = Field("", max_length=20)


class OtherAct(Shape):
    """A rarer act, of those in `more.acts`, with what it wants.

    pause, extend, correct: `reason`. resume: `outcome` and `finding` after an expert review.
    transfer: `to` and `handover`. correct: `values`, by the keys of `printed`. All but claim, takeover and
    unclaim: `purpose` (case, review, audit) where the item holds sensitive data.
    """

    act: Literal[
        "claim", "takeover", "unclaim", "accept", "pause", "resume", "extend", "transfer", "correct"
    ]
    reason: str = Field("", max_length=80)
    message: str = Field("", max_length=LONGEST_TEXT)
    outcome: Literal["", "passed", "not_passed", "unclear"] = ""
    finding: str = Field("", max_length=LONGEST_TEXT)
    to: str = Field("", max_length=80)
    handover: str = Field("", max_length=LONGEST_TEXT)
    values: dict[str, str] = Field(default_factory=dict, max_length=100)
    purpose: str = Field("", max_length=20)


class ExtensionLine(Shape):
    """A request for more time that waits for one of my posts."""

    item: int
    case: str
    title: Words
    office: Words
    who: str
    asked_by: str
    words: str
    reason: Words
    due: DueDay
    extended_due: DueDay


class ExtensionList(Shape):
    """The requests for more time that wait for my posts, the most urgent first."""

    rows: list[ExtensionLine]


class ExtensionAnswer(Shape):
    """Whether I agree to more time. `purpose` as for a decision."""

    granted: bool
    purpose: str = Field("", max_length=20)


class Reversal(Shape):
    """Why a done item is taken back: one of the listed reasons. `purpose` as for a decision."""

    reason: str = Field(max_length=80)
    message: str = Field("", max_length=LONGEST_TEXT)
    purpose: str = Field("", max_length=20)


@router.get("/inbox", response=InboxPage)
def list_inbox(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 20,
    service: Service = "",
    text: Part = "",
) -> InboxPage:
    """Return the items of my posts today, the most urgent first.

    `text` is looked for among the 500 most urgent.
    """
    after = _after(cursor) if cursor else None
    rows, following = page(
        reads.inbox(officer(request), text=text, slug=service, after=after, limit=limit + 1),
        place=lambda row: (row.due_day.isoformat() if row.due_day else LAST_DAY, row.id),
        cursor=cursor,
        limit=limit,
    )
    lights = supervision.item_lights(rows)
    return InboxPage(rows=[_line(row, lights.get(row.id, "")) for row in rows], next=following)


def _after(cursor: str) -> tuple[date | None, int]:
    """Return the place in the work list that a cursor names."""
    day, pk = place_of(cursor, like=("", 0))
    try:
        return None if day == LAST_DAY else date.fromisoformat(str(day)), int(pk)
    except ValueError as error:
        raise no_cursor() from error


@router.get("/items/{item}", response=ItemToDecide)
def read_item(request: HttpRequest, item: ItemId, purpose: Purpose = "") -> ItemToDecide:
    """Return one item to decide. That I opened it, and why, is written down; the resident can see it.

    `purpose` must be said where the item holds sensitive data: case, review or audit.
    """
    account = officer(request)
    if not purpose and not reads.needs_purpose(item, account=account):
        purpose = "case"
    return _item(reads.decision(item, account=account, purpose=purpose))


@router.post("/items/{item}/decision", response=Receipt)
def decide(
    request: HttpRequest, item: ItemId, payload: Decided, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Decide an item of one of my posts, once. Of two officers at once, the second is told."""
    account = officer(request)
    _check(payload)

    def act() -> Receipt:
        given = payload
        reads.require_purpose(item, given.purpose, account=account)
        match given.decision:
            case "approve":
                case = actions.approve_item(
                    item, by=account, evidence=given.evidence, message=given.message
                )
            case "refuse":
                case = actions.refuse_item(
                    item, by=account, reason=given.reason, message=given.message
                )
            case "return":
                case = actions.return_item(
                    item, by=account, reason=given.reason, message=given.message
                )
            case "uphold" | "reject":
                case = actions.decide_objection(
                    item,
                    by=account,
                    upheld=given.decision == "uphold",
                    reason=given.reason,
                    message=given.message,
                )
            case _:
                case = actions.release_item(item, by=account, redo=given.decision == "redo")
        return receipt(case)

    return answer_once(request, idempotency_key, act)


@router.post("/items/{item}/reversal", response=Receipt)
def reverse_item(
    request: HttpRequest, item: ItemId, payload: Reversal, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a done item back; its certificate is revoked and what needs it follows its policy."""
    account = officer(request)

    def act() -> Receipt:
        reads.require_purpose(item, payload.purpose, account=account)
        return receipt(
            actions.reverse_item(item, by=account, reason=payload.reason, message=payload.message)
        )

    return answer_once(request, idempotency_key, act)


@router.post("/items/{item}/acts", response=Receipt)
def act(
    request: HttpRequest, item: ItemId, payload: OtherAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Do a rarer act on an item of one of my posts: claim, accept, stop, extend, pass on, correct."""
    account = officer(request)

    def act() -> Receipt:
        if payload.act not in OPENS_NOTHING:
            reads.require_purpose(item, payload.purpose, account=account)
        return receipt(ACTS[payload.act](item, account, payload))

    return answer_once(request, idempotency_key, act)


@router.get("/items/{item}/objection/file", response={200: None}, openapi_extra=binary(ANY))
def read_objection_file(request: HttpRequest, item: ItemId) -> HttpResponse:
    """Return the file that came with the last objection to an item of my post; the look is noted."""
    return _file(actions.open_attached(item, by=officer(request)))


@router.get("/items/{item}/materials/{key}", response={200: None}, openapi_extra=binary(ANY))
def read_material(request: HttpRequest, item: ItemId, key: Key) -> HttpResponse:
    """Return an uploaded proof that an item of my post needs; the look is noted."""
    return _file(actions.open_material(item, key, by=officer(request)))


def _file(opened: Opened) -> HttpResponse:
    return HttpResponse(
        opened.content,
        content_type=opened.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, opened.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get("/extensions", response=ExtensionList)
def list_extensions(request: HttpRequest) -> ExtensionList:
    """Return the requests for more time that wait for my posts."""
    rows = reads.extension_requests(officer(request))
    return ExtensionList(
        rows=[
            ExtensionLine(
                item=one.item.pk,
                case=one.item.case.number,
                title=words(one.title),
                office=words(one.office),
                who=one.who,
                asked_by=one.asked_by,
                words=one.asked_words,
                reason=words(one.reason),
                due=DueDay(day=one.now.day, provisional=one.now.provisional),
                extended_due=DueDay(day=one.then.day, provisional=one.then.provisional),
            )
            for one in rows
        ]
    )


@router.post("/items/{item}/extension", response=Receipt)
def answer_extension(
    request: HttpRequest,
    item: ItemId,
    payload: ExtensionAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Agree, or not, to more time for an item, where one of my posts is asked."""
    account = officer(request)

    def act() -> Receipt:
        reads.require_purpose(item, payload.purpose, account=account)
        return receipt(actions.answer_extension(item, by=account, granted=payload.granted))

    return answer_once(request, idempotency_key, act)


OPENS_NOTHING = ("claim", "takeover", "unclaim")
ACTS: dict[str, Callable[[int, Account, OtherAct], Case]] = {
    "claim": lambda item, by, _: actions.claim_item(item, by=by),
    "takeover": lambda item, by, _: actions.claim_item(item, by=by, take_over=True),
    "unclaim": lambda item, by, _: actions.unclaim_item(item, by=by),
    "accept": lambda item, by, given: actions.accept_item(item, by=by, message=given.message),
    "pause": lambda item, by, given: actions.pause_item(
        item, by=by, reason=given.reason, message=given.message
    ),
    "resume": lambda item, by, given: actions.resume_item(
        item, by=by, outcome=given.outcome, finding=given.finding, message=given.message
    ),
    "extend": lambda item, by, given: actions.ask_extension(
        item, by=by, reason=given.reason, message=given.message
    ),
    "transfer": lambda item, by, given: actions.transfer_item(
        item, by=by, to=given.to, handover=given.handover
    ),
    "correct": lambda item, by, given: actions.correct_item(
        item, by=by, reason=given.reason, values=given.values, message=given.message
    ),
}


def _more(found: More) -> MoreToDo:
    due = found.extended_due
    return MoreToDo(
        acts=list(found.acts),
        claimed_by=found.claimed_by,
        is_mine=found.is_mine,
        accepted_on=found.accepted,
        ask_by=found.ask_by,
        extension=found.extension,
        extended_due=DueDay(day=due.day, provisional=due.provisional) if due else None,
        stop=found.stop,
        stop_until=found.stop_until,
        notice=found.notice,
        posts=[PostChoice(key=key, title=words(title)) for key, title in found.posts],
        extensions=_reasons(found.extensions),
        stops=_reasons(found.stops),
        corrections=_reasons(found.corrections),
        rejections=_reasons(found.rejections),
        printed={declared.key: value for declared, value in found.printed},
    )


def _check(payload: Decided) -> None:
    """Raise WrongInput for a reason that is missing, or that this decision doesn't take."""
    wants = payload.decision in WITH_REASON
    if wants and not payload.reason:
        raise WrongInput(
            "reason_missing",
            "请选一个理由再发。这一件列出的理由在 GET 里。",
            "Choose one of the reasons that this item lists, and send again.",
            field="reason",
        )
    if payload.reason and not wants:
        raise WrongInput(
            "reason_not_taken",
            "这个决定不用写理由，去掉再发。",
            "This decision takes no reason. Leave it out.",
            field="reason",
        )


def _line(row: InboxRow, light: str) -> InboxLine:
    return InboxLine(
        id=row.id,
        case=row.number,
        title=words(row.title),
        service=words(row.service),
        who=row.who,
        status=row.status,
        left=row.left,
        due=DueDay(day=row.due_day, provisional=row.due_provisional) if row.due_day else None,
        due_days=due_days(row.due),
        attempt=row.attempt,
        light=light,
    )


def _item(found: Decision) -> ItemToDecide:
    return ItemToDecide(
        id=found.item.pk,
        case=found.number,
        service=words(found.service.title),
        key=found.spec.key,
        title=words(found.spec.title),
        office=words(found.office),
        who=found.who,
        status=found.item.status,
        attempt=found.item.attempt,
        clock=clock(found.reading),
        due_days=due_days(found.due),
        checks=[
            Check(
                text=words(check.spec.text),
                answer=VERDICTS[check.value],
                evidence=words(check.evidence),
                source=source(check.spec.cite) if check.spec.cite else None,
            )
            for check in found.checks
        ],
        values=[
            ReadValue(
                key=value.spec.key,
                label=words(value.spec.label),
                value=value.text.zh,
                origin=value.origin,
                unknown=value.unknown,
            )
            for value in found.values
        ],
        materials=[
            ReadProof(
                key=row.key,
                title=words(title),
                state=row.state,
                origin=row.origin,
                due_on=row.due_day,
                has_file=row.file_id is not None,
            )
            for title, row in found.materials
        ],
        notes=[
            Note(kind=note.kind, text=text, at=note.at, has_file=note.file_id is not None)
            for note, text in found.notes
        ],
        spoken=[Spoken(who=who, text=text, at=at) for who, text, at in found.spoken],
        may_return=found.may_return,
        refusals=_reasons(found.refusals),
        returns=_reasons(found.returns),
        reversals=_reasons(found.reversals),
        follows_approval=[words(line) for line in found.follows_approval],
        follows_refusal=[words(line) for line in found.follows_refusal],
        follows_reversal=[words(line) for line in found.follows_reversal],
        more=_more(found.more),
    )


def _reasons(declared: tuple[ReasonSpec, ...]) -> list[Reason]:
    return [Reason(key=one.key, text=words(one.text), remedy=words(one.remedy)) for one in declared]
