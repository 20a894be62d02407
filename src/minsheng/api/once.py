"""Acts that may be sent twice: the same Idempotency-Key gets the first answer again.

Keys belong to the account and last a day. What is answered is kept, so an act answers with
numbers, states and days only; whoever wants more reads it with a GET.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Header
from pydantic import BaseModel

from minsheng.api.callers import caller
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.lib import suites

REPLAYED = "Idempotency-Replayed"
IdempotencyKey = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9._:\-]{0,120}$",
        description="Chosen by you, new for each act: the same key and body get the first answer.",
    ),
]
Act = Callable[[], BaseModel]


def answer_once(request: HttpRequest, key: str, act: Act, *, status: int = 200) -> HttpResponse:
    """Return what `act` answers, or what it answered when this key came first.

    With a key, act and answer stand or fall in one transaction.
    """
    if not key:
        return _response(status, _body(act))
    first = outbox.answer_once(
        _who(request), key, fingerprints=_fingerprints(request), act=lambda: (status, _body(act))
    )
    return _response(first.status, first.body, is_again=first.is_again)


def answer_secret(request: HttpRequest, key: str, act: Act) -> HttpResponse:
    """Return the same for an act whose body may be kept nowhere, not even as a hash: a ballot.

    The same key on the same address gets the first answer again, whatever was sent with it.
    """
    if not key:
        return _response(200, _body(act))
    asked = _hashed(f"{request.method} {request.path}")
    first = outbox.answer_once(
        _who(request), key, fingerprints=asked, act=lambda: (200, _body(act))
    )
    return _response(first.status, first.body, is_again=first.is_again)


def answer_after(request: HttpRequest, key: str, act: Act, *, status: int = 200) -> HttpResponse:
    """Return the same for an act that asks outside registers and may itself be repeated.

    It runs before the transaction, which must not wait for the network.
    """
    if not key:
        return _response(status, _body(act))
    who, fingerprints = _who(request), _fingerprints(request)
    first = outbox_reads.first_answer(who, key, fingerprints=fingerprints)
    if first is None:
        body = _body(act)
        first = outbox.answer_once(who, key, fingerprints=fingerprints, act=lambda: (status, body))
    return _response(first.status, first.body, is_again=first.is_again)


def _body(act: Act) -> str:
    return act().model_dump_json()


def _response(status: int, body: str, *, is_again: bool = False) -> HttpResponse:
    headers = {REPLAYED: "true"} if is_again else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _who(request: HttpRequest) -> str:
    return f"account:{caller(request).pk}"


def _fingerprints(request: HttpRequest) -> list[str]:
    """Return what is asked as keyed hashes, one for each data key that is still valid."""
    sent = json.loads(request.body) if request.body else None
    return _hashed(f"{request.method} {request.path} {json.dumps(sent, sort_keys=True)}")


def _hashed(asked: str) -> list[str]:
    return [
        suites.blind_text(settings.MINSHENG_SUITE, key, asked)
        for key in settings.MINSHENG_KEYS.values()
    ]
