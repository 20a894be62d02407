"""What waits, what is stuck, how one effect stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from minsheng.apps.outbox.models import Effect


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


def stuck(*, limit: int = 200) -> list[EffectLine]:
    """Return the effects that wait for a person, the oldest first."""
    rows = Effect.objects.filter(state=Effect.State.STUCK).order_by("stuck_at", "pk")
    return [_line(effect) for effect in rows[:limit]]


def unfinished(keys: Iterable[str]) -> dict[str, EffectLine]:
    """Return those of `keys` that are put but not done, by key: what a page shows as pending."""
    rows = Effect.objects.filter(key__in=list(keys)).exclude(state=Effect.State.DONE)
    return {effect.key: _line(effect) for effect in rows}


def counts() -> dict[str, int]:
    """Return how many effects are waiting, leased and stuck."""
    open_states = (Effect.State.WAITING, Effect.State.LEASED, Effect.State.STUCK)
    return {state.value: Effect.objects.filter(state=state).count() for state in open_states}


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
    )
