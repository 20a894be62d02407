"""What changed between two runs: who gained, who lost, who became unknown, and by which condition."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from .people import Outcome

Kind = Literal["gained", "lost", "became_unknown", "became_known", "amount_changed"]
Key = TypeVar("Key", bound=Hashable)
_NO = Outcome(False)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one person. `because`: conditions that say no now, or facts that are missing."""

    kind: Kind
    before: Outcome
    after: Outcome
    because: tuple[str, ...] = ()


def diff(before: Mapping[Key, Outcome], after: Mapping[Key, Outcome]) -> dict[Key, Change]:
    """Return what changed for whom under one policy; who isn't in a run counts as no there.

    gained: yes now and not before. lost: yes before and no now. became_unknown: decided before,
    unknown now. became_known: unknown before and no now. amount_changed: yes both times.
    """
    found: dict[Key, Change] = {}
    for key in (*before, *(one for one in after if one not in before)):
        old, new = before.get(key, _NO), after.get(key, _NO)
        kind = _kind(old, new)
        if kind is not None:
            found[key] = Change(kind, old, new, _because(kind, old, new))
    return found


def _kind(old: Outcome, new: Outcome) -> Kind | None:
    match old.value, new.value:
        case (True, True):
            return "amount_changed" if old.amount_fen != new.amount_fen else None
        case (_, True):
            return "gained"
        case (True, False):
            return "lost"
        case (None, None) | (False, False):
            return None
        case (_, None):
            return "became_unknown"
    return "became_known"


def _because(kind: Kind, old: Outcome, new: Outcome) -> tuple[str, ...]:
    if kind == "gained":
        return old.failing or old.missing
    return new.failing or new.missing
