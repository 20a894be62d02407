"""Sealed files on disk, outside the web root: random names, readable by the service alone.

Each file has a key of its own, which the caller seals under its owner's key. Who loses the owner's
key loses the file, however many copies of the disk there are.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from minsheng.lib.errors import Unavailable

_PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


def put(folder: Path, content: bytes) -> str:
    """Return the place of the content in `folder`, written whole or not at all."""
    name = secrets.token_hex(32)
    place = f"{name[:2]}/{name[2:]}"
    target = folder / place
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(target)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise Unavailable(
            "file_not_stored",
            "文件存不进去，可能是磁盘满了。其他填的都在，请过一会儿再传。",
            f"The file could not be stored: {error.strerror}. Everything else is kept; try again later.",
            field="file",
        ) from error
    return place


def get(folder: Path, place: str) -> bytes:
    """Return the content at `place`. Raises Unavailable when it has gone or can't be read."""
    if not _PLACE.fullmatch(place):
        raise ValueError("not a place in the vault")
    try:
        return (folder / place).read_bytes()
    except OSError as error:
        raise Unavailable(
            "file_not_readable",
            "这份文件现在读不出来。请过一会儿再试，还不行就打 12345。",
            f"The stored file can't be read: {error.strerror}. Try again later, or call 12345.",
        ) from error


def drop(folder: Path, place: str) -> None:
    """Remove the content at `place`, if it is there."""
    if not _PLACE.fullmatch(place):
        raise ValueError("not a place in the vault")
    (folder / place).unlink(missing_ok=True)


def places_older_than(folder: Path, moment: datetime) -> Iterator[str]:
    """Every place (and forgotten draft) written before `moment`."""
    for path in folder.glob("??/*"):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path.relative_to(folder).as_posix()
