"""The forms of the services: what is in force, what differs, proposing and publishing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import Key, Shape, Words, words
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import FormLine, MoveAsked, TrialReport

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Move, Publication

router = Router()
Day = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The first day.")]
MoveId = Annotated[int, Path(ge=1, le=2**63 - 1)]
PublicationId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Last = Annotated[int, Query(0, ge=0, le=200, description="On how many past cases it is tried.")]


class FormRow(Shape):
    """One form. `state` is in_force, coming, past, proposed or draft."""

    service: str
    begins: date
    ends: date | None
    state: str
    hash: str
    title: Words
    publication: int | None
    proposed_by: str
    published_by: str


class FormRows(Shape):
    """The forms of all services, of each the latest first."""

    rows: list[FormRow]


class Differing(Shape):
    """One difference from the form before, in words."""

    part: str
    key: str
    path: str
    text: Words


class TriedGroup(Shape):
    """One difference that past cases would have had, and their numbers; "" for a protected one."""

    kind: str
    item: str
    text: Words
    cases: list[str]


class Tried(Shape):
    """How past cases would have differed."""

    cases: int
    unreadable: int
    different: int
    groups: list[TriedGroup]


class FormDetail(Shape):
    """One form beside the one before it. `problems` must be mended before it is proposed."""

    form: FormRow
    before: FormRow | None
    differences: list[Differing]
    problems: list[Words]
    may_propose: bool
    may_publish: bool
    may_withdraw: bool
    tried: Tried | None


class SeenForm(Shape):
    """The content hash of the form that was looked at: another one is refused."""

    hash: Annotated[str, Field(max_length=80)]


class FormReceipt(Shape):
    """A form after an act about it."""

    publication: int
    service: str
    begins: date
    hash: str
    state: str


class MovingCase(Shape):
    """One running case: can_move with what changes, or stays with why; "" for a protected one."""

    case: str
    outcome: str
    texts: list[Words]


class MoveRow(Shape):
    """That running cases go over. `status` is asked or agreed; `under_way` are still to come."""

    move: int
    status: str
    asked_by: str
    agreed_by: str
    under_way: int


class MoveReport(Shape):
    """What moving would do. `unseen` cases, beyond the oldest hundred, weren't looked at."""

    service: str
    hash: str
    begins: date
    there: int
    can_move: int
    stays: int
    unseen: int
    cases: list[MovingCase]
    asked: MoveRow | None
    may_ask: bool
    may_agree: bool


class MoveReceipt(Shape):
    """A request to move running cases after an act about it."""

    move: int
    service: str
    hash: str
    status: str


@router.get("/versions/{service}/moves", response=MoveReport)
def read_moves(request: HttpRequest, service: Key) -> MoveReport:
    """Return what moving running cases to the form in force would do; nothing is written."""
    view = reads.move_view(service, account=officer(request))
    counts = view.report.counts
    return MoveReport(
        service=view.slug,
        hash=view.report.to_hash,
        begins=view.begins,
        there=counts["there"],
        can_move=counts["can_move"],
        stays=counts["stays"],
        unseen=view.report.unseen,
        cases=[
            MovingCase(
                case=line.number, outcome=line.outcome, texts=[words(text) for text in line.texts]
            )
            for line in view.report.lines
        ],
        asked=_asked(view.asked) if view.asked else None,
        may_ask=view.may_ask,
        may_agree=view.may_agree,
    )


@router.post("/versions/{service}/moves", response=MoveReceipt)
def ask_to_move(
    request: HttpRequest, service: Key, payload: SeenForm, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask that running cases go over to the form in force, whose report was looked at."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _moved(actions.ask_to_move(service, by=account, seen=payload.hash)),
    )


@router.post("/moves/{move}/agree", response=MoveReceipt)
def agree_to_move(
    request: HttpRequest, move: MoveId, payload: SeenForm, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Agree that they go over: a leader who isn't the one who asked."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _moved(actions.agree_to_move(move, by=account, seen=payload.hash)),
    )


@router.post("/moves/{move}/withdraw", response=MoveReceipt)
def withdraw_move(
    request: HttpRequest, move: MoveId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take the request back before it is agreed to."""
    refuse_body(request)
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _moved(actions.withdraw_move(move, by=account))
    )


@router.get("/versions", response=FormRows)
def list_versions(request: HttpRequest) -> FormRows:
    """Return every form of every service: installed, published, proposed, and drafts."""
    officer(request)
    return FormRows(rows=[_row(line) for line in reads.versions()])


@router.get("/versions/{service}/{begins}", response=FormDetail)
def read_version(request: HttpRequest, service: Key, begins: Day, last: Last = 0) -> FormDetail:
    """Return one form: what differs from the one before, and what it made of the last cases."""
    view = reads.form_view(service, begins, account=officer(request))
    return FormDetail(
        form=_row(view.line),
        before=_row(view.before) if view.before else None,
        differences=[
            Differing(part=one.part, key=one.key, path=".".join(one.path), text=words(one.text))
            for one in view.differences
        ],
        problems=[Words(zh=problem.to("zh"), en=problem.to("en")) for problem in view.problems],
        may_propose=view.may_propose,
        may_publish=view.may_publish,
        may_withdraw=view.may_withdraw,
        tried=_tried(reads.try_form(service, begins, last=last)) if last else None,
    )


@router.post("/versions/{service}/{begins}/proposal", response=FormReceipt)
def propose_version(
    request: HttpRequest, service: Key, begins: Day, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Propose the draft in the pack folder, once nothing is wrong with it."""
    refuse_body(request)
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.propose_form(service, begins, by=account)),
    )


@router.post("/publications/{publication}/publish", response=FormReceipt)
def publish_version(
    request: HttpRequest,
    publication: PublicationId,
    payload: SeenForm,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Publish a proposed form: a leader who isn't the one who proposed it."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.publish_form(publication, by=account, seen=payload.hash)),
    )


@router.post("/publications/{publication}/withdraw", response=FormReceipt)
def withdraw_version(
    request: HttpRequest, publication: PublicationId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take a form back before its day."""
    refuse_body(request)
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.withdraw_form(publication, by=account)),
    )


def _asked(line: MoveAsked) -> MoveRow:
    return MoveRow(
        move=line.id,
        status=line.status,
        asked_by=line.asked_by,
        agreed_by=line.agreed_by,
        under_way=line.under_way,
    )


def _moved(row: Move) -> MoveReceipt:
    return MoveReceipt(move=row.pk, service=row.slug, hash=row.pack_id, status=row.status)


def _row(line: FormLine) -> FormRow:
    return FormRow(
        service=line.slug,
        begins=line.begins,
        ends=line.ends,
        state=line.state,
        hash=line.hash,
        title=words(line.title),
        publication=line.publication or None,
        proposed_by=line.proposed_by,
        published_by=line.published_by,
    )


def _tried(report: TrialReport) -> Tried:
    return Tried(
        cases=report.cases,
        unreadable=report.unreadable,
        different=report.different,
        groups=[
            TriedGroup(
                kind=group.kind,
                item=group.item,
                text=words(group.text),
                cases=list(group.cases),
            )
            for group in report.groups
        ],
    )


def _receipt(row: Publication) -> FormReceipt:
    return FormReceipt(
        publication=row.pk,
        service=row.slug,
        begins=row.effective_from,
        hash=row.pack_id,
        state=row.status,
    )
