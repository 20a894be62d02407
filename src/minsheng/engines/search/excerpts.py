"""The part of a text in which something was found, with the find marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from minsheng.engines.kit.characters import folded, runs
from minsheng.engines.search.grams import PART, query_grams

LONGEST = 64
BEFORE = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; `is_hit` where they are what was looked for."""

    text: str
    is_hit: bool


def marked(text: str, typed: str) -> tuple[Piece, ...]:
    """Return the whole text in pieces, the finds marked."""
    spans = _spans(text, typed)
    pieces, at = [], 0
    for start, end in spans:
        if start > at:
            pieces.append(Piece(text[at:start], is_hit=False))
        pieces.append(Piece(text[start:end], is_hit=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], is_hit=False))
    return tuple(pieces)


def excerpt(texts: Sequence[str], typed: str, *, longest: int = LONGEST) -> tuple[Piece, ...]:
    """Return the part of the text that holds most of what was typed; () when none does."""
    best, most = "", 0
    for text in texts:
        covered = sum(end - start for start, end in _spans(text, typed))
        if covered > most:
            best, most = text, covered
    if not best:
        return ()
    if len(best) <= longest:
        return marked(best, typed)
    start = max(0, _spans(best, typed)[0][0] - BEFORE)
    part = best[start : start + longest]
    before, after = "…" if start else "", "…" if start + longest < len(best) else ""
    return marked(f"{before}{part}{after}", typed)


def _spans(text: str, typed: str) -> list[tuple[int, int]]:
    """Return where the finds are, in order, those that touch put together."""
    plain = folded(text)
    asked, words, grams = _asked(typed)
    if asked and asked in plain:
        wanted: Sequence[str] = (asked,)
    else:
        wanted = [word for word in words if word in plain] or [g for g in grams if g in plain]
    found = sorted({span for word in wanted for span in _places(plain, word)})
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=64)
def _asked(typed: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what was typed as it is compared: whole, its runs, its pairs and single characters."""
    asked = " ".join(folded(typed).split())
    grams = tuple(gram for gram in query_grams(asked) if not gram.startswith(PART))
    return asked, tuple(runs(asked)), grams


def _places(plain: str, word: str) -> list[tuple[int, int]]:
    found, place = [], plain.find(word)
    while place >= 0:
        found.append((place, place + len(word)))
        place = plain.find(word, place + 1)
    return found
