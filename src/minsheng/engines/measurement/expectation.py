"""What is expected of persons' abilities, given items: the E step, exact or by bins.

Every way of gathering persons gives the same `Cells`; the sums over them are written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from minsheng.engines.measurement import binned
from minsheng.engines.measurement.responses import Floats, Marks, Mask, Responses

BLOCK = 8_192  # cells at once: cells x nodes stay in the cache
FEW_ITEMS = 13  # so few items have few enough patterns to count them


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Quadrature: abilities at equal distances, and the log of the population's weight at each."""

    ability: Floats
    log_weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Persons with one posterior: its statistic, how many, how often each item was right.

    statistic, persons, widening (cells,), right (cells, items) sums, booklet (cells,) ascending.
    `widening` is half the mean square by which sharing out between bins moved the statistic.
    """

    statistic: Floats
    persons: Floats
    right: NDArray[np.floating] | Marks
    booklet: NDArray[np.int32]
    widening: Floats | None = None


class Gathering(Protocol):
    """A way of gathering persons into cells, for any slopes."""

    @property
    def booklets(self) -> Mask:
        """(booklets, items): which items each booklet has."""

    @property
    def right(self) -> Floats:
        """(items,): how often each item was right."""

    def cells(self, slopes: Floats) -> Cells:
        """The cells under these slopes."""

    def squares(self, variance: Floats) -> Floats:
        """(items, items): Σ over persons of a variance given for each cell x right x right."""


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Sums over persons at each node: right answers and answers (items, nodes), persons (nodes,)."""

    right: Floats
    answers: Floats
    persons: Floats
    log_likelihood: float


def booklets_of(scored: Marks) -> tuple[Mask, NDArray[np.int32]]:
    """Which items each booklet has (booklets, items), and the booklet of each person."""
    if scored.min() >= 0:
        return np.ones((1, scored.shape[1]), bool), np.zeros(scored.shape[0], np.int32)
    packed = np.packbits(scored >= 0, axis=1)
    if packed.shape[1] <= 8:  # sorting numbers is many times quicker than sorting bytes
        packed = np.ascontiguousarray(np.pad(packed, ((0, 0), (0, 8 - packed.shape[1]))))
        found, which = np.unique(packed.view(np.uint64)[:, 0], return_inverse=True)
        rows = found.view(np.uint8).reshape(found.size, -1)
        masks = np.unpackbits(rows, axis=1, count=scored.shape[1]).astype(bool)
        return masks, which.astype(np.int32)
    key = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}")[:, 0]
    found, which = np.unique(key, return_inverse=True)
    rows = found.view(np.uint8).reshape(found.size, -1)
    masks = np.unpackbits(rows, axis=1, count=scored.shape[1]).astype(bool)
    return masks, which.astype(np.int32)


class Exactly:
    """Each person a cell of its own; the same patterns of a few items are counted once."""

    def __init__(self, scored: Marks, masks: Mask, which: NDArray[np.int32]) -> None:
        often = np.ones(scored.shape[0])
        if scored.shape[1] <= FEW_ITEMS:
            code = (scored.astype(np.int64) + 1) @ 3 ** np.arange(scored.shape[1])
            _, first, counts = np.unique(code, return_index=True, return_counts=True)
            scored, which, often = scored[first], which[first], counts.astype(np.float64)
        order = np.argsort(which, kind="stable")
        scored, self._which, self._often = scored[order], which[order], often[order]
        self._marks = np.maximum(scored, 0)
        self._sums = self._marks if (often == 1).all() else self._marks * self._often[:, None]
        self.booklets = masks
        self.right = np.asarray(self._sums.sum(axis=0, dtype=np.float64))

    def cells(self, slopes: Floats) -> Cells:
        """One cell for each person or pattern."""
        statistic = np.concatenate([rows @ slopes for rows in _blocks(self._marks)])
        return Cells(statistic, self._often, self._sums, self._which)

    def squares(self, variance: Floats) -> Floats:
        """Σ variance x right x right, block by block."""
        return _squares(self._marks, variance * self._often)


