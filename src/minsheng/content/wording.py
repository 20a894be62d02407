"""What is wrong with the words of a pack: missing languages, and the voice of an office form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from minsheng.lib.texts import Text

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_STIFF = ("请知悉", "予以", "相关", "进行", "按照有关规定", "耐心等待", "！", "!")
_KEYS = {"sources": "from", "slug": "service"}


@dataclass(frozen=True, slots=True)
class Found:
    """One text with the path of keys to it, as in the file."""

    path: tuple[str, ...]
    text: Text


def texts_in(value: object, *path: str) -> Iterator[Found]:
    """Yield every text inside a spec value with its path; lists count from 1."""
    if isinstance(value, Text):
        yield Found(path, value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_in(inner, *path, str(key))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, 1):
            yield from texts_in(inner, *path, str(number))
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            name = _KEYS.get(part.name, part.name)
            yield from texts_in(getattr(value, part.name), *path, name)


def missing_chinese(text: Text) -> bool:
    """Whether a text that is written at all has no Chinese in it."""
    return bool(text.zh or text.en) and not _CHINESE.search(text.zh)


def missing_english(text: Text) -> bool:
    """Whether a text has Chinese but would fall back to it for an English reader."""
    return bool(text.zh) and not text.en


def stiff_words(text: Text) -> tuple[str, ...]:
    """Return the words of office language in a text (visual language, voice)."""
    return tuple(word for word in _STIFF if word in text.zh or (word == "!" and "!" in text.en))
