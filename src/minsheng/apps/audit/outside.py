"""Seals outside the database: one line each, in a log that only grows.

Knows a file and nothing of tables. The folder belongs on a disk that the database's administrator
can't write to; whoever wants a second witness copies or prints the last line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minsheng.apps.audit.chain import digest, suite_of

FORMAT = "minsheng.audit.seal.1"
LOG = "seals.log"
_TAIL_BYTES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class SealLine:
    """One Merkle root over the `count` entries with `after` < id <= `upto`.

    `previous` is the digest of the seal before, so that no seal can be taken out of the log.
    """

    number: int
    at: datetime
    after: int
    upto: int
    count: int
    root: str
    previous: str

    @property
    def text(self) -> str:
        """The line by the letter: canonical JSON."""
        return json.dumps(
            {
                "after": self.after,
                "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "count": self.count,
                "format": FORMAT,
                "number": self.number,
                "previous": self.previous,
                "root": self.root,
                "upto": self.upto,
            },
            separators=(",", ":"),
        )

    @property
    def digest(self) -> str:
        """The hash of the line, under the suite of its root."""
        return digest(suite_of(self.root), self.text.encode())


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside: the seals by number, and the numbers that stand there in two forms.

    A line that can't be read is no seal. If it was one, its number is missing; if a power failure
    cut it short, the whole line follows.
    """

    seals: Mapping[int, SealLine]
    forked: tuple[int, ...]


def read_log(folder: Path) -> Outside:
    """Return every seal in the log of `folder`."""
    seals: dict[int, SealLine] = {}
    forked: set[int] = set()
    for seal in _seals(_bytes(folder / LOG)):
        if seals.setdefault(seal.number, seal) != seal:
            forked.add(seal.number)
    return Outside(seals, tuple(sorted(forked)))


def last_in_log(folder: Path) -> SealLine | None:
    """Return the newest seal in the log of `folder`, reading only its end."""
    path = folder / LOG
    if not path.exists():
        return None
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        found = list(_seals(file.read()))
    return found[-1] if found else None


def write_log(folder: Path, seal: SealLine) -> None:
    """Append the seal's line, and return when the disk has it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG
    # A line that was cut short must not run into this one.
    begin = b"" if _bytes_at_end(path) in {b"", b"\n"} else b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(begin + seal.text.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def parse(text: str) -> SealLine | None:
    """Return the seal written as `text`, or None unless it is exactly as we write it."""
    try:
        row = json.loads(text)
        seal = SealLine(
            number=row["number"],
            at=datetime.fromisoformat(row["at"]),
            after=row["after"],
            upto=row["upto"],
            count=row["count"],
            root=row["root"],
            previous=row["previous"],
        )
    except (ValueError, KeyError, TypeError):
        return None
    numbers = (seal.number, seal.after, seal.upto, seal.count)
    if not all(isinstance(number, int) for number in numbers) or not suite_of(str(seal.root)):
        return None
    return seal if seal.text == text else None


def _seals(content: bytes) -> Iterable[SealLine]:
    for line in content.decode(errors="replace").split("\n"):
        seal = parse(line)
        if seal is not None:
            yield seal


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _bytes_at_end(path: Path) -> bytes:
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