class Binned:
    """Persons shared out between the bins of their booklet."""

    def __init__(
        self, scored: Marks, masks: Mask, which: NDArray[np.int32], *, compiled: bool = True
    ) -> None:
        self._marks = scored if masks.all() else np.maximum(scored, 0)
        self._which = which
        self._by = binned.compiled() if compiled else None
        self._bins = binned.bins_for(int(masks.sum(axis=1).max()))
        self.booklets = masks
        self.right = np.asarray(self._marks.sum(axis=0, dtype=np.float64))
        self._low = self._width = self._slopes = np.zeros(0)
        self._last: Cells | None = None

    def cells(self, slopes: Floats) -> Cells:
        """Every bin of every booklet; a bin without persons is a cell without persons."""
        if self._last is not None and np.array_equal(slopes, self._slopes):
            return self._last
        masks = self.booklets.astype(np.float64)
        low, high = masks @ np.minimum(slopes, 0), masks @ np.maximum(slopes, 0)
        width = np.maximum(high - low, 1e-9) / (self._bins - 1)
        sums, persons, spread = binned.gathered(
            self._marks,
            slopes,
            booklet=self._which,
            low=low,
            width=width,
            bins=self._bins,
            by=self._by,
        )
        self._low, self._width, self._slopes = low, width, slopes.copy()
        mean = np.divide(spread, persons, out=np.zeros_like(spread), where=persons > 0)
        self._last = Cells(
            (low[:, None] + width[:, None] * np.arange(self._bins)).ravel(),
            persons.ravel(),
            sums.reshape(-1, sums.shape[2]),
            np.repeat(np.arange(low.size, dtype=np.int32), self._bins),
            (mean * width[:, None] ** 2 / 2).ravel(),
        )
        return self._last

    def squares(self, variance: Floats) -> Floats:
        """Σ variance x right x right: the variance at a person lies between those of its bins."""
        per_bin = variance.reshape(self._low.size, self._bins)
        total = np.zeros((self._marks.shape[1],) * 2)
        for start in range(0, self._marks.shape[0], BLOCK):
            rows = self._marks[start : start + BLOCK].astype(np.float64)
            which = self._which[start : start + BLOCK]
            place = (rows @ self._slopes - self._low[which]) / self._width[which]
            left = np.clip(place.astype(np.int64), 0, self._bins - 2)
            part = place - left
            at = (1 - part) * per_bin[which, left] + part * per_bin[which, left + 1]
            total += (rows * at[:, None]).T @ rows
        return total


