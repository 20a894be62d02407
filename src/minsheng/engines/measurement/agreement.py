"""How far raters agree: kappa for categories, intraclass correlation for scores.

Where there is nothing to tell (all gave one category, all scores are the same) the value is None, with a flag
that says why; never a number that looks like one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri, ndtri

from minsheng.lib.errors import WrongInput

Floats = NDArray[np.float64]
Weights = Literal["none", "linear", "quadratic"]
Model = Literal["one_way", "two_way_random", "two_way_mixed"]
Kind = Literal["agreement", "consistency"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient with its interval; None where the data can't tell, and `flags` say why.

    raw: share of agreement as it is (weighted where kappa is); expected: what chance alone gives. cases: how
    many things were rated. flags: `one_category`, `no_spread` (no case
    differs from another, or all differences cancel), `below_chance`, `few` (under 20 cases),
    `se_zero` (no disagreement seen: the interval says nothing).
    """

    name: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    cases: int
    raw: float | None = None
    expected: float | None = None
    flags: tuple[str, ...] = ()


def kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    categories: Sequence[Hashable] | None = None,
    weights: Weights = "none",
    level: float = 0.95,
) -> Agreement:
    """Return Cohen's kappa of two raters over the same cases, with standard error and interval.

    categories, in their order: needed for linear and quadratic weights, where each step apart counts; without
    them, the categories seen, sorted. The standard error holds for large numbers.
    Raises WrongInput for lists of unlike length, none at all, or a category that isn't declared.
    Source: Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969).
    """
    table = _table(first, second, categories)
    return kappa_of_table(table, weights=weights, level=level)


