"""Lists by pages: a cursor names the last row that was seen, so that news never shifts a page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, TypeVar

from ninja import Query

from minsheng.lib.errors import WrongInput

Row = TypeVar("Row")
Place = Sequence[str | int]
Cursor = Annotated[
    str,
    Query("", max_length=400, description="`next` of the page before; empty for the first page."),
]
Limit = Annotated[int, Query(20, ge=1, le=100, description="How many rows at most.")]


def page(
    rows: Iterable[Row], *, place: Callable[[Row], Place], cursor: str, limit: int
) -> tuple[list[Row], str | None]:
    """Return the rows after the cursor, at most `limit`, and the cursor of the next page.

    `place` gives a row's place in the order of the list: rows come in rising places.
    """
    after = _read(cursor) if cursor else None
    ordered = sorted(rows, key=lambda row: tuple(place(row)))
    if after is not None:
        if ordered and not _alike(after, tuple(place(ordered[0]))):
            raise no_cursor()
        ordered = [row for row in ordered if tuple(place(row)) > after]
    shown = ordered[:limit]
    more = len(ordered) > limit
    return shown, _write(place(shown[-1])) if more else None


def place_of(cursor: str, *, like: Place) -> tuple[str | int, ...]:
    """Return the place that a cursor names, for a list that is read from there on."""
    place = _read(cursor)
    if not _alike(place, tuple(like)):
        raise no_cursor()
    return place


def _write(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str | int, ...]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        read = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise no_cursor() from error
    if not isinstance(read, list) or not all(type(part) in {str, int} for part in read):
        raise no_cursor()
    return tuple(read)


def _alike(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    return [type(part) for part in one] == [type(part) for part in other]


def no_cursor() -> WrongInput:
    """Return the error of a cursor that was not given by this interface."""
    return WrongInput(
        "no_such_cursor",
        "这个 cursor 不是本接口给的。从第一页重新取。",
        "This cursor didn't come from here. Start again from the first page.",
        field="cursor",
    )
