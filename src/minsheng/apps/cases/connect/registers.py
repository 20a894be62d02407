"""The client of outside registers: hospital, population, marriage, social card.

The protocol is small. `POST <base>/v1/<register>/find` with `{"about": <citizen number>}` answers
`{"register": …, "records": [{…}]}`; `POST <base>/v1/<register>/write` with an `Idempotency-Key`
answers `{"register": …, "result": <id>, "values": {…}}`. Numbers travel in the body, so that no
server writes them into its access log. A register that is slow, down or answers nonsense never
stops an applicant: the answer says what happened and the field becomes a question. An answer
has a size and a time it may take as a whole; redirects are not followed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx
from django.conf import settings

from minsheng.lib.errors import Unavailable

Outcome = Literal["found", "none", "silent", "wrong", "refused"]
FIND_TRIES = 2
WRITE_TRIES = 3
LARGEST_ANSWER = 1_000_000


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
    """Ask `register` about a citizen number; never raises, the outcome says how it went."""
    started = time.monotonic()
    outcome: Outcome = "silent"
    records: tuple[Mapping[str, Any], ...] = ()
    for _ in range(FIND_TRIES):
        try:
            response = _post(f"{register}/find", {"about": about}, {})
        except httpx.HTTPError:
            continue
        if response.status_code in {401, 403}:
            outcome = "refused"
        elif response.status_code >= 500:
            continue
        else:
            outcome, records = _read_found(register, response)
        break
    return Answer(register, outcome, records, round((time.monotonic() - started) * 1000))


def write(register: str, body: Mapping[str, Any], *, key: str) -> Written:
    """Write to `register` once, however often this is called with the same `key`.

    Raises Unavailable when the register doesn't confirm; the caller tries again with the same key.
    """
    for _ in range(WRITE_TRIES):
        try:
            response = _post(f"{register}/write", body, {"Idempotency-Key": key})
        except httpx.HTTPError:
            continue
        if response.status_code in {200, 201}:
            written = _read_written(register, response)
            if written is not None:
                return written
    raise Unavailable(
        "register_silent",
        "登记库没有回答。已经记下，会自动再试，什么都没有丢。",
        f"register {register} did not confirm the write",
        facts={"register": register},
    )


def _post(path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
    """Return the whole answer. Raises HTTPError also for one that is too large or drips in."""
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
    ) as response:
        for part in response.iter_raw():
            content += part
            if len(content) > LARGEST_ANSWER or time.monotonic() > until:
                raise httpx.ReadTimeout("the answer is too large or too slow")
    return httpx.Response(response.status_code, content=bytes(content))


def _read_found(
    register: str, response: httpx.Response
) -> tuple[Outcome, tuple[Mapping[str, Any], ...]]:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return "wrong", ()
    if not isinstance(answer, dict) or answer.get("register") != register:
        return "wrong", ()
    records = answer.get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        return "wrong", ()
    return ("found", tuple(records)) if records else ("none", ())


def _read_written(register: str, response: httpx.Response) -> Written | None:
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or answer.get("register") != register:
        return None
    result, values = answer.get("result"), answer.get("values", {})
    if not isinstance(result, str) or not result or not isinstance(values, dict):
        return None
    return Written(result, values)
