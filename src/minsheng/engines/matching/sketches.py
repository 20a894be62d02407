"""What is kept of a text so that others can be compared with it: keyed numbers, never the words.

A sketch holds a number of 32 bits for each character and each pair of characters, made with a key of
this installation. Who has the table and not the key can't read it; equal words have equal numbers.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from minsheng.engines.kit.characters import folded, is_han

BYTES = 4
LONGEST = 2_000
_RUN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]+|[a-z]+")
_NUMERALS = "一二三四五六七八九十"
_DETAIL = re.compile(f"([0-9a-z]{{1,6}}|[{_NUMERALS}]{{1,3}})(栋|幢|座|号楼|单元|室|号|组|社|路)")


@dataclass(frozen=True, slots=True)
class Gram:
    """A character, a pair of characters or a Latin word, with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sketch:
    """The numbers of one text, and those of what it names: a building, a stairway, a door.

    `details` are pairs: what is named, and which one.
    """

    grams: frozenset[int]
    details: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def named(self) -> frozenset[int]:
        """What kinds of things the text names."""
        return frozenset(kind for kind, _ in self.details)


def grams_of(text: str) -> Iterator[Gram]:
    """Yield the grams of a text in order. Digits are left out: they are details or telephones."""
    for match in _RUN.finditer(folded(text[:LONGEST])):
        run, at = match.group(), match.start()
        if not is_han(run):
            yield Gram(run, at, at + len(run))
            continue
        for size in (1, 2):
            for place in range(len(run) - size + 1):
                yield Gram(run[place : place + size], at + place, at + place + size)


def number_of(gram: str, key: bytes) -> int:
    """Return the keyed number of a gram, from 0 to 2³² − 1.  Source: BLAKE2, RFC 7693, keyed."""
    digest = blake2b(gram.encode(), digest_size=BYTES, key=key).digest()
    return int.from_bytes(digest, "big")


def sketch(text: str, key: bytes) -> Sketch:
    """Return what is kept of a text. The key is at most 64 bytes."""
    details = frozenset(
        (number_of(f"#{kind}", key), number_of(f"#{kind}{which}", key))
        for which, kind in _DETAIL.findall(folded(text[:LONGEST]))
    )
    return Sketch(frozenset(number_of(gram.text, key) for gram in grams_of(text)), details)


def packed(one: Sketch) -> bytes:
    """Return a sketch as bytes: how many details, the details, the grams in order."""
    flat = [number for pair in sorted(one.details) for number in pair]
    numbers = [len(one.details), *flat, *sorted(one.grams)]
    return b"".join(number.to_bytes(BYTES, "big") for number in numbers)


def unpacked(stored: bytes) -> Sketch:
    """Return the sketch that bytes hold."""
    numbers = array("I", bytes(stored))
    numbers.byteswap()
    begin = 1 + 2 * numbers[0]
    details = zip(numbers[1:begin:2], numbers[2:begin:2], strict=True)
    return Sketch(frozenset(numbers[begin:]), frozenset(details))
