"""The state of a request as plain JSON and back, without loss: it spares the replay on the hot path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from minsheng.engines.appeals.state import Item, Request, Said
from minsheng.lib.workdays import Moment

MOMENTS = frozenset({"finish_due", "contact_due", "dispute_due", "dispatch_due", "visit_due"})
TIMES = frozenset(
    {"received", "last_visit", "closed", "dispatched", "signed", "contacted", "ended", "stopped"}
)


def dump(state: Request) -> dict[str, Any]:
    """Return the whole state as JSON values; values that are the default are left out."""
    plain = _given(state)
    plain["items"] = [_given(item) for item in state.items.values()]
    return plain


def load(data: Mapping[str, Any]) -> Request:
    """Return the state that `dump` has written."""
    items = [Item(**_read(raw)) for raw in data["items"]]
    whole = _read({key: value for key, value in data.items() if key != "items"})
    return Request(**whole, items={item.key: item for item in items})


def _given(value: Request | Item) -> dict[str, Any]:
    return {
        part.name: _plain(found)
        for part in fields(value)
        if part.name != "items" and (found := getattr(value, part.name)) != part.default
    }


def _plain(value: Any) -> Any:
    match value:
        case Moment():
            return [value.at.isoformat(), value.provisional]
        case datetime() | date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Said():
            return [value.round, value.at.isoformat(), value.solved, value.score]
        case tuple():
            return [_plain(one) for one in value]
    return value


def _read(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(key, value) for key, value in raw.items()}


def _value(key: str, value: Any) -> Any:
    if key in MOMENTS:
        return Moment(datetime.fromisoformat(value[0]), value[1])
    if key in TIMES:
        return datetime.fromisoformat(value)
    if key == "said":
        return tuple(Said(n, datetime.fromisoformat(at), *rest) for n, at, *rest in value)
    if key == "hold_until":
        return date.fromisoformat(value)
    return frozenset(value) if key == "noted" else value
