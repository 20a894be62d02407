"""My data: what is held, who looked, what I agreed to; put right, take away, erase."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LONGEST_TEXT, Shape, Words, words
from minsheng.apps.cases import actions, reads
from minsheng.apps.erasure import actions as erasure
from minsheng.apps.erasure import reads as erasure_reads
from minsheng.apps.erasure.held import held_elsewhere
from minsheng.apps.people import actions as people
from minsheng.apps.people import assurance
from minsheng.apps.people.purposes import CONSENTS
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.apps.cases.models import CorrectionRequest
    from minsheng.apps.people.models import Account

router = Router()
LEVELS: dict[int, Literal["local", "register", "clerk"]] = {0: "local", 1: "register", 2: "clerk"}


class HeldRow(Shape):
    """One fact held about me, with where it came from."""

    label: Words
    text: str
    note: str


class HeldSection(Shape):
    """One kind of data held about me."""

    key: str
    title: Words
    rows: list[HeldRow]


class Needed(Shape):
    """How sure an act needs us to be who I am, and whether I may."""

    act: str
    title: Words
    needs: Literal["local", "register", "clerk"]
    may: bool


class Obstacle(Shape):
    """Something under way, because of which I can't be erased yet, and until when at most.

    `kind` says what it is (case_running, request_open …); `case` is the number by which it is quoted.
    """

    kind: str
    case: str
    what: Words
    way: Words
    until: date | None


class MyData(Shape):
    """Everything held about me. `assurance`: how sure we are that it is me."""

    assurance: Literal["local", "register", "clerk"]
    acts: list[Needed]
    sections: list[HeldSection]
    obstacles: list[Obstacle]


class Look(Shape):
    """Who opened my record: the post, never the person. `case` may be empty."""

    at: datetime
    who: Words
    purpose: Words
    part: Words
    case: str


class Emergency(Shape):
    """My case was opened in an emergency: by which post, why, and what audit found."""

    at: datetime
    who: Words
    case: str
    reason: str
    review_by: date
    finding: Words | None
    words: str


class Looks(Shape):
    """Who looked, and when I took my data away."""

    looks: list[Look]
    emergencies: list[Emergency]
    exports: list[datetime]


class Export(Shape):
    """Everything held about me, to keep."""

    data: dict[str, Any]


class ConsentLine(Shape):
    """One purpose I may agree to; `given_at` null while I don't."""

    purpose: str
    text: Words
    given_at: datetime | None
    case: str


class Consents(Shape):
    """What I may agree to and take back."""

    rows: list[ConsentLine]


class Agreed(Shape):
    """One purpose, agreed to or taken back."""

    purpose: str = Field(max_length=60)
    given: bool


class Correction(Shape):
    """A request for correction. `what` is "register:<name>" or "case:<number>"."""

    id: int
    what: str
    wish: str
    status: Literal["waits", "done", "declined"]
    due_on: date
    answer: str
    office: Words


class Corrections(Shape):
    """My requests for correction; `keeps` says where a mistake may stand."""

    rows: list[Correction]
    keeps: list[str]


class Wish(Shape):
    """What is wrong and what it should say."""

    what: str = Field(max_length=80)
    wish: str = Field(max_length=LONGEST_TEXT)


class CorrectionReceipt(Shape):
    """A request for correction after an act: nothing of what it says."""

    id: int
    status: Literal["waits", "done", "declined"]
    due_on: date


class Erasure(Shape):
    """My password: erasing can't be undone."""

    password: str = Field(max_length=256)


class Erased(Shape):
    """What is left of me: nothing but that I am gone."""

    erased: bool


@router.get("/me/data", response=MyData)
def read_my_data(request: HttpRequest) -> MyData:
    """Return everything held about me."""
    account = resident(request)
    level = assurance.level_of(account)
    sections = (*reads.held_about(account), *held_elsewhere(account))
    assert account.person is not None
    return MyData(
        assurance=LEVELS[level],
        acts=[
            Needed(act=act, title=words(title), needs=LEVELS[needed], may=level >= needed)
            for act, (needed, title) in assurance.NEEDED.items()
        ],
        sections=[
            HeldSection(
                key=section.key,
                title=words(section.title),
                rows=[
                    HeldRow(label=words(r.label), text=r.plain[0], note=r.plain[1])
                    for r in section.rows
                ],
            )
            for section in sections
        ],
        obstacles=[
            Obstacle(
                kind=one.code,
                case=one.number,
                what=words(one.what),
                way=words(one.way),
                until=one.until,
            )
            for one in erasure_reads.obstacles(account.person)
        ],
    )


