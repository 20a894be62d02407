"""Protected cases, emergencies and their review, corrections to answer, the audit's entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.cases import Receipt, receipt
from minsheng.api.v1.me import Correction, CorrectionReceipt, correction, correction_receipt
from minsheng.api.v1.shapes import LONGEST_TEXT, CaseNumber, Shape, Words, words
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import GlassLine

if TYPE_CHECKING:
    from minsheng.apps.cases.models import BrokenGlass

router = Router()
RowId = Annotated[int, Path(ge=1, le=2**62)]


class ProtectedItem(Shape):
    """One item of a protected case that my named post decides."""

    id: int
    title: Words
    status: str


class ProtectedCase(Shape):
    """One protected case, masked. Until `review_on` somebody looks whether it still must be."""

    number: str
    service: Words
    who: str
    status: str
    reason: Words
    review_on: date | None
    wants_review: bool
    hidden_from_applicant: bool
    items: list[ProtectedItem]


class ProtectedCases(Shape):
    """The protected cases, for the named posts."""

    rows: list[ProtectedCase]


class ProtectionReason(Shape):
    """A declared reason, by its key."""

    reason: str = Field(max_length=40)


class ProtectionUntil(Shape):
    """A declared reason, and the day of the next look; without it the usual time from today."""

    reason: str = Field(max_length=40)
    review_on: date | None = None


class Why(Shape):
    """Why it is urgent and can't wait, in at least ten characters; audit reads it."""

    reason: str = Field(max_length=LONGEST_TEXT)


class EmergencyLine(Shape):
    """One opening in an emergency. `reason` and `case` are empty once the case is protected."""

    id: int
    case: str
    who: Words
    opened_at: datetime
    until: datetime
    review_by: date
    is_late: bool
    is_open: bool
    reason: str
    finding: Words | None


class GlassReceipt(Shape):
    """An opening in an emergency after an act: nothing of why."""

    id: int
    until: datetime
    review_by: date
    finding: str


class Emergencies(Shape):
    """Openings in an emergency, newest first."""

    rows: list[EmergencyLine]


class Fact(Shape):
    """One value of the case."""

    label: Words
    value: str


class BehindGlass(Shape):
    """The case behind the glass, for who broke it, for some hours."""

    emergency: EmergencyLine
    who: str
    values: list[Fact]


class Finding(Shape):
    """What audit found."""

    finding: Literal["justified", "not_justified"]
    words: str = Field(max_length=LONGEST_TEXT)


class ToCorrect(Shape):
    """Requests for correction that wait for my office, the most urgent first."""

    rows: list[Correction]


class Answer(Shape):
    """Whether it was corrected, and in words what was changed or why not."""

    done: bool
    answer: str = Field(max_length=LONGEST_TEXT)


class Entry(Shape):
    """One entry of the ledger: ids and codes, nothing personal."""

    stream: str
    key: str
    kind: str
    at: datetime
    who: str
    case: str


class Entries(Shape):
    """The newest entries, without those of protected cases."""

    rows: list[Entry]


@router.get("/protected-cases", response=ProtectedCases)
def list_protected(request: HttpRequest) -> ProtectedCases:
    """Return the protected cases, for the posts named to open them."""
    return ProtectedCases(
        rows=[
            ProtectedCase(
                number=line.number,
                service=words(line.service),
                who=line.who,
                status=line.status,
                reason=words(line.reason),
                review_on=line.review_on,
                wants_review=line.wants_review,
                hidden_from_applicant=line.hidden_from_applicant,
                items=[
                    ProtectedItem(id=item.id, title=words(item.title), status=item.status)
                    for item in line.items
                ],
            )
            for line in reads.protected_cases(officer(request))
        ]
    )


