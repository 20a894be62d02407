"""Are two requests about one thing? Evidence of text, class, place, time and details, in bits.

Each of the five is compared and falls into a level. A level is worth log₂(m/u) bits: m is how
often it is seen between tellings of one thing, u between others.  Source: Fellegi and Sunter (1969),
A Theory for Record Linkage. The five are taken as independent, which they are not quite.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2, sqrt
from typing import Literal

from minsheng.engines.matching.sketches import Sketch
from minsheng.lib.areas import Point, metres_between

Part = Literal["text", "kind", "place", "time", "details"]
PARTS: tuple[Part, ...] = ("text", "kind", "place", "time", "details")
TEXT_FROM = (0.45, 0.3, 0.15, 0.06)
PLACE_WITHIN = (60, 200, 500, 1_500)
TIME_WITHIN_HOURS = (24, 72, 168, 336)
UNKNOWN = "unknown"
Rarity = Callable[[int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One request as it is compared. `kinds`: its class, or the likeliest ones, best first.

    `at` is degrees east and north, None where nobody knows. `key` names it and has no other meaning.
    """

    key: str
    sketch: Sketch
    kinds: tuple[str, ...]
    told: datetime
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found and how many bits it speaks for (or against) one thing."""

    part: Part
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Match:
    """A request that may be about the same thing: its chance (0 to 1), and the evidence."""

    key: str
    chance: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits of each level of each part, and of the prior: how rarely two candidates are one thing."""

    prior: float
    bits: Mapping[Part, Mapping[str, float]]

    def match(self, new: Telling, old: Telling, rarity: Rarity) -> Match:
        """Return how likely two requests are about one thing, with what speaks for and against."""
        found = levels(new, old, rarity)
        evidence = tuple(
            Evidence(part, level, self.bits.get(part, {}).get(level, 0.0))
            for part, level in zip(PARTS, found, strict=True)
        )
        bits = self.prior + sum(one.bits for one in evidence)
        return Match(old.key, 1 / (1 + 2 ** -max(-60.0, min(60.0, bits))), evidence)


def levels(new: Telling, old: Telling, rarity: Rarity) -> tuple[str, ...]:
    """Return the level of each part, in the order of PARTS."""
    return (
        _text(new.sketch, old.sketch, rarity),
        _kind(new.kinds, old.kinds),
        _place(new.at, old.at),
        _time(new.told, old.told),
        _details(new.sketch, old.sketch),
    )


def likeness(one: Sketch, other: Sketch, rarity: Rarity) -> float:
    """Return the cosine of two texts over their weighted grams, from 0 to 1."""
    shared = one.grams & other.grams
    if not shared:
        return 0.0
    both = sum(rarity(gram) ** 2 for gram in shared)
    return both / sqrt(_squares(one, rarity) * _squares(other, rarity))


def matches(
    new: Telling, olds: Iterable[Telling], rarity: Rarity, weights: Weights, *, least: float
) -> tuple[Match, ...]:
    """Return the requests that are about the same thing with a chance of at least `least`."""
    found = (weights.match(new, old, rarity) for old in olds)
    return tuple(
        sorted((one for one in found if one.chance >= least), key=lambda m: (-m.chance, m.key))
    )


def learned(pairs: Sequence[tuple[tuple[str, ...], bool]], *, prior_chance: float) -> Weights:
    """Return the weights from compared pairs of which people said whether they are one thing.

    One is added to each count (Laplace), so that a level never seen is no proof.
    """
    same: dict[Part, Counter[str]] = defaultdict(Counter)
    other: dict[Part, Counter[str]] = defaultdict(Counter)
    for found, is_same in pairs:
        for part, level in zip(PARTS, found, strict=True):
            (same if is_same else other)[part][level] += 1
    bits: dict[Part, dict[str, float]] = {}
    for part in PARTS:
        known = sorted(same[part] | other[part])
        of_same, of_other = (sum(c[part].values()) + len(known) for c in (same, other))
        bits[part] = {
            level: log2((same[part][level] + 1) / of_same)
            - log2((other[part][level] + 1) / of_other)
            for level in known
        }
        bits[part].pop(UNKNOWN, None)
    return Weights(log2(prior_chance / (1 - prior_chance)), bits)


def _squares(one: Sketch, rarity: Rarity) -> float:
    return sum(rarity(gram) ** 2 for gram in one.grams)


def _text(one: Sketch, other: Sketch, rarity: Rarity) -> str:
    like = likeness(one, other, rarity)
    return next((f"{least:.2f}" for least in TEXT_FROM if like >= least), "0.00")


def _kind(new: Sequence[str], old: Sequence[str]) -> str:
    """Return how far down the catalogue two requests agree: small, likely, middle, large, none."""
    if not new or not old:
        return UNKNOWN
    if new[0] == old[0]:
        return "small"
    if set(new) & set(old):
        return "likely"
    one, two = new[0].split("."), old[0].split(".")
    if one[:2] == two[:2]:
        return "middle"
    return "large" if one[0] == two[0] else "none"


def _place(one: Point | None, other: Point | None) -> str:
    if one is None or other is None:
        return UNKNOWN
    metres = metres_between(one, other)
    return next((str(within) for within in PLACE_WITHIN if metres <= within), "far")


def _time(one: datetime, other: datetime) -> str:
    hours = abs((one - other).total_seconds()) / 3600
    return next((str(within) for within in TIME_WITHIN_HOURS if hours <= within), "long")


def _details(one: Sketch, other: Sketch) -> str:
    """Return whether both name the same building, stairway or door, or another one."""
    if one.details & other.details:
        return "same"
    return "other" if one.named & other.named else "silent"
