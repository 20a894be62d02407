"""One step of expectation and maximisation over classes of pupils who have the same skills.

A class is a set of skills had; an item sorts classes into groups that answer it alike. Patterns of answers that occur
often are counted once, classes that no item tells apart are one class. Items are taken in blocks of a few: the chance of
each way to answer a block is tabled for each class, so that a pattern costs a few products and no logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.kit.compiled import compiled, has_compiler
from minsheng.engines.measurement.responses import Floats, Marks

Ints = NDArray[np.int64]
LEAST = 1e-9  # chances of items are held this far from 0 and 1


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Patterns of answers, each once: marks (patterns, items) 1, 0, -1; weight, how often; of: of each person."""

    marks: Marks
    weight: Floats
    of: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """How items sort classes: place (items, classes), the parameter of each; owner, the item of each parameter."""

    place: Ints
    owner: Ints

    @property
    def count(self) -> int:
        """How many parameters there are."""
        return len(self.owner)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Patterns written as one number for each block of items.

    code (patterns, blocks); blocks (blocks, length): the items of each, the first the fastest digit, -1 where the
    last block is shorter; states: 2, or 3 where an answer may be missing.
    """

    code: Ints
    blocks: Ints
    states: int


def patterns_of(scored: Marks) -> Patterns:
    """Return the patterns, each once."""
    rows = np.ascontiguousarray(scored)
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    _, first, of, count = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    return Patterns(rows[first], count.astype(np.float64), of.ravel().astype(np.int64))


def coded(patterns: Patterns) -> Coded:
    """Return the patterns in blocks; longer ones the more patterns there are, for tables cost time too."""
    marks = patterns.marks
    states = 3 if (marks < 0).any() else 2
    most = 8 if states == 2 else 5
    length = int(np.clip(np.log(max(len(marks) / 4, 2)) / np.log(states), 2, most))
    items = marks.shape[1]
    blocks = np.full((-(-items // length), length), -1)
    blocks.ravel()[:items] = np.arange(items)
    state = np.where(marks < 0, 2, marks).astype(np.int64)
    state = np.hstack([state, np.zeros((len(marks), blocks.size - items), np.int64)])
    code = state.reshape(len(marks), *blocks.shape) @ states ** np.arange(length)
    return Coded(code, blocks, states)


def expected(
    patterns: Coded, weight: Floats, chance: Floats, prior: Floats
) -> tuple[Floats, Floats, float]:
    """Return expected right and wrong answers (2, items, classes), class sizes, and the log likelihood.

    chance (items, classes) of a right answer; prior (classes,).
    """
    blocks, states, classes = patterns.blocks, patterns.states, len(prior)
    of_none = np.vstack([chance, np.zeros((1, classes))])  # no item (-1): always in state 0
    right = of_none[blocks.T]
    ways = np.stack([1 - right, right, np.ones(right.shape)][:states], 2)
    tables = np.ones((len(blocks), 1, classes))
    for digit in ways:  # (blocks, states, classes) each
        tables = (digit[:, :, None] * tables[:, None]).reshape(len(blocks), -1, classes)
    loop = _count_compiled if has_compiler() else count_in_numpy
    seen, sizes, likely = loop(patterns.code, weight, tables, prior)
    answers = np.empty((2, len(of_none), classes))
    for digit in range(blocks.shape[1]):
        split = seen.reshape(len(blocks), -1, states, states**digit, classes).sum((1, 3))
        answers[0, blocks[:, digit]], answers[1, blocks[:, digit]] = split[:, 1], split[:, 0]
    return answers[:, :-1], sizes, float(likely)


@compiled
def _count_compiled(
    code: Ints, weight: Floats, tables: Floats, prior: Floats
) -> tuple[Floats, Floats, float]:
    seen = np.zeros(tables.shape)
    sizes = np.zeros(len(prior))
    row = np.empty(len(prior))
    likely = 0.0
    for pattern in range(len(code)):
        row[:] = prior
        for block in range(code.shape[1]):
            row *= tables[block, code[pattern, block]]
            if block % 3 == 2:  # never so small that it is nothing
                most = row.max()
                if 0.0 < most < 1e-120:
                    likely += weight[pattern] * np.log(most)
                    row /= most
        whole = row.sum()
        likely += weight[pattern] * np.log(whole)
        row *= weight[pattern] / whole
        sizes += row
        for block in range(code.shape[1]):
            seen[block, code[pattern, block]] += row
    return seen, sizes, likely


def count_in_numpy(
    code: Ints, weight: Floats, tables: Floats, prior: Floats
) -> tuple[Floats, Floats, float]:
    """Return what the compiled loop does, in numpy alone."""
    row, likely = np.tile(prior, (len(code), 1)), 0.0
    for block in range(code.shape[1]):
        row *= tables[block, code[:, block]]
        most = row.max(1, keepdims=True)
        likely += float(weight @ np.log(most[:, 0]))
        row /= most
    whole = row.sum(1)
    likely += float(weight @ np.log(whole))
    row *= (weight / whole)[:, None]
    seen = np.zeros(tables.shape)
    for block in range(code.shape[1]):
        order = np.argsort(code[:, block], kind="stable")
        codes = code[order, block]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
        seen[block, codes[starts]] = np.add.reduceat(row[order], starts)
    return seen, row.sum(0), likely


def posterior(marks: Marks, chance: Floats, prior: Floats) -> Floats:
    """Return the chance of each class for each pattern: (patterns, classes)."""
    right, wrong = (marks == 1).astype(np.float64), (marks == 0).astype(np.float64)
    with np.errstate(divide="ignore"):
        likely = right @ np.log(chance) + wrong @ np.log1p(-chance) + np.log(prior)
    likely -= likely.max(1, keepdims=True)
    share = np.exp(likely)
    return np.asarray(share / share.sum(1, keepdims=True))


def raised(
    answers: Floats, sizes: Floats, groups: Groups, before: Floats, *, saturated: Floats | None
) -> tuple[Floats, Floats]:
    """Return the likeliest parameters and class shares; `saturated` is a prior that is kept, or None."""
    place = groups.place.ravel()
    right = np.bincount(place, answers[0].ravel(), minlength=groups.count)
    whole = right + np.bincount(place, answers[1].ravel(), minlength=groups.count)
    known = whole > 1e-12  # a group nobody belongs to keeps what it had
    share = np.where(known, right / np.where(known, whole, 1.0), before)
    prior = sizes / sizes.sum() if saturated is None else saturated
    return np.clip(share, LEAST, 1 - LEAST), prior
