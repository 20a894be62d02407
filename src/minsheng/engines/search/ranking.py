"""How well a text answers what was typed: title before other names before text, exact before like.

A score is a whole number, so that two databases and two machines put finds in one order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from minsheng.engines.kit.characters import folded, is_han, runs
from minsheng.engines.search.grams import PART, document_grams, query_grams

# Per cent of the grams of what was typed. Two letters in the wrong order spoil four parts of seven.
LEAST_OVERLAP = 50
LEAST_OVERLAP_OF_PARTS = 40
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Entry:
    """One text to be found: its titles, its other names, its sentences, in any languages."""

    titles: tuple[str, ...]
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @cached_property
    def folded_titles(self) -> tuple[str, ...]:
        """The titles as they are compared."""
        return tuple(folded(one) for one in self.titles if one)

    @cached_property
    def folded_words(self) -> tuple[str, ...]:
        """The other names as they are compared."""
        return tuple(folded(one) for one in self.words if one)

    @cached_property
    def folded_texts(self) -> tuple[str, ...]:
        """The sentences as they are compared."""
        return tuple(folded(one) for one in self.texts if one)

    @cached_property
    def names(self) -> str:
        """Titles and other names, one a line."""
        return "\n".join((*self.folded_titles, *self.folded_words))

    @cached_property
    def whole(self) -> str:
        """Everything, one a line."""
        return "\n".join((self.names, *self.folded_texts))


def score(typed: str, entry: Entry) -> int:
    """Return from 1 to 1000 how well an entry answers what was typed; 0 when it doesn't.

    1000 the title itself · 900 its beginning · 850 in it · 800 another name · 750 in one · 600–690 a
    name stands in what was typed · 500 in a sentence · 400–480 every word somewhere · 100–390 alike.
    """
    asked = _asked(typed)
    if not asked.words:
        return 0
    return (
        _exactly(asked.text, asked.words, entry)
        or _named_in(asked.text, entry)
        or _in_texts(asked.text, asked.words, entry)
        or _everywhere(asked.words, entry)
        or _alike(asked, entry)
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed, as it is compared. `parts`: whether parts of Latin words are counted."""

    text: str
    words: tuple[str, ...]
    grams: tuple[str, ...]
    parts: bool


@lru_cache(maxsize=64)
def _asked(typed: str) -> _Asked:
    text = " ".join(folded(typed).split())
    grams = query_grams(text)
    parts = any(gram.startswith(PART) for gram in grams)
    counted = tuple(g for g in grams if not parts or g.startswith(PART) or is_han(g))
    return _Asked(text, tuple(runs(text)), counted, parts)


def _exactly(asked: str, words: tuple[str, ...], entry: Entry) -> int:
    if asked in entry.folded_titles:
        return 1000
    if any(title.startswith(asked) for title in entry.folded_titles):
        return 900
    if any(_holds(title, asked, words) for title in entry.folded_titles):
        return 850
    if asked in entry.folded_words:
        return 800
    if any(_holds(word, asked, words) for word in entry.folded_words):
        return 750
    return 0


def _named_in(asked: str, entry: Entry) -> int:
    """The longest name that stands in what was typed: “怎么给孩子上户口” names 上户口."""
    longest = 0
    for name in (*entry.folded_titles, *entry.folded_words):
        parts = tuple(runs(name))
        if len(name) >= SHORTEST_NAME and parts and _holds(asked, name, parts):
            longest = max(longest, len(name))
    return 600 + min(90, 10 * longest) if longest else 0


def _in_texts(asked: str, words: tuple[str, ...], entry: Entry) -> int:
    return 500 if any(_holds(text, asked, words) for text in entry.folded_texts) else 0


def _everywhere(words: tuple[str, ...], entry: Entry) -> int:
    """Every word that was typed stands somewhere; better when all stand in names."""
    if len(words) < 2 or not all(_holds(entry.whole, word, (word,)) for word in words):
        return 0
    return 480 if all(_holds(entry.names, word, (word,)) for word in words) else 400


def _alike(asked: _Asked, entry: Entry) -> int:
    """As many pairs as are the same: a wrong character spoils two of them and not the rest."""
    count = len(asked.grams)
    if count < 2:
        return 0
    percent = 100 * _shared(asked.grams, entry.whole) // count
    if percent < (LEAST_OVERLAP_OF_PARTS if asked.parts else LEAST_OVERLAP):
        return 0
    return 100 + percent + 100 * _shared(asked.grams, entry.names) // count * 19 // 10


def _shared(grams: tuple[str, ...], text: str) -> int:
    """Return how many grams a folded text is found by."""
    latin = [gram for gram in grams if not is_han(gram)]
    known = document_grams(text) if latin else frozenset()
    return sum(gram in known for gram in latin) + sum(
        gram in text for gram in grams if is_han(gram)
    )


def _holds(text: str, asked: str, words: tuple[str, ...]) -> bool:
    """Whether a text holds what was asked; a Latin word only from its beginning."""
    place = text.find(asked)
    while place >= 0:
        before = text[place - 1] if place else ""
        if is_han(words[0]) or not before.isalnum() or is_han(before):
            return True
        place = text.find(asked, place + 1)
    return False