class ByScore:
    """Rasch: all slopes are equal, so that persons with one raw score have one posterior."""

    def __init__(self, scored: Marks, masks: Mask, which: NDArray[np.int32]) -> None:
        marks = np.maximum(scored, 0)
        most = scored.shape[1] + 1
        raw = marks.sum(axis=1, dtype=np.int64)
        found, at = np.unique(which.astype(np.int64) * most + raw, return_inverse=True)
        self._raw, self._which = (found % most).astype(float), (found // most).astype(np.int32)
        self._often = np.bincount(at, minlength=found.size).astype(float)
        order = np.argsort(at, kind="stable")
        starts = np.searchsorted(at[order], np.arange(found.size))
        self._sums = np.add.reduceat(marks[order], starts, axis=0, dtype=np.float64)
        self.booklets = masks
        self.right = np.asarray(self._sums.sum(axis=0))

    def cells(self, slopes: Floats) -> Cells:
        """One cell for each booklet and raw score."""
        return Cells(self._raw * slopes[0], self._often, self._sums, self._which)

    def squares(self, variance: Floats) -> Floats:
        """Not needed: slopes are fixed, and this sum belongs to slopes."""
        raise NotImplementedError


def gathering(responses: Responses, *, rasch: bool, method: str) -> Gathering:
    """The way to gather that costs least: by score, by bins, or exactly.

    Bins cost the same for few persons as for many, once for each booklet: where that is more than
    going through the persons themselves, exactly.
    """
    scored = responses.scored
    masks, which = booklets_of(scored)
    if rasch:
        return ByScore(scored, masks, which)
    cells = masks.shape[0] * binned.bins_for(scored.shape[1])
    few = scored.shape[1] <= FEW_ITEMS and method == "auto"
    if method == "exact" or (method == "auto" and (few or scored.shape[0] < 2 * cells)):
        return Exactly(scored, masks, which)
    return Binned(scored, masks, which, compiled=method != "numpy")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some cells: which, their posterior (cells, nodes), log of its sum and variance (cells,).

    masks (booklets, items) are those of the booklets in it, `booklet` (cells,) counts within them.
    """

    part: slice
    posterior: Floats
    log_sum: Floats
    variance: Floats
    masks: Floats
    booklet: NDArray[np.intp]

    def by_booklet(self, persons: Floats) -> Floats:
        """(booklets, nodes): sums of posteriors of the booklets in this block."""
        number = self.masks.shape[0]
        if number == 1:
            return (persons @ self.posterior)[None, :]
        at = np.arange(self.booklet.size)
        return np.asarray(
            sparse.csr_array((persons, (self.booklet, at)), shape=(number, at.size))
            @ self.posterior
        )


def posteriors(
    cells: Cells, booklets: Mask, slopes: Floats, intercepts: Floats, nodes: Nodes
) -> Iterator[Block]:
    """Yield the posteriors block by block, so that no table of booklets x nodes is ever whole."""
    each = softened(slopes, intercepts, nodes.ability)
    for start in range(0, cells.statistic.size, BLOCK):
        part = slice(start, min(start + BLOCK, cells.statistic.size))
        masks, local = booklets_in(booklets, cells.booklet[part])
        base = nodes.log_weight - masks @ each
        log = np.multiply.outer(cells.statistic[part], nodes.ability)
        log += base[0] if base.shape[0] == 1 else base[local]
        top = log.max(axis=1)
        log -= top[:, None]
        np.exp(log, out=log)
        total = log.sum(axis=1)
        log /= total[:, None]
        mean = log @ nodes.ability
        variance = log @ nodes.ability**2 - mean**2
        log_sum = np.log(total) + top
        if cells.widening is not None:
            # P(s ± e) ≈ P(s) + e²/2 P″(s), and P″ = P ((θ - mean)² - variance): take it back.
            away = np.subtract.outer(mean, nodes.ability)
            away *= away
            away -= variance[:, None]
            away *= cells.widening[part][:, None]
            away *= log
            log -= away
            log_sum -= cells.widening[part] * variance
        yield Block(part, log, log_sum, variance, masks, local)


def booklets_in(booklets: Mask, which: NDArray[np.int32]) -> tuple[Floats, NDArray[np.intp]]:
    """Masks of the booklets that occur, and for each person which of these."""
    if booklets.shape[0] == 1:
        return booklets.astype(np.float64), np.zeros(which.size, np.intp)
    found, local = np.unique(which, return_inverse=True)
    return booklets[found].astype(np.float64), local.reshape(-1)


def softened(slopes: Floats, intercepts: Floats, ability: Floats) -> Floats:
    """(items, abilities): log(1 + exp(aθ + d)), what each item takes from a log-likelihood."""
    return np.asarray(np.logaddexp(0, np.multiply.outer(slopes, ability) + intercepts[:, None]))


def expected(persons: Gathering, slopes: Floats, intercepts: Floats, nodes: Nodes) -> Expected:
    """Sums at each node over all persons, and the log-likelihood of the items."""
    cells = persons.cells(slopes)
    right, answers = (np.zeros((slopes.size, nodes.ability.size)) for _ in range(2))
    total = np.zeros(nodes.ability.size)
    likelihood = float(persons.right @ intercepts)
    for block in posteriors(cells, persons.booklets, slopes, intercepts, nodes):
        often = cells.persons[block.part]
        right += np.asarray(cells.right[block.part], np.float64).T @ block.posterior
        likelihood += float(often @ block.log_sum)
        at = block.by_booklet(often)
        answers += block.masks.T @ at
        total += at.sum(axis=0)
    return Expected(right, answers, total, likelihood)


def _blocks(rows: Marks) -> Iterator[Floats]:
    for start in range(0, rows.shape[0], BLOCK):
        yield rows[start : start + BLOCK].astype(np.float64)


def _squares(marks: Marks, weights: Floats) -> Floats:
    total = np.zeros((marks.shape[1],) * 2)
    for number, rows in enumerate(_blocks(marks)):
        at = weights[number * BLOCK : number * BLOCK + rows.shape[0]]
        total += (rows * at[:, None]).T @ rows
    return total
