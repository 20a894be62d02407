"""Characters of short Chinese and English texts: folded to one form, cut into runs.

Folding keeps the length, so that what is found in a folded text can be marked in the text itself.
"""

from __future__ import annotations

import re
import unicodedata

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
RUN = re.compile(f"[{HAN}]+|[a-z0-9\u00e0-\u024f]+")


def folded(text: str) -> str:
    """Return the text in one width and lower case, each character in its place."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and the words of a folded text, in order."""
    return RUN.findall(text)


def is_han(run: str) -> bool:
    """Whether a run is Chinese; a run is never mixed."""
    return not run[0].isascii() and not "\u00e0" <= run[0] <= "\u024f"


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