def kappa_of_table(
    table: ArrayLike, *, weights: Weights = "none", level: float = 0.95
) -> Agreement:
    """Return kappa of a square table of counts: rows the first rater's categories, columns the second's."""
    counts = np.asarray(table, np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise WrongInput(
            "agreement_table",
            "一致性要一张方表：行是第一人评的档，列是第二人评的档。",
            "Agreement takes a square table: rows are the first rater's categories, columns the second's.",
            field="table",
        )
    whole = float(counts.sum())
    if not np.isfinite(counts).all() or (counts < 0).any() or whole <= 0:
        raise WrongInput(
            "agreement_counts",
            "表里的数是评了几次：0 或更大，至少有一次。",
            "The table holds how often: 0 or more, at least one in all.",
            field="table",
        )
    z, cases = _z(level), round(whole)
    share = counts / whole
    weight = _weights(len(counts), weights)
    rows, columns = share.sum(1), share.sum(0)
    raw = float((weight * share).sum())
    expected = float(rows @ weight @ columns)
    name = "kappa" if weights == "none" else f"kappa_{weights}"
    few = ("few",) if whole < 20 else ()
    if expected >= 1 - 1e-12:
        return Agreement(name, None, None, None, None, cases, raw, expected, ("one_category", *few))
    value = (raw - expected) / (1 - expected)
    # Fleiss, Cohen & Everitt (1969), (12): each cell against the means of its row and column
    means = (weight @ columns)[:, None] + (rows @ weight)[None, :]
    spread = (share * (weight - means * (1 - value)) ** 2).sum()
    variance = (spread - (value - expected * (1 - value)) ** 2) / (whole * (1 - expected) ** 2)
    se = float(np.sqrt(variance)) if variance > 1e-12 else 0.0  # rounding left over
    flags = (
        *(("se_zero",) if not se else ()),
        *(("below_chance",) if value < 0 else ()),
        *few,
    )
    low, high = min(max(value - z * se, -1.0), value), max(min(value + z * se, 1.0), value)
    return Agreement(name, value, se, low, high, cases, raw, expected, flags)


@dataclass(frozen=True, slots=True)
class Variances:
    """Mean squares of scores (cases, raters): between cases, between raters, rest, within cases."""

    cases: float
    raters: float
    rest: float
    within: float


def icc(
    scores: ArrayLike,
    *,
    model: Model = "two_way_random",
    kind: Kind = "agreement",
    average: bool = False,
    level: float = 0.95,
) -> Agreement:
    """Return the intraclass correlation of scores (cases, raters), with its interval.

    In Shrout & Fleiss (1979): (1,1) is one_way; (2,1) two_way_random with agreement; (3,1) two_way_mixed with
    consistency; (·,k), the reliability of the mean of these raters, is `average`. One_way knows no kind: who
    rated differs from case to case. Random and mixed give the same number (McGraw & Wong, 1996), and differ in
    whether it speaks of other raters.
    Raises WrongInput for fewer than two cases or raters, or where a score is missing.
    """
    table = _scores(scores)
    found, (count, raters) = _variances(table), table.shape
    name = _icc_name(model, kind, raters if average else 1)
    z_level = _checked_level(level)
    nothing = 1e-12 * max(1.0, float(np.abs(table).max()) ** 2)
    if found.cases <= nothing and (found.rest <= nothing or average):
        return Agreement(name, None, None, None, None, count, flags=("no_spread",))
    if kind == "agreement" and model != "one_way" and _whole(found, count, raters) <= nothing:
        return Agreement(name, None, None, None, None, count, flags=("no_spread",))
    if model == "one_way" or kind == "consistency":
        error = found.within if model == "one_way" else found.rest
        freedom = count * (raters - 1) if model == "one_way" else (count - 1) * (raters - 1)
        low, value, high = _ratio_interval(found.cases, error, count, raters, freedom, z_level)
    else:
        low, value, high = _agreement_interval(found, count, raters, z_level)
    if average:
        low, value, high = (_stepped_up(part, raters) for part in (low, value, high))
    flags = (
        *(("below_chance",) if value < 0 else ()),
        *(("few",) if count < 20 else ()),
        *(("se_zero",) if low == high else ()),
    )
    return Agreement(name, value, None, low, high, count, flags=flags)


def _stepped_up(single: float, raters: int) -> float:
    """Return the reliability of the mean of `raters` from that of one (Spearman, Brown)."""
    return raters * single / max(1 + (raters - 1) * single, 1e-12)


def _ratio_interval(
    cases: float, error: float, count: int, raters: int, freedom: int, level: float
) -> tuple[float, float, float]:
    if error <= 0:
        return 1.0, 1.0, 1.0
    ratio = cases / error
    tail = 1 - (1 - level) / 2
    low = ratio / fdtri(count - 1, freedom, tail)
    high = ratio * fdtri(freedom, count - 1, tail)
    return tuple(float((part - 1) / (part + raters - 1)) for part in (low, ratio, high))  # type: ignore[return-value]


def _agreement_interval(
    found: Variances, count: int, raters: int, level: float
) -> tuple[float, float, float]:
    """Return the interval of McGraw & Wong (1996), table 7, for absolute agreement."""
    n, k = count, raters
    value = (found.cases - found.rest) / _whole(found, count, raters)
    if value >= 1 - 1e-12:
        return 1.0, 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    of_raters, of_rest = a * found.raters, b * found.rest
    below = of_raters**2 / (k - 1) + of_rest**2 / ((n - 1) * (k - 1))
    freedom = (of_raters + of_rest) ** 2 / below if below > 0 else (n - 1) * (k - 1)
    freedom = min(max(freedom, 1e-3), 1e9)
    tail = 1 - (1 - level) / 2
    f_low, f_high = fdtri(n - 1, freedom, tail), fdtri(freedom, n - 1, tail)
    f_low, f_high = (
        min(f_low, 1e30),
        min(f_high, 1e30),
    )  # of hardly any freedom: as good as without end
    rest = k * found.raters + (k * n - k - n) * found.rest
    below_low, below_high = f_low * rest + n * found.cases, rest + n * f_high * found.cases
    least = -1 / (k - 1)  # where there is nothing to divide by, the interval says nothing
    low = n * (found.cases - f_low * found.rest) / below_low if below_low > 0 else least
    high = n * (f_high * found.cases - found.rest) / below_high if below_high > 0 else 1.0
    return float(min(max(low, least), value)), float(value), float(max(high, value))


def _whole(found: Variances, count: int, raters: int) -> float:
    """Return what absolute agreement is divided by."""
    spread = raters / count * (found.raters - found.rest)
    return found.cases + (raters - 1) * found.rest + spread


def _variances(scores: Floats) -> Variances:
    count, raters = scores.shape
    middle = scores.mean()
    of_cases = raters * float(((scores.mean(1) - middle) ** 2).sum())
    of_raters = count * float(((scores.mean(0) - middle) ** 2).sum())
    whole = float(((scores - middle) ** 2).sum())
    rest = max(whole - of_cases - of_raters, 0.0)
    return Variances(
        cases=of_cases / (count - 1),
        raters=of_raters / (raters - 1),
        rest=rest / ((count - 1) * (raters - 1)),
        within=(of_raters + rest) / (count * (raters - 1)),
    )


def _scores(scores: ArrayLike) -> Floats:
    table = np.asarray(scores, np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        raise WrongInput(
            "agreement_scores",
            "评分要一张表：每行一件，每列一位评分人，至少两件两人。",
            "Scores are a table: a row for each case, a column for each rater, at least two of both.",
            field="scores",
            facts={"shape": table.shape},
        )
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise WrongInput(
            "agreement_missing",
            f"第 {row + 1} 件没有第 {column + 1} 位评分人的分：请补上，或去掉这一件。",
            f"Case {row + 1} lacks the score of rater {column + 1}: add it, or leave the case out.",
            field="scores",
            facts={"case": int(row), "rater": int(column)},
        )
    return table


def _table(
    first: Sequence[Hashable], second: Sequence[Hashable], categories: Sequence[Hashable] | None
) -> Floats:
    if len(first) != len(second) or not len(first):
        raise WrongInput(
            "agreement_length",
            f"两人要评同样的件：现在是 {len(first)} 件和 {len(second)} 件。",
            f"Both raters rate the same cases, one at least; there are {len(first)} and {len(second)}.",
            field="ratings",
        )
    try:
        known = list(categories) if categories is not None else sorted({*first, *second})  # type: ignore[type-var]
    except TypeError:
        known = sorted({*first, *second}, key=str)
    place = {category: number for number, category in enumerate(known)}
    table = np.zeros((len(known), len(known)))
    for row, pair in enumerate(zip(first, second, strict=True)):
        for category in pair:
            if category not in place:
                raise WrongInput(
                    "agreement_category",
                    f"第 {row + 1} 件评的是“{category}”，不在档次里。",
                    f"Case {row + 1} is rated {category!r}, which is no declared category.",
                    field="ratings",
                    facts={"case": row},
                )
        table[place[pair[0]], place[pair[1]]] += 1
    return table


def _weights(count: int, weights: Weights) -> Floats:
    """Return how far each pair of categories agrees: 1 for the same, 0 for the farthest apart."""
    if weights == "none" or count == 1:
        return np.eye(count)
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count))) / (count - 1)
    if weights == "linear":
        return np.asarray(1 - apart)
    if weights == "quadratic":
        return np.asarray(1 - apart**2)
    raise WrongInput(
        "agreement_weights",
        "加权只有三种：none、linear、quadratic。",
        "Weights are none, linear or quadratic.",
        field="weights",
    )


def _icc_name(model: Model, kind: Kind, raters: int) -> str:
    if model not in ("one_way", "two_way_random", "two_way_mixed") or kind not in (
        "agreement",
        "consistency",
    ):
        raise WrongInput(
            "agreement_model",
            "模型是 one_way、two_way_random 或 two_way_mixed；类型是 agreement 或 consistency。",
            "The model is one_way, two_way_random or two_way_mixed; the kind agreement or consistency.",
            field="model",
        )
    if model == "one_way":
        return f"ICC(1,{raters})"
    letter = "A" if kind == "agreement" else "C"
    return f"ICC({letter},{raters})"


def _checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise WrongInput(
            "agreement_level",
            "区间的把握在 0 和 1 之间，比如 0.95。",
            "The level of an interval lies between 0 and 1, such as 0.95.",
            field="level",
        )
    return level


def _z(level: float) -> float:
    return float(ndtri(1 - (1 - _checked_level(level)) / 2))
