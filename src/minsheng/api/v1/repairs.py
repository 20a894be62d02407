"""Repairs: defects of homes with their warranty, plan and archive. The work is done on /projects."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.ratings import Serial
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Source, Words, source, words
from minsheng.apps.appeals.actions import Defect, open_repair
from minsheng.apps.repairs import actions, reads
from minsheng.apps.repairs.words import warranty_said

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.repairs.models import Repair

router = Router()


class RepairRow(Shape):
    """One repair. `warranty` is within, after or unknown; `last_day` the last that lies within."""

    number: str
    place: Words
    part: Words
    state: str
    due: date | None
    warranty: Literal["within", "after", "unknown"]
    last_day: date | None
    bearer: str
    reopened: int
    archived_on: date | None


class EstateRow(Shape):
    """One estate with its homes and how its repairs stand."""

    estate: str
    title: Words
    buildings: int
    flats: int
    open: int
    observing: int
    closed: int
    archived: int


class RepairList(Shape):
    """The repairs I may see, and the estates of the register."""

    rows: list[RepairRow]
    estates: list[EstateRow]


class RepairWhole(Shape):
    """One repair with the article its warranty rests on."""

    number: str
    place: Words
    part: Words
    warranty_words: Words
    source: Source
    plan: str
    contractor: str
    bearer: str
    request: str
    archived_on: date | None


class DefectGiven(Shape):
    """A defect: which building of the register, which home (empty: a common part), which part."""

    building: int = Field(ge=1, le=LARGEST_ID)
    flat: str = Field("", max_length=20)
    part: str = Field(max_length=40, pattern=r"^[a-z_]+$")
    words: str = Field(min_length=1, max_length=1000)
    request: str = Field("", max_length=40, pattern=r"^[0-9A-Za-z\-]*$")


class RepairPlanGiven(Shape):
    """How it is repaired, by whom, and who pays."""

    plan: str = Field(min_length=1, max_length=1000)
    contractor: str = Field(min_length=1, max_length=120)
    bearer: Literal["builder", "fund", "company", "public", "owners"]


class RepairReceipt(Shape):
    """A repair after an act: the number of its entry of the ledger."""

    number: str
    archived_on: date | None


@router.get("/repairs", response=RepairList)
def list_repairs(request: HttpRequest) -> RepairList:
    """Return the repairs I may see; the estates to those who may read the register."""
    account = officer(request)
    return RepairList(
        rows=[
            RepairRow(
                number=one.number,
                place=words(one.place),
                part=words(one.part),
                state=one.state,
                due=one.due,
                warranty=one.answer.state,
                last_day=one.answer.last_day,
                bearer=one.bearer,
                reopened=one.reopened,
                archived_on=one.archived_on,
            )
            for one in reads.repairs(account)
        ],
        estates=[
            EstateRow(
                estate=one.key,
                title=words(one.title),
                buildings=one.buildings,
                flats=one.flats,
                open=one.open,
                observing=one.observing,
                closed=one.closed,
                archived=one.archived,
            )
            for one in (reads.estates(account) if reads.may_read(account) else [])
        ],
    )


@router.post("/repairs", response=RepairReceipt)
def report_repair(
    request: HttpRequest, payload: DefectGiven, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put a defect into the ledger. One request opens one repair, however often it is sent."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(_reported(payload, account)),
    )


@router.get("/repairs/{number}", response=RepairWhole)
def read_repair(request: HttpRequest, number: Serial) -> RepairWhole:
    """Return one repair with its warranty and the article behind it."""
    view = reads.repair(number, account=officer(request))
    return RepairWhole(
        number=view.entry.row.number,
        place=words(view.place),
        part=words(view.part.title),
        warranty_words=words(warranty_said(view.answer)),
        source=source(view.part.cite),
        plan=view.plan,
        contractor=view.contractor,
        bearer=view.bearer,
        request=view.request,
        archived_on=view.archived_on,
    )


@router.post("/repairs/{number}/plan", response=RepairReceipt)
def plan_repair(
    request: HttpRequest,
    number: Serial,
    payload: RepairPlanGiven,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Settle how it is repaired, by whom, and who pays."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.plan_repair(
                number,
                plan=payload.plan,
                contractor=payload.contractor,
                bearer=payload.bearer,
                by=account,
            )
        ),
    )


@router.post("/repairs/{number}/archive", response=RepairReceipt)
def archive_repair(
    request: HttpRequest, number: Serial, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put a checked repair into the archive; refused while plan, payer or pictures are missing."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.archive_repair(number, by=account))
    )


def _receipt(repair: Repair) -> RepairReceipt:
    return RepairReceipt(number=repair.entry.number, archived_on=repair.archived_on)


def _reported(payload: DefectGiven, account: Account) -> Repair:
    """Return a defect put into the ledger: of the request that is named, or by itself."""
    defect = Defect(
        building=payload.building, part=payload.part, words=payload.words, flat=payload.flat
    )
    if payload.request:
        return open_repair(payload.request, defect, by=account)
    return actions.report_repair(
        defect.building, part=defect.part, words=defect.words, flat=defect.flat, by=account
    )
