"""Who acts for whom: family, a clerk at a counter, an agency clerk with a contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import caller, officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import Shape
from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.mandates import access, actions, reads
from minsheng.apps.people import access as people_access
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.mandates import models as mandate_rows
    from minsheng.apps.people import models as people_rows

router = Router()
MandateId = Annotated[int, Path(ge=1, le=2**62)]


class Act(Shape):
    """One thing an agent did."""

    act: str
    at: datetime
    case: str


class Mandate(Shape):
    """Who may act, in what, until when. `who` is masked; `acts` are for the principal alone.

    `kind`: family, clerk or agency. `status`: waits, holds, over or ended.
    """

    id: int
    kind: str
    status: str
    who: str
    services: list[str]
    case: str
    contract: str
    since: date
    last_day: date
    acts: list[Act]


class Mandates(Shape):
    """What I gave, and what I may do for others."""

    given: list[Mandate]
    held: list[Mandate]


class Grant(Shape):
    """Whom I let act for me: by citizen number, in services or in one case of mine, until a day."""

    number: str = Field(max_length=18)
    services: list[str] = Field(default_factory=list, max_length=50)
    case: str = Field("", max_length=40)
    last_day: date


class AtCounter(Shape):
    """Whom I act for at the counter; the person is here and I saw the card."""

    number: str = Field(max_length=18)
    name: str = Field(max_length=50)
    service: str = Field(max_length=80)


class Contract(Shape):
    """A contract of an agency clerk. With `credit_code` the person signed for an organisation."""

    contract: str = Field(max_length=60)
    agent: str = Field(max_length=60)
    number: str = Field(max_length=18)
    name: str = Field(max_length=50)
    services: list[str] = Field(max_length=50)
    since: date
    last_day: date
    credit_code: str = Field("", max_length=18)
    organisation: str = Field("", max_length=200)


class Representative(Shape):
    """Who speaks for an organisation today."""

    id: int
    username: str
    organisation: str
    credit_code: str
    since: date


class NamedRepresentative(Shape):
    """Somebody to speak for an organisation; `name` is needed where it is new here."""

    username: str = Field(max_length=150)
    credit_code: str = Field(max_length=30)
    name: str = Field("", max_length=200)


class Contracts(Shape):
    """The register of contracts, newest first."""

    rows: list[Mandate]


class MandateReceipt(Shape):
    """A mandate after an act: its number and how it stands, nothing personal."""

    id: int
    kind: str
    since: date
    last_day: date
    accepted: bool
    ended: bool


@router.get("/mandates", response=Mandates)
def list_mandates(request: HttpRequest) -> Mandates:
    """Return who may act for me, with all they did, and for whom I may act."""
    account = caller(request)
    person = account.person if account.is_proved and not account.is_staff_member else None
    return Mandates(
        given=[_given(one) for one in case_reads.mandates_given(person)] if person else [],
        held=[_held(one) for one in reads.held_by(account)],
    )


@router.post("/mandates", response=MandateReceipt)
def grant_mandate(
    request: HttpRequest, payload: Grant, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Let somebody act for me; it counts once they accept, signed in as themselves."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            cases.let_act(
                account,
                number=payload.number,
                services=payload.services,
                case=payload.case,
                last_day=payload.last_day,
            )
        ),
    )


@router.post("/mandates/{mandate}/acceptance", response=MandateReceipt)
def accept_mandate(
    request: HttpRequest, mandate: MandateId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Accept to act for who named me."""
    refuse_body(request)
    account = resident(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.accept_mandate(mandate, by=account))
    )


@router.post("/mandates/{mandate}/end", response=MandateReceipt)
def end_mandate(
    request: HttpRequest, mandate: MandateId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take back what I gave, or give up what I hold; it counts at once."""
    refuse_body(request)
    account = caller(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.end_mandate(mandate, by=account))
    )


@router.post("/counter/mandates", response=MandateReceipt)
def act_at_counter(
    request: HttpRequest, payload: AtCounter, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Begin to act for who stands at my counter: for today and this one service.

    With a signed authorisation instead of the person, use the page, which takes the file.
    """
    account = officer(request)
    seen = {"number": payload.number, "name": payload.name, "basis": "present"}
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(cases.act_at_counter(account, service=payload.service, **seen)),
    )


@router.get("/contracts", response=Contracts)
def list_contracts(request: HttpRequest) -> Contracts:
    """Return the register of contracts of agency clerks, for a counter."""
    account = officer(request)
    if not access.may_register(account):
        raise access.no_such_mandate()
    return Contracts(rows=[_held(one) for one in reads.contracts(account)])


@router.post("/contracts", response=MandateReceipt)
def keep_contract(
    request: HttpRequest, payload: Contract, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Keep the contract of an agency clerk; acts outside it or after its end are refused."""
    account = officer(request)
    if not access.may_register(account):
        raise access.no_such_mandate()
    agent = people.account_by_username(payload.agent)
    if agent is None:
        raise WrongInput(
            "agency_clerk",
            "没有这个登录名。代办专员要是在岗的工作人员，请核对。",
            "There is no such sign-in name. An agency clerk is a member of staff with a post.",
            field="agent",
        )
    terms = {**payload.model_dump(), "agent": agent}
    return answer_once(
        request, idempotency_key, lambda: _receipt(cases.keep_contract(account, **terms))
    )


@router.get("/representatives", response=list[Representative])
def list_representatives(request: HttpRequest) -> list[Representative]:
    """Return who speaks for which organisation today, for a counter."""
    people_access.require_clerk(officer(request))
    return [_representative(row) for row in people.representatives()]


@router.post("/representatives", response=Representative)
def name_representative(
    request: HttpRequest, payload: NamedRepresentative, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Let somebody with a confirmed identity speak for an organisation, from today."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _representative(
            people_actions.register_representative(
                payload.username, payload.credit_code, payload.name, by=account
            )
        ),
    )


@router.post("/representatives/{entry}/end", response=Representative)
def end_representative(
    request: HttpRequest, entry: MandateId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Let somebody no longer speak for an organisation; today is the last day."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _representative(people_actions.end_representative(entry, by=account)),
    )


def _representative(row: people_rows.Representative) -> Representative:
    return Representative(
        id=row.pk,
        username=row.account.username,
        organisation=row.organisation.name,
        credit_code=row.organisation.credit_code,
        since=row.since,
    )


def _receipt(row: mandate_rows.Mandate) -> MandateReceipt:
    return MandateReceipt(
        id=row.pk,
        kind=row.kind,
        since=row.since,
        last_day=row.last_day,
        accepted=row.accepted_at is not None,
        ended=row.ended_at is not None,
    )


def _given(one: reads.Given) -> Mandate:
    acts = [Act(act=act.act, at=act.at, case=act.case) for act in one.acts]
    return _mandate(one, one.mandate.agent_shown, acts)


def _held(one: reads.Held) -> Mandate:
    return _mandate(one, one.who, [])


def _mandate(one: reads.Given | reads.Held, who: str, acts: list[Act]) -> Mandate:
    row = one.mandate
    return Mandate(
        id=row.pk,
        kind=row.kind,
        status=one.status,
        who=who,
        services=row.services,
        case=row.case,
        contract=row.contract,
        since=row.since,
        last_day=row.last_day,
        acts=acts,
    )
