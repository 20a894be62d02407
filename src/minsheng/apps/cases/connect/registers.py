"""The client of outside registers: hospital, population, marriage, social card.

The protocol is small. `POST <base>/v1/<register>/find` with `{"about": <citizen number>}` answers
`{"register": …, "records": [{…}]}`; `POST <base>/v1/<register>/write` with an `Idempotency-Key`
answers `{"register": …, "result": <id>, "values": {…}}`. A write that corrects an earlier one
names its result in `replaces`. Numbers travel in the body, so that no server writes them into its
access log. A register that is slow, down or answers nonsense never stops an applicant: the answer
says what happened and the field becomes a question. An answer has a size and a time it may take as
a whole; redirects are not followed.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import httpx
from django.conf import settings

from minsheng.lib.errors import Unavailable, WrongInput

Outcome = Literal["found", "none", "silent", "wrong", "refused"]
FIND_TRIES = 2
WRITE_TRIES = 3
LARGEST_ANSWER = 1_000_000
MOST_RECORDS = 100
NOT_OURS = frozenset({401, 403})
HOPELESS = frozenset({400, 404, 409, 410, 413, 422})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register said. `records` is empty unless the outcome is "found"."""

    register: str
    outcome: Outcome
    records: tuple[Mapping[str, Any], ...]
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Written:
    """A write that the register has confirmed."""

    result: str
    values: Mapping[str, Any]


def find(register: str, about: str) -> Answer:
    """Ask `register` about a citizen number; never raises, the outcome says how it went.

    A register that is too slow is not asked a second time: somebody waits for the page.
    """
    started = time.monotonic()
    outcome: Outcome = "silent"
    records: tuple[Mapping[str, Any], ...] = ()
    for _ in range(FIND_TRIES):
        try:
            status, answer = _post(f"{register}/find", {"about": about}, {})
        except httpx.TimeoutException:
            break
        except httpx.HTTPError:
            continue
        if status < 500:
            outcome, records = _found(register, status, answer)
            break
    return Answer(register, outcome, records, round((time.monotonic() - started) * 1000))


def write(register: str, body: Mapping[str, Any], *, key: str) -> Written:
    """Write to `register` once, however often this is called with the same `key`.

    Raises Unavailable when the register doesn't confirm (the caller tries again with the same
    key), and WrongInput when it refuses what was sent: a person must look.
    """
    for _ in range(WRITE_TRIES):
        try:
            status, answer = _post(f"{register}/write", body, {"Idempotency-Key": key})
        except httpx.HTTPError:
            continue
        if status in HOPELESS:
            raise WrongInput(
                "register_refused",
                "登记库不收这一条，再发也没有用。请人工核对内容，和登记部门联系。",
                f"register {register} refuses what was sent ({status}); somebody must look",
                facts={"register": register, "status": status},
            )
        written = _written(register, answer) if status in {200, 201} else None
        if written is not None:
            return written
    raise Unavailable(
        "register_silent",
        "登记库没有回答。已经记下，会自动再试，什么都没有丢。",
        f"register {register} did not confirm the write",
        facts={"register": register},
    )


def _post(path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, object]:
    """Return status and JSON of the answer, None where it is none.

    Raises TimeoutException also for an answer that drips in or is far too large.
    """
    seconds = settings.MINSHENG_REGISTERS_TIMEOUT_MS / 1000
    until = time.monotonic() + seconds
    content = bytearray()
    with httpx.stream(
        "POST",
        f"{settings.MINSHENG_REGISTERS_URL}/v1/{path}",
        json=dict(body),
        headers={
            "Authorization": f"Bearer {settings.MINSHENG_REGISTERS_TOKEN}",
            "Accept-Encoding": "identity",
            **headers,
        },
        timeout=httpx.Timeout(seconds),
        trust_env=False,
        verify=_tls(),
    ) as response:
        for part in response.iter_raw():
            content += part
            if len(content) > LARGEST_ANSWER or time.monotonic() > until:
                raise httpx.ReadTimeout("the answer is too large or too slow")
    try:
        return response.status_code, json.loads(bytes(content))
    except (ValueError, RecursionError):
        return response.status_code, None


@cache
def _tls() -> ssl.SSLContext:
    """Return how certificates are checked; reading the authorities anew costs more than a call."""
    return httpx.create_ssl_context(trust_env=False)


def _found(
    register: str, status: int, answer: object
) -> tuple[Outcome, tuple[Mapping[str, Any], ...]]:
    if status in NOT_OURS:
        return "refused", ()
    if not isinstance(answer, dict) or answer.get("register") != register:
        return "wrong", ()
    records = answer.get("records")
    if not isinstance(records, list) or len(records) > MOST_RECORDS:
        return "wrong", ()
    if not all(isinstance(record, dict) for record in records):
        return "wrong", ()
    return ("found", tuple(records)) if records else ("none", ())


def _written(register: str, answer: object) -> Written | None:
    if not isinstance(answer, dict) or answer.get("register") != register:
        return None
    result, values = answer.get("result"), answer.get("values", {})
    if not isinstance(result, str) or not result or not isinstance(values, dict):
        return None
    return Written(result, values)
