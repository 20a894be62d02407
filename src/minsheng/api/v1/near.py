"""Requests near: what neighbours have reported and how it stands; following it, and no longer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.requests import RequestNumber
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.appeals import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.appeals.reads import NearLine

router = Router()


class NearRow(Shape):
    """A request near, without words or whoever made it. `told`: so many have reported it."""

    number: str
    title: Words
    area: Words
    status: str
    said: Words
    received: date
    told: int
    is_followed: bool


class NearRows(Shape):
    """What was reported in a community, or what I follow."""

    rows: list[NearRow]


class NearStepRow(Shape):
    """One step."""

    at: datetime
    title: Words


class NearWhole(Shape):
    """A request near with its steps, and who is in charge."""

    row: NearRow
    office: Words
    steps: list[NearStepRow]


class NearPlace(Shape):
    """The key of an area: everything in its community is near. Without one nothing is."""

    area: str = Field("", max_length=60)


class FollowReceipt(Shape):
    """Whether I follow it now."""

    number: str
    is_followed: bool


@router.get("/near", response=NearRows)
def list_near(request: HttpRequest, query: Query[NearPlace]) -> NearRows:
    """Return what was reported near a place and isn't closed, or was within 30 days."""
    found = reads.near_requests(query.area, account=resident(request))
    return NearRows(rows=[_row(one) for one in found])


@router.get("/near/followed", response=NearRows)
def list_followed(request: HttpRequest) -> NearRows:
    """Return the requests I follow."""
    return NearRows(rows=[_row(one) for one in reads.followed(resident(request))])


@router.get("/near/{request_number}", response=NearWhole)
def read_near(request: HttpRequest, request_number: RequestNumber) -> NearWhole:
    """Return how something near stands."""
    view = reads.near_view(request_number, account=resident(request))
    return NearWhole(
        row=_row(view.line),
        office=words(view.office),
        steps=[NearStepRow(at=one.at, title=words(one.title)) for one in view.steps],
    )


@router.post("/near/{request_number}/subscription", response=FollowReceipt)
def follow_near(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Follow something near: I hear when an office has it and when it is closed."""
    refuse_body(request)
    account = resident(request)

    def act() -> FollowReceipt:
        actions.subscribe(request_number, by=account)
        return FollowReceipt(number=request_number, is_followed=True)

    return answer_once(request, idempotency_key, act)


@router.post("/near/{request_number}/subscription/end", response=FollowReceipt)
def unfollow_near(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Follow it no longer."""
    refuse_body(request)
    account = resident(request)

    def act() -> FollowReceipt:
        actions.unsubscribe(request_number, by=account)
        return FollowReceipt(number=request_number, is_followed=False)

    return answer_once(request, idempotency_key, act)


def _row(line: NearLine) -> NearRow:
    return NearRow(
        number=line.number,
        title=words(line.title),
        area=words(line.area),
        status=line.status,
        said=words(line.said),
        received=line.received,
        told=line.told,
        is_followed=line.is_followed,
    )
