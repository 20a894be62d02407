"""What in a work would tell a judge whose it is: names in words, file names, addresses and papers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import Org
from minsheng.lib.texts import Text

MOST_UNPACKED = 4_000_000
MOST_PARTS = 400
_BRACKETS = re.compile(r"[（(].*?[)）]")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ENCODINGS = ("utf-8", "utf-16-be", "gb18030")


def telling_names(account: Account, school: Org) -> tuple[str, ...]:
    """Return what must not stand in a work: the teacher's name and sign-in, the school and its group."""
    titles = [account.display, account.username, school.name, school.name_en]
    if school.parent is not None:
        titles += [school.parent.name]
    bare = (_BRACKETS.sub("", one).strip() for one in titles)
    return tuple(dict.fromkeys(one for one in bare if len(one) >= 2))


def names_in(text: str, names: tuple[str, ...]) -> list[str]:
    """Return the names that stand in a text, capitals and blanks aside."""
    folded = re.sub(r"\s+", "", text).casefold()
    return [one for one in names if re.sub(r"\s+", "", one).casefold() in folded]


def names_in_paper(content: bytes, names: tuple[str, ...]) -> list[str]:
    """Return the names that can be read in a file: its plain parts, and those a PDF has packed.

    Letters that a PDF keeps as numbers of its own font, and those in a picture, can't be read here.
    """
    found = []
    for part in (content, *_unpacked(content)):
        for one in names:
            if one not in found and _stands_in(part, one):
                found.append(one)
    return found


def said(where: Text, names: list[str]) -> Text:
    """Return the warning that names stand somewhere."""
    listed = "、".join(names)
    return Text(
        f"{where.zh}里有“{listed}”，评的人会看出是谁的。请改掉再交。",
        f"{where.to('en')} holds “{listed}”: judges would see whose it is. Take it out.",
    )


def _stands_in(part: bytes, name: str) -> bool:
    for encoding in _ENCODINGS:
        raw = name.encode(encoding)
        if raw in part or raw.hex().encode() in part or raw.hex().upper().encode() in part:
            return True
    return False


def _unpacked(content: bytes) -> Iterator[bytes]:
    left = MOST_UNPACKED
    for at, match in enumerate(_STREAM.finditer(content)):
        if at >= MOST_PARTS or left <= 0:
            return
        try:
            part = zlib.decompressobj().decompress(match.group(1), min(left, 1_000_000))
        except zlib.error:
            continue
        left -= len(part)
        yield part