@router.post("/cases/{number}/protection", response=Receipt)
def protect_case(
    request: HttpRequest,
    number: CaseNumber,
    payload: ProtectionUntil,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Protect a case at once: child_at_risk, domestic_violence, threatened.

    from_applicant hides it from who applied as well.
    """
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: receipt(
            actions.protect_case(
                number, by=account, reason=payload.reason, review_on=payload.review_on
            )
        ),
    )


@router.post("/cases/{number}/protection/review", response=Receipt)
def keep_protection(
    request: HttpRequest,
    number: CaseNumber,
    payload: ProtectionUntil,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Keep a case protected until the next look: danger_stays or not_reached."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: receipt(
            actions.keep_protection(
                number, by=account, reason=payload.reason, review_on=payload.review_on
            )
        ),
    )


@router.post("/cases/{number}/protection/end", response=Receipt)
def end_protection(
    request: HttpRequest,
    number: CaseNumber,
    payload: ProtectionReason,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """End the protection of a case: danger_over or marked_by_mistake."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: receipt(actions.end_protection(number, by=account, reason=payload.reason)),
    )


@router.post("/cases/{number}/emergency", response=GlassReceipt)
def break_glass(
    request: HttpRequest, number: CaseNumber, payload: Why, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Open a case that isn't mine in an emergency; told at once, reviewed afterwards."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _glass(actions.break_glass(number, by=account, reason=payload.reason)),
    )


@router.get("/emergencies", response=Emergencies)
def list_emergencies(request: HttpRequest) -> Emergencies:
    """Return what I opened in an emergency."""
    return Emergencies(rows=[_emergency(line) for line in reads.glass_of(officer(request))])


@router.get("/emergencies/{emergency}", response=BehindGlass)
def read_emergency(request: HttpRequest, emergency: RowId) -> BehindGlass:
    """Return the case behind the glass; each look is written down and the person sees it."""
    found = reads.emergency(emergency, account=officer(request))
    return BehindGlass(
        emergency=_emergency(found.line),
        who=found.who,
        values=[Fact(label=words(label), value=value.zh) for label, value in found.values],
    )


@router.get("/audit/emergencies", response=Emergencies)
def list_emergencies_to_review(request: HttpRequest) -> Emergencies:
    """Return every emergency for the audit administrator, those without a finding first."""
    return Emergencies(rows=[_emergency(line) for line in reads.glass_to_review(officer(request))])


@router.post("/audit/emergencies/{emergency}/finding", response=GlassReceipt)
def review_emergency(
    request: HttpRequest, emergency: RowId, payload: Finding, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Write the finding of the audit administrator; it stands."""
    by, given = officer(request), payload
    return answer_once(
        request,
        idempotency_key,
        lambda: _glass(
            actions.review_glass(emergency, by=by, finding=given.finding, words=given.words)
        ),
    )


@router.get("/audit/entries", response=Entries)
def list_entries(
    request: HttpRequest, stream: Annotated[str, Query("", max_length=20)] = ""
) -> Entries:
    """Return the newest entries of the ledger for the audit administrator."""
    lines = reads.ledger_lines(officer(request), stream=stream)
    return Entries(
        rows=[
            Entry(
                stream=line.stream,
                key=line.key,
                kind=line.kind,
                at=line.at,
                who=line.who,
                case=line.case,
            )
            for line in lines
        ]
    )


@router.get("/corrections", response=ToCorrect)
def list_corrections(request: HttpRequest) -> ToCorrect:
    """Return the requests for correction that wait for my office."""
    return ToCorrect(rows=[correction(line) for line in reads.corrections_for(officer(request))])


@router.post("/corrections/{correction_id}/answer", response=CorrectionReceipt)
def answer_correction(
    request: HttpRequest,
    correction_id: RowId,
    payload: Answer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Answer a request for correction, once."""
    by, given = officer(request), payload
    return answer_once(
        request,
        idempotency_key,
        lambda: correction_receipt(
            actions.answer_correction(correction_id, by=by, is_done=given.done, answer=given.answer)
        ),
    )


def _glass(row: BrokenGlass) -> GlassReceipt:
    return GlassReceipt(id=row.pk, until=row.until, review_by=row.review_by, finding=row.finding)


def _emergency(line: GlassLine) -> EmergencyLine:
    return EmergencyLine(
        id=line.id,
        case=line.case,
        who=words(line.who),
        opened_at=line.opened_at,
        until=line.until,
        review_by=line.review_by,
        is_late=line.is_late,
        is_open=line.is_open,
        reason=line.reason,
        finding=words(line.finding) if line.finding else None,
    )