@router.post("/me/export", response=Export)
def export_my_data(request: HttpRequest) -> Export:
    """Return everything held about me in one piece; that I took it is written down."""
    refuse_body(request)
    account = resident(request)
    assurance.require_level(account, "export")
    return Export(data=dict(reads.export_of(account, more=held_elsewhere(account))))


@router.get("/me/looks", response=Looks)
def list_my_looks(request: HttpRequest) -> Looks:
    """Return who opened my record, when and why, and every emergency."""
    account = resident(request)
    assurance.require_level(account, "see")
    if account.person is None:
        return Looks(looks=[], emergencies=[], exports=[])
    return Looks(
        looks=[
            Look(
                at=look.at,
                who=words(look.who),
                purpose=words(look.purpose),
                part=words(look.part),
                case=look.case,
            )
            for look in reads.looks_about(account.person)
        ],
        emergencies=[
            Emergency(
                at=line.opened_at,
                who=words(line.who),
                case=line.case,
                reason=line.reason,
                review_by=line.review_by,
                finding=words(line.finding) if line.finding else None,
                words=line.words,
            )
            for line in reads.glass_of_case_holder(account.person)
        ],
        exports=reads.exports_of(account.person),
    )


@router.get("/me/consents", response=Consents)
def list_my_consents(request: HttpRequest) -> Consents:
    """Return each purpose I may agree to, and what I agreed to."""
    return _consents(resident(request))


@router.post("/me/consents", response=Consents)
def set_my_consent(
    request: HttpRequest, payload: Agreed, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Agree to one purpose, or take it back; nothing is asked."""
    account = resident(request)

    def act() -> Consents:
        lines = reads.consent_lines(account)
        line = next((one for one in lines if one.purpose == payload.purpose), None)
        if line is None or account.person is None:
            raise NotFound(
                "no_such_consent", "没有这一项同意。", "There is nothing like this to agree to."
            )
        if line.purpose in CONSENTS:
            change = people.give_consent if payload.given else people.withdraw_consent
            change(account.person, line.purpose, by=account)
        else:
            case = reads.find_case(line.case)
            actions.consent_case(case.pk, by=account, given=payload.given)
        return _consents(account)

    return answer_once(request, idempotency_key, act)


@router.get("/me/corrections", response=Corrections)
def list_my_corrections(request: HttpRequest) -> Corrections:
    """Return my requests for correction with their answers."""
    account = resident(request)
    return Corrections(
        rows=[correction(line) for line in reads.corrections_of(account)],
        keeps=[key for key, _ in reads.correctable(account)],
    )


@router.post("/me/corrections", response=CorrectionReceipt)
def ask_correction(
    request: HttpRequest, payload: Wish, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask the office that keeps it to put something right; answered within its working days."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: correction_receipt(
            actions.ask_correction(account, what=payload.what, wish=payload.wish)
        ),
    )


@router.post("/me/erasure", response=Erased)
def erase_me(request: HttpRequest, payload: Erasure) -> Erased:
    """Erase everything that tells who I am; refused while anything is under way, with until when."""
    erasure.erase_oneself(resident(request), password=payload.password)
    return Erased(erased=True)


def correction_receipt(row: CorrectionRequest) -> CorrectionReceipt:
    """Return a request for correction after an act."""
    return CorrectionReceipt(id=row.pk, status=row.status, due_on=row.due_day)  # type: ignore[arg-type]


def correction(line: reads.CorrectionLine) -> Correction:
    """Return a request for correction as it goes out."""
    return Correction(
        id=line.id,
        what=line.what,
        wish=line.wish,
        status=line.status,  # type: ignore[arg-type]
        due_on=line.due_day,
        answer=line.answer,
        office=words(line.office),
    )


def _consents(account: Account) -> Consents:
    return Consents(
        rows=[
            ConsentLine(
                purpose=one.purpose, text=words(one.text), given_at=one.given_at, case=one.case
            )
            for one in reads.consent_lines(account)
        ]
    )
