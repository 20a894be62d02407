"""What a text is found by: single characters and pairs of Chinese, whole words and parts of Latin.

Pairs of characters need no dictionary, so that new words, names and one- to three-character words
are found from the first day. Folding keeps the length, so that a find can be marked in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
RUN = re.compile(f"[{HAN}]+|[a-z0-9\u00e0-\u024f]+")
LONGEST_WORD = 32
PART = "~"
SHORTEST_IN_PARTS = 4


def folded(text: str) -> str:
    """Return the text in one width and lower case, each character in its place."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and the words of a folded text, in order."""
    return RUN.findall(text)


def document_grams(text: str) -> frozenset[str]:
    """Return everything that a text is found by."""
    return frozenset(gram for run in runs(folded(text)) for gram in _of_document(run))


def query_grams(text: str) -> tuple[str, ...]:
    """Return what to look for: pairs where there are any, single characters only where not."""
    found = [gram for run in runs(folded(text)) for gram in _of_query(run)]
    return tuple(dict.fromkeys(found))


def is_han(run: str) -> bool:
    """Whether a run is Chinese; a run is never mixed."""
    return not run[0].isascii() and not "\u00e0" <= run[0] <= "\u024f"


def _of_document(run: str) -> Iterator[str]:
    if is_han(run):
        yield from run
        yield from _pairs(run)
        return
    yield run[:LONGEST_WORD]
    yield from _parts(run[:LONGEST_WORD])


def _of_query(run: str) -> Iterator[str]:
    if is_han(run):
        yield from _pairs(run) if len(run) > 1 else run
        return
    word = run[:LONGEST_WORD]
    yield word
    yield from _parts(word)
    if len(word) == SHORTEST_IN_PARTS - 1 and not word.isdigit():
        yield f"{PART}^{word[:2]}"  # the beginning of a longer word


def _pairs(run: str) -> Iterator[str]:
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def _parts(word: str) -> Iterator[str]:
    """Yield each three letters of a longer word, so that one wrong letter doesn't lose it."""
    if len(word) < SHORTEST_IN_PARTS or word.isdigit():
        return
    padded = f"^{word}$"
    for place in range(len(padded) - 2):
        yield PART + padded[place : place + 3]


class _Table(dict[int, str]):
    """How each character is folded, worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    lower = (plain if len(plain) == 1 else char).lower()
    return lower if len(lower) == 1 else char


_TABLE = _Table()
