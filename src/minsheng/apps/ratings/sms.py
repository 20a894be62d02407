"""What a text message says: a score from 1 to 5, STOP or START, what it is about, and words; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from minsheng.apps.ratings.scales import LEVELS

CASE_NUMBER = re.compile(r"[0-9]{4}-[0-9]{4,12}")
_CODE = re.compile(
    r"(?<![A-Z0-9])(?:[2-9A-HJ-NP-Z]{12}|[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2})(?![A-Z0-9])"
)
_SCORE = re.compile(r"(?<![0-9])([1-5])(?![0-9])\s*分?")
_MARKS = " ,.;:!。、"
_STOP = frozenset({"T", "TD", "N", "STOP", "退订", "停止"})
_START = frozenset({"START", "开始", "恢复"})
_WORDS = {level.zh: score for score, level in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as it was understood: `score` 0 where there is none, or more than one."""

    score: int
    word: Literal["", "stop", "start"] = ""
    about: str = ""
    words: str = ""


def read_reply(text: str) -> Reply:
    """Return what a message says. Full width counts as half; a level in words counts as its digit."""
    plain = unicodedata.normalize("NFKC", text).strip()
    upper = plain.upper().strip(_MARKS)
    if upper in _STOP:
        return Reply(0, "stop")
    if upper in _START:
        return Reply(0, "start")
    about, rest = _taken_out(plain)
    for words in sorted(_WORDS, key=len, reverse=True):
        if rest.startswith(words):
            return Reply(_WORDS[words], about=about, words=_trimmed(rest[len(words) :]))
    found = _SCORE.findall(rest)
    if len(found) != 1:
        return Reply(0, about=about)
    return Reply(int(found[0]), about=about, words=_trimmed(_SCORE.sub("", rest, count=1)))


def _taken_out(text: str) -> tuple[str, str]:
    """Return the case number or code that stands in a message, and the rest."""
    for pattern, said in ((CASE_NUMBER, text), (_CODE, text.upper())):
        match = pattern.search(said)
        if match:
            return match[0], f"{text[: match.start()]} {text[match.end() :]}".strip()
    return "", text


def _trimmed(words: str) -> str:
    return words.strip(_MARKS)
