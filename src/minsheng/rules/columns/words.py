"""Words as codes and sets of words as bits: the same, among, holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .cells import INT64, Cells, Words, objects
from .truths import NO, Truth, both_known, settled

BITS = 62
"""A set of more different words than this is kept as Python's own sets."""


NO_WORD = Words(("",))
"""Stands where there is no word, so that the code 0 always means something."""
NO_WORDS = Cells(0, NO, words=NO_WORD)


def word(value: str) -> Cells:
    """Return one word for every row."""
    return Cells(0, words=Words((value,)))


def same_word(one: Cells, other: Cells) -> Truth:
    """Return whether the words are the same; unknown where either is."""
    return settled(_same(one, other), both_known(one.known, other.known))


def _same(one: Cells, other: Cells) -> Any:
    if one.is_one and not other.is_one:
        one, other = other, one
    if other.is_one:
        code = _places(one).get(_words(other)[other.values])
        return NO if code is None else np.equal(one.values, code)
    left, right, _ = in_common(one, other)
    return np.equal(left, right)


def among(item: Cells, words: Sequence[str]) -> Truth:
    """Return whether the item is one of the words; unknown where it is."""
    codes = [code for each in words if (code := _places(item).get(each)) is not None]
    hits: Any = NO
    for code in codes:
        hits = hits | np.equal(item.values, code)
    return settled(hits, item.known)


def holds(collection: Cells, item: Cells) -> Truth:
    """Return whether the set holds the item; unknown where either is."""
    known = both_known(collection.known, item.known)
    if collection.is_exact:
        sets, items = np.broadcast_arrays(collection.values, spelled(item))
        found = [each in several for several, each in zip(sets, items, strict=True)]
        return settled(np.array(found, dtype=bool), known)
    if item.is_one:
        place = _places(collection).get(_words(item)[item.values])
        if place is None:
            return settled(NO, known)
        return settled(np.not_equal(np.bitwise_and(collection.values, 1 << place), 0), known)
    places = _translation(item.words, collection.words)
    bits = np.where(places >= 0, np.left_shift(1, np.maximum(places, 0)), 0)[item.values]
    return settled(np.not_equal(np.bitwise_and(collection.values, bits), 0), known)


def in_common(one: Cells, other: Cells) -> tuple[Any, Any, Words | None]:
    """Return the values of both in codes, bits or sets of the same words, and these words."""
    if one.is_exact or other.is_exact:
        return spelled_sets(one), spelled_sets(other), None
    if one.words is other.words:
        return one.values, other.values, one.words
    joint = _joint(one.words or NO_WORD, other.words or NO_WORD)
    return in_words(one, joint), in_words(other, joint), joint


def sets_in_common(one: Cells, other: Cells) -> tuple[Any, Any, Words | None]:
    """Return two sets in the same form: bits of the same words, or Python's own sets."""
    if not (one.is_exact or other.is_exact) and one.words is other.words:
        return one.values, other.values, one.words
    return spelled_sets(one), spelled_sets(other), None


def spelled(cells: Cells) -> Any:
    """Return the words themselves."""
    return objects(list(_words(cells)))[cells.values]


def spelled_sets(cells: Cells) -> Any:
    """Return the sets themselves, one object for each row."""
    if cells.is_exact:
        return cells.values
    words = _words(cells)
    bits = np.atleast_1d(cells.values)
    known = {int(each): _set_of(int(each), words) for each in np.unique(bits)}
    return objects([known[int(each)] for each in bits])


def _set_of(bits: int, words: Sequence[str]) -> frozenset[str]:
    return frozenset(each for place, each in enumerate(words) if bits >> place & 1)


def joint_words(several: Sequence[Cells]) -> Words:
    """Return the words of all of them."""
    lists = {id(each.words): each.words for each in several if each.words}
    if len(lists) == 1:
        return next(iter(lists.values()))
    return Words(tuple(dict.fromkeys(word for each in lists.values() for word in each.words)))


def in_words(cells: Cells, joint: Words) -> Any:
    """Return the codes in a list of words that has all of them."""
    if cells.words is joint:
        return cells.values
    places = _translation(cells.words, joint)
    return int(places[cells.values]) if cells.is_one else places[cells.values]


@lru_cache(maxsize=256)
def _translation(given: Words | None, wanted: Words | None) -> Any:
    """Return for each code of one list of words the code in another, or -1."""
    places = wanted.places if wanted else {}
    spelled_out = given.words if given else ()
    return np.array([places.get(each, -1) for each in spelled_out] or [-1], dtype=INT64)


@lru_cache(maxsize=256)
def _joint(one: Words, other: Words) -> Words:
    return Words(tuple(dict.fromkeys((*one.words, *other.words))))


def _words(cells: Cells) -> Sequence[Any]:
    return cells.words.words if cells.words else ()


def _places(cells: Cells) -> dict[Any, int]:
    return cells.words.places if cells.words else {}
