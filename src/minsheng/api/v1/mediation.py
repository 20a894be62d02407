"""A talk with a mediator about one's own private matter: wished for, and no longer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.requests import RequestNumber
from minsheng.api.v1.shapes import Shape
from minsheng.apps.councils import actions

router = Router()


class MediatorWish(Shape):
    """A request, and whether its resident wishes for a mediator."""

    number: str
    wished: bool


@router.post("/requests/{request_number}/mediator", response=MediatorWish)
def ask_for_mediator(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask for a talk with a mediator about my private matter; asked twice, it is one."""
    refuse_body(request)
    account = resident(request)

    def act() -> MediatorWish:
        actions.ask_mediator(request_number, by=account)
        return MediatorWish(number=request_number, wished=True)

    return answer_once(request, idempotency_key, act)


@router.post("/requests/{request_number}/mediator/cancellation", response=MediatorWish)
def cancel_mediator(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take my wish for a mediator back."""
    refuse_body(request)
    account = resident(request)

    def act() -> MediatorWish:
        actions.cancel_mediation(request_number, by=account)
        return MediatorWish(number=request_number, wished=False)

    return answer_once(request, idempotency_key, act)
