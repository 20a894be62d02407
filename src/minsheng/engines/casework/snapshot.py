"""The state of a case as plain JSON and back, without loss.

For the app's row: a snapshot spares the replay on the hot path. The events remain the truth, and
a nightly check may compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from minsheng.engines.casework.state import CaseState, ItemState
from minsheng.lib.workdays import Due, Stop

SETS = frozenset({"wanted", "consents", "declined"})
_FIELDS: Mapping[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple((field.name, field.default) for field in fields(kind))
    for kind in (CaseState, ItemState)
}
_AS_IT_IS = frozenset({str, int, bool})
DAYS = frozenset(
    {
        "started",
        "finished",
        "changed",
        "claimed_on",
        "accepted",
        "ask_by",
        "answer_by",
        "object_by",
        "stop_until",
        "objected_on",
    }
)


def dump(state: CaseState) -> dict[str, Any]:
    """Return the whole state as JSON values; values that are the default are left out."""
    given = _given(state)
    del given["items"]
    return {
        **{key: _plain(value) for key, value in given.items()},
        "items": [_dumped(item) for item in state.items.values()],
    }


def load(data: Mapping[str, Any]) -> CaseState:
    """Return the state that `dump` has written."""
    items = [_item(raw) for raw in data["items"]]
    case = {
        **data,
        "submitted": date.fromisoformat(data["submitted"]),
        "items": {item.key: item for item in items},
        "promised": _due(data.get("promised")),
        **{key: frozenset(data[key]) for key in SETS & data.keys()},
    }
    return CaseState(**case)


def _given(value: CaseState | ItemState) -> dict[str, Any]:
    found = value.__dict__
    return {
        name: one
        for name, default in _FIELDS[type(value)]
        if (one := found[name]) is not default and one != default
    }


def _dumped(item: ItemState) -> dict[str, Any]:
    return {
        key: value if type(value) in _AS_IT_IS else _plain(value)
        for key, value in _given(item).items()
    }


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Due():
            return [value.day.isoformat(), value.provisional]
        case Stop():
            end = value.end.isoformat() if value.end else None
            return [value.start.isoformat(), end, value.reason]
        case tuple():
            return [_plain(part) for part in value]
        case frozenset():
            return sorted(value)
    return value


def _item(raw: Mapping[str, Any]) -> ItemState:
    days = {k: date.fromisoformat(raw[k]) for k in DAYS & raw.keys()}
    stops = tuple(_stop(*stop) for stop in raw.get("stops", ()))
    return ItemState(**{**raw, **days, "stops": stops, "promised": _due(raw.get("promised"))})


def _stop(start: str, end: str | None, reason: str) -> Stop:
    return Stop(date.fromisoformat(start), date.fromisoformat(end) if end else None, reason)


def _due(raw: list[Any] | None) -> Due | None:
    return None if raw is None else Due(date.fromisoformat(raw[0]), raw[1])
