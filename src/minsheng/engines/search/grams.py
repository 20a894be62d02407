"""What a text is found by: single characters and pairs of Chinese, whole words and parts of Latin.

Pairs of characters need no dictionary, so that new words, names and one- to three-character words
are found from the first day.
"""

from __future__ import annotations

from collections.abc import Iterator

from minsheng.engines.kit.characters import folded, is_han, runs

LONGEST_WORD = 32
PART = "~"
SHORTEST_IN_PARTS = 4


def document_grams(text: str) -> frozenset[str]:
    """Return everything that a text is found by."""
    return frozenset(gram for run in runs(folded(text)) for gram in _of_document(run))


def query_grams(text: str) -> tuple[str, ...]:
    """Return what to look for: pairs where there are any, single characters only where not."""
    found = [gram for run in runs(folded(text)) for gram in _of_query(run)]
    return tuple(dict.fromkeys(found))


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
