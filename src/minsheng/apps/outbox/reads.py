"""What waits, what is stuck, how one effect stands, what was answered before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from minsheng.apps.outbox.models import Answered, Effect
from minsheng.lib.errors import Conflict


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One effect as a list shows it. `state` is waiting, leased, done or stuck."""

    id: int
    kind: str
    key: str
    state: str
    created_at: datetime
    not_before: datetime | None
    stuck_at: datetime | None
    attempts: int
    last_error_code: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The answer to the first call under a key. `is_again`: this call isn't the first."""

    status: int
    body: str
    is_again: bool


def stuck(*, limit: int = 200) -> list[EffectLine]:
    """Return the effects that wait for a person, the oldest first."""
    rows = Effect.objects.filter(state=Effect.State.STUCK).order_by("stuck_at", "pk")
    return [_line(effect) for effect in rows[:limit]]


def effect_line(effect_id: int) -> EffectLine | None:
    """Return how one effect stands, or None where there is none."""
    found = Effect.objects.filter(pk=effect_id).first()
    return None if found is None else _line(found)


def unfinished(keys: Iterable[str]) -> dict[str, EffectLine]:
    """Return those of `keys` that are put but not done, by key: what a page shows as pending."""
    rows = Effect.objects.filter(key__in=list(keys)).exclude(state=Effect.State.DONE)
    return {effect.key: _line(effect) for effect in rows}


def unfinished_of(kinds: Iterable[str], **payload: object) -> int:
    """Return how many effects of some kinds, with these facts in their payload, aren't done."""
    named = {f"payload__{key}": value for key, value in payload.items()}
    open_states = (Effect.State.WAITING, Effect.State.LEASED, Effect.State.STUCK)
    rows = Effect.objects.filter(state__in=open_states, kind__in=list(kinds), **named)
    return rows.count()


def counts() -> dict[str, int]:
    """Return how many effects are waiting, leased and stuck."""
    open_states = (Effect.State.WAITING, Effect.State.LEASED, Effect.State.STUCK)
    return {state.value: Effect.objects.filter(state=state).count() for state in open_states}


def first_answer(who: str, key: str, *, fingerprints: Sequence[str]) -> FirstAnswer | None:
    """Return what was answered to the first call of `who` under `key`, or None before it.

    Raises Conflict when the key was used for something else.
    """
    row = Answered.objects.filter(who=who, key=key).first()
    return None if row is None else checked_answer(row, fingerprints)


def checked_answer(row: Answered, fingerprints: Sequence[str]) -> FirstAnswer:
    """Return the answer of a row, which must be that of the same call."""
    if row.fingerprint not in fingerprints:
        raise Conflict(
            "outbox.answered_other",
            "这个 Idempotency-Key 已经用在另一个请求上，这一次没有做。换一个新的再发。",
            "This Idempotency-Key was used for another request; nothing was done. Send a new one.",
            field="Idempotency-Key",
        )
    return FirstAnswer(row.status, row.body, is_again=True)


def _line(effect: Effect) -> EffectLine:
    return EffectLine(
        id=effect.pk,
        kind=effect.kind,
        key=effect.key,
        state=effect.state,
        created_at=effect.created_at,
        not_before=effect.not_before,
        stuck_at=effect.stuck_at,
        attempts=effect.attempts,
        last_error_code=effect.last_error_code,
        payload=effect.payload,
    )
