"""Which class a text belongs to, with the words that decided: weighted centroids, learned by adding.

Each class is the sum of the texts that people put into it and of its own words from the catalogue,
each of length one, so that no long text outvotes a short one. A text's score for a class is a sum
over its characters and pairs: what each of them adds can be said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from minsheng.engines.matching.sketches import Gram, grams_of, number_of

OWN_WORDS = 3.0
"""A class counts its catalogue words as so many decided requests (setting, mark L)."""
SHARES = (1.0, 1.0, 0.2)
"""How much a class, the middle and the large one it lies in add to its score (setting, mark L)."""
TEMPERATURE = 0.035
"""Scores are divided by it before they become chances; the line mends what is left (mark L)."""
NEWTON_STEPS = 12
MOST_TRIED = 400
PARTS = 4
MOST_WORDS = 4

Index = Mapping[int, Mapping[str, float]]
Tried = tuple[dict[str, float], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A class that may be suggested: its key, those it lies in (inner first), and its own words."""

    key: str
    parents: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def line(self) -> tuple[str, ...]:
        """The class and those it lies in, inner first."""
        return (self.key, *self.parents)


@dataclass(frozen=True, slots=True)
class Decided:
    """A text that a person has put into a class: its grams as numbers.

    Texts of one `group` are tellings of one thing; they are never tried on one another.
    """

    kind: str
    grams: frozenset[int]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A part of the text and what it adds to the score, in its share of the whole: 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class, how likely it is (0 to 1, calibrated on decided texts), and what spoke for it."""

    kind: str
    chance: float
    words: tuple[Word, ...]


class Model:
    """What was learned from decided texts and the catalogue. Raises ValueError without classes."""

    def __init__(self, kinds: Sequence[Kind], decided: Sequence[Decided], key: bytes) -> None:
        if not kinds:
            raise ValueError("there is no class to suggest")
        self._key = key
        self._kinds = {kind.key: kind for kind in kinds}
        known = [one for one in decided if one.kind in self._kinds and one.grams]
        own = [Decided(kind.key, self._numbers(kind.words)) for kind in kinds]
        self._weights = _rarity([*known, *own])
        self._most = max(self._weights.values(), default=1.0)
        self._index = self._learned(known, own)
        tried = self._tried(known, own)
        self._line = _line(self._hits(tried))

    def weight(self, gram: int) -> float:
        """Return how much a gram tells: more the rarer it is; the most when never met."""
        return self._weights.get(gram, self._most)

    def suggest(self, text: str, *, limit: int = 3) -> tuple[Suggestion, ...]:
        """Return the likeliest classes, best first; nothing when no word of the text is known."""
        grams = [(gram, number_of(gram.text, self._key)) for gram in grams_of(text)]
        scores = self._scores({number for _, number in grams}, self._index)
        if not scores:
            return ()
        chances = _chances(scores, len(self._kinds))
        best = sorted(scores, key=lambda kind: (-scores[kind], kind))[:limit]
        return tuple(
            Suggestion(
                kind, self._line.of(chances[kind]), _words(text, self._shares(text, grams, kind))
            )
            for kind in best
        )

    def _numbers(self, words: Iterable[str]) -> frozenset[int]:
        return frozenset(
            number_of(gram.text, self._key) for word in words for gram in grams_of(word)
        )

    def _learned(self, decided: Iterable[Decided], own: Iterable[Decided]) -> Index:
        """Return for each gram what it adds to each class, small, middle and large ones alike."""
        sums: dict[str, dict[int, float]] = defaultdict(dict)
        for texts, times in ((decided, 1.0), (own, OWN_WORDS)):
            for one in texts:
                vector = self._unit(one.grams, times)
                for name in self._kinds[one.kind].line:
                    into = sums[name]
                    for gram, value in vector.items():
                        into[gram] = into.get(gram, 0.0) + value
        index: dict[int, dict[str, float]] = defaultdict(dict)
        for name, vector in sums.items():
            length = _length(vector.values())
            for gram, value in vector.items():
                index[gram][name] = value / length * self.weight(gram)
        return index

    def _unit(self, grams: frozenset[int], times: float) -> dict[int, float]:
        vector = {gram: self.weight(gram) for gram in grams}
        length = _length(vector.values())
        return {gram: times * value / length for gram, value in vector.items()}

    def _scores(self, grams: Collection[int], index: Index) -> dict[str, float]:
        """Return the score of each class that anything speaks for, over the length of the text."""
        sums: dict[str, float] = defaultdict(float)
        for gram in grams:
            for name, value in index.get(gram, {}).items():
                sums[name] += value
        length = _length(self.weight(gram) for gram in grams)
        scores = {
            key: sum(
                part * sums.get(name, 0.0) for name, part in zip(kind.line, SHARES, strict=False)
            )
            for key, kind in self._kinds.items()
        }
        return {key: score / length for key, score in scores.items() if score}

    def _tried(self, known: Sequence[Decided], own: Sequence[Decided]) -> list[Tried]:
        """Return what texts score under a model that hasn't learned them, each with its class."""
        groups = sorted({one.group for one in known})
        part_of = {group: place % PARTS for place, group in enumerate(groups)}
        tried: list[Tried] = []
        for part in range(PARTS if len(groups) >= PARTS else 0):
            index = self._learned((one for one in known if part_of[one.group] != part), own)
            held = [one for one in known if part_of[one.group] == part]
            some = held[:: max(1, len(held) * PARTS // MOST_TRIED)]
            tried += [(self._scores(set(one.grams), index), one.kind) for one in some]
        return [one for one in tried if one[0]]

    def _hits(self, tried: Sequence[Tried]) -> list[tuple[float, bool]]:
        """Return for the three best classes of each text the chance, and whether it was right."""
        hits: list[tuple[float, bool]] = []
        for scores, kind in tried:
            chances = _chances(scores, len(self._kinds))
            best = sorted(chances, key=lambda one: -chances[one])[:3]
            hits += [(chances[one], one == kind) for one in best]
        return hits

    def _shares(self, text: str, grams: Sequence[tuple[Gram, int]], kind: str) -> list[float]:
        """Return what each character adds to the score of a class, as shares of the whole."""
        line = list(zip(self._kinds[kind].line, SHARES, strict=False))
        shares = [0.0] * len(text)
        seen: set[int] = set()
        for gram, number in grams:
            if number in seen:
                continue
            seen.add(number)
            added = self._index.get(number, {})
            value = sum(part * added.get(name, 0.0) for name, part in line) / len(gram.text)
            for place in range(gram.start, gram.end):
                shares[place] += value
        whole = sum(shares)
        return [share / whole for share in shares] if whole else shares


@dataclass(frozen=True, slots=True)
class _Line:
    """A straight line over log odds, from the chance as computed to the chance as it turned out."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, chance: float) -> float:
        return _chance_of(self.slope * _log_odds(chance) + self.shift)


def _line(hits: Sequence[tuple[float, bool]]) -> _Line:
    """Return the line under which hits are least surprising, by Newton's steps.

    Source: Platt (1999), Probabilistic outputs, with his two counts added so that it stays finite.
    """
    slope, shift = 1.0, 0.0
    right = sum(hit for _, hit in hits)
    if not 0 < right < len(hits):
        return _Line()
    aims = ((len(hits) - right + 1) / (len(hits) - right + 2), (right + 1) / (right + 2))
    points = [(_log_odds(chance), aims[1] if hit else 1 - aims[0]) for chance, hit in hits]
    for _ in range(NEWTON_STEPS):
        # As if one more text said that the line changes nothing: it keeps few texts from bending it.
        g0, g1, h00, h01, h11 = slope - 1, shift, 1.0, 0.0, 1.0
        for x, aim in points:
            said = _chance_of(slope * x + shift)
            off, spread = said - aim, said * (1 - said)
            g0, g1 = g0 + off * x, g1 + off
            h00, h01, h11 = h00 + spread * x * x, h01 + spread * x, h11 + spread
        whole = h00 * h11 - h01 * h01
        slope -= _bounded((h11 * g0 - h01 * g1) / whole)
        shift -= _bounded((h00 * g1 - h01 * g0) / whole)
    return _Line(slope, shift) if slope > 0 else _Line()


def _bounded(step: float) -> float:
    return max(-0.5, min(0.5, step))


def _chance_of(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, log_odds))))


def _log_odds(chance: float) -> float:
    kept = max(1e-6, min(1 - 1e-6, chance))
    return log(kept / (1 - kept))


def _chances(scores: Mapping[str, float], kinds: int) -> dict[str, float]:
    """Return chances over all classes: those that share nothing have a score of 0."""
    most = max(scores.values())
    powers = {kind: exp((score - most) / TEMPERATURE) for kind, score in scores.items()}
    whole = sum(powers.values()) + (kinds - len(scores)) * exp(-most / TEMPERATURE)
    return {kind: power / whole for kind, power in powers.items()}


def _rarity(texts: Sequence[Decided]) -> dict[int, float]:
    """Return the weight of each gram: log of all texts over those it stands in.

    Source: Spärck Jones (1972), inverse document frequency; half a text is added to each count.
    """
    count = Counter(gram for one in texts for gram in one.grams)
    return {gram: log((len(texts) + 1) / (times + 0.5)) for gram, times in count.items()}


def _length(values: Iterable[float]) -> float:
    return sqrt(sum(value * value for value in values))


def _words(text: str, shares: Sequence[float]) -> tuple[Word, ...]:
    """Return the parts of the text that add an even share or more, those that add most first."""
    even = 0.99 / max(1, sum(share > 0 for share in shares))
    spans: list[list[int]] = []
    for place, share in enumerate(shares):
        if share < even:
            continue
        if spans and spans[-1][1] == place:
            spans[-1][1] = place + 1
        else:
            spans.append([place, place + 1])
    words = [Word(text[start:end], sum(shares[start:end])) for start, end in spans]
    return tuple(sorted(words, key=lambda word: -word.share)[:MOST_WORDS])
