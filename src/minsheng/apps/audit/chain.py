"""What is hashed, and how a chain and a tree are built from it. Pure: no table, no clock.

The hash of an event covers the suite, the chain's name, the number, kind, time, author, the
letters of `data` and the hash before it. Every hash says which suite made it ("a1:…"), and so a
chain may change its suite in the middle and still verify.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from minsheng.lib import suites
from minsheng.lib.errors import WrongInput
from minsheng.lib.identifiers import citizen_number

ENTRY = "minsheng.audit.entry.1"
_AS_GIVEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
LEAF, NODE = b"\x00", b"\x01"
_LIKE_A_CITIZEN_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain. `Head()` is a chain that has not begun."""

    seq: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, not yet numbered. `data` holds ids, decisions and hashes only."""

    kind: str
    at: datetime
    by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """One numbered and hashed event, as it is stored. `text` is what was hashed, by the letter."""

    stream: str
    key: str
    seq: int
    kind: str
    at: datetime
    by: str
    text: str
    prev_hash: str
    hash: str


def links(stream: str, key: str, head: Head, news: Sequence[News], *, suite: str) -> list[Link]:
    """Return the events numbered and chained after `head`.

    Raises ValueError when an event has no kind, a time without zone or data that JSON can't hold
    in only one way; WrongInput when a value looks like a citizen number.
    """
    made: list[Link] = []
    for seq, item in enumerate(news, start=head.seq + 1):
        if not item.kind:
            raise ValueError("an event needs a kind")
        if item.at.tzinfo is None:
            raise ValueError("an event's time needs its zone")
        text = canonical(item.data)
        refuse_citizen_number(text)
        link_hash = entry_hash(
            suite, stream, key, seq, item.kind, item.at, item.by, text, head.hash
        )
        made.append(Link(stream, key, seq, item.kind, item.at, item.by, text, head.hash, link_hash))
        head = Head(seq, link_hash)
    return made


def entry_hash(
    suite: str,
    stream: str,
    key: str,
    seq: int,
    kind: str,
    at: datetime,
    by: str,
    text: str,
    prev_hash: str,
) -> str:
    """Return the hash of one event, "<suite>:<hex>".

    The parts go in as a JSON list, so that no part can run over into the next.
    """
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [ENTRY, suite, stream, key, seq, kind, when, by, text, prev_hash]
    return digest(suite, _AS_GIVEN.encode(parts).encode())


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one JSON text of `value`: sorted keys, no spaces, no fractions.

    Raises ValueError for floats (they print differently elsewhere), keys that aren't text and
    characters that can't be written as UTF-8.
    """
    _refuse_ambiguous(value)
    text = _CANONICAL.encode(dict(value))
    text.encode()
    return text


def merkle_root(leaves: Iterable[str], *, suite: str) -> str:
    """Return the root of the tree over the hashes in `leaves`, "<suite>:<hex>".

    Leaves and nodes are told apart by a first byte, and a tree whose width is no power of two is
    split at the greatest one below it.  Source: RFC 6962, section 2.1.
    """
    # Each pile holds the roots of whole subtrees, widest first; equal widths are joined at once.
    piles: list[tuple[int, bytes]] = []
    for leaf in leaves:
        width, root = 1, _raw(suite, LEAF + leaf.encode())
        while piles and piles[-1][0] == width:
            _, left = piles.pop()
            width, root = width * 2, _raw(suite, NODE + left + root)
        piles.append((width, root))
    if not piles:
        return digest(suite, b"")
    _, root = piles.pop()
    while piles:
        _, left = piles.pop()
        root = _raw(suite, NODE + left + root)
    return f"{suite}:{root.hex()}"


def digest(suite: str, content: bytes) -> str:
    """Return the hash of `content` under `suite`, "<suite>:<hex>"."""
    return suites.digest(suite, content)


def suite_of(token: str) -> str:
    """Return the id of the suite that made this hash, empty when it does not say."""
    suite, colon, _ = token.partition(":")
    return suite if colon and suite in suites.SUITES else ""


def _raw(suite: str, content: bytes) -> bytes:
    return suites.SUITES[suite].digest(content)


def _refuse_ambiguous(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise ValueError(f"a key of an event's data must be text, not {key!r}")
                _refuse_ambiguous(inner)
        case list() | tuple():
            for inner in value:
                _refuse_ambiguous(inner)
        case _:
            raise ValueError(f"an event's data can't hold a {type(value).__name__}")


def refuse_citizen_number(text: str) -> None:
    """Raise WrongInput when `text` holds a citizen number whose check digit is right."""
    if any(_is_citizen_number(found) for found in _LIKE_A_CITIZEN_NUMBER.findall(text)):
        raise WrongInput(
            "audit.personal",
            "事件里写了公民身份号码，没有记下。号码只能放在个人档案里，这里写编号。",
            "A citizen number was about to be written into the event ledger; nothing was "
            "recorded. Keep the number with the person and write their id here.",
        )


def _is_citizen_number(found: str) -> bool:
    try:
        birth = date(int(found[6:10]), int(found[10:12]), int(found[12:14]))
    except ValueError:
        return False
    return citizen_number(found[:6], birth, int(found[14:17])) == found.upper()
