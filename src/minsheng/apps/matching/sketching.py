"""The sketch of a text under the key of this installation, and what class a class lies in."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from minsheng.apps.people import keys
from minsheng.engines.matching import Sketch, sketch

KEY = "matching.sketch"


def sketch_of(text: str) -> Sketch:
    """Return what is kept of a text. After the master key has changed, older ones no longer match."""
    return sketch(text, key())


def key() -> bytes:
    """Return the key of all sketches, made from the master key in force."""
    return _short(keys.blind(KEY, ""))


def middle_of(kind: str) -> str:
    """Return the middle class a class lies in: the first two parts of its key."""
    return ".".join(kind.split(".")[:2])


@lru_cache(maxsize=4)
def _short(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=32).digest()
