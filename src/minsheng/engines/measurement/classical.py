"""Classical item analysis: what a table of answers says about items, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from minsheng.engines.measurement.responses import (
    NOT_PRESENTED,
    OMITTED,
    Floats,
    Omitted,
    Responses,
)
from minsheng.lib.errors import WrongInput

TAIL = 0.27  # Kelley (1939), Journal of Educational Psychology 30
FEW_PERSONS = 30
BLOCK = 16_384
NOTHING = 1e-9  # a variance under this is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What the answers say of each item, and of the test as a whole.

    Of items (items,): answered (how many), facility (share right), sd, discrimination (corrected
    item-total correlation: point-biserial with the total of the other items), item_total (with the
    item in it), upper_lower (facility in the best 27 % less that in the weakest), alpha_dropped.
    Of the test: mean and sd of the total, alpha with error and 95 % interval, sem.

    NaN stands only where a flag says why. Flags of an item: `all_right`, `all_wrong`,
    `not_answered`, `negative` (discrimination under 0), `few` (under 30 answers), `no_pairs`
    (answered by nobody who answered some other item), `rest_constant`. Warnings of the whole:
    `pairwise` (not everybody had every item: covariances are of those who had both, no interval),
    `no_pairs`, `one_item`, `one_person`, `no_variance`, `few_persons`, `negative_alpha`.
    """

    items: tuple[str, ...]
    persons: int
    answered: NDArray[np.int64]
    facility: Floats
    sd: Floats
    discrimination: Floats
    item_total: Floats
    upper_lower: Floats
    alpha_dropped: Floats
    mean_total: float
    sd_total: float
    alpha: float
    alpha_error: float
    alpha_interval: tuple[float, float]
    sem: float
    flags: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]


def analysis(responses: Responses) -> Analysis:
    """Facility, discrimination, alpha and what belongs to them.

    All correlations and alpha are functions of the covariances of items. Where not everybody had
    every item those are of the persons who had both. Interval of alpha: Feldt (1965), Psychometrika
    30. Its error: Duhachek & Iacobucci (2004), Journal of Applied Psychology 89, of which the
    coefficient itself doesn't assume equal covariances. Never raises for what is in the answers.
    """
    scored, names = responses.scored, responses.items
    persons, items = scored.shape
    answered = (scored >= 0).sum(axis=0)
    right = (scored == 1).sum(axis=0)
    facility = _share(right, answered)
    covariance, pairs = _covariance(responses, facility)
    warnings = [] if responses.complete else ["pairwise"]
    item_total, discrimination, dropped = _correlations(covariance)
    alpha = _alpha(covariance)
    variance = float(covariance.sum())
    error, interval = np.nan, (np.nan, np.nan)
    if responses.complete and np.isfinite(alpha):
        error, interval = _alpha_error(covariance, alpha, persons)
    mean_total = float(facility.sum())
    sd_total = float(np.sqrt(variance)) if variance >= 0 else float("nan")
    warnings += _warnings(persons, items, covariance, alpha)
    return Analysis(
        names,
        persons,
        answered,
        facility,
        np.sqrt(np.diag(covariance)),
        discrimination,
        item_total,
        _upper_lower(responses),
        dropped,
        mean_total,
        sd_total,
        alpha,
        error,
        interval,
        sd_total * float(np.sqrt(max(1 - alpha, 0))) if np.isfinite(alpha) else float("nan"),
        _flags(answered, right, discrimination, pairs),
        tuple(warnings),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Which option each person chose, and the key.

    chosen (persons, items): the number of an option, 0 … options - 1; -1 not presented, -2 left
    blank. key (items,): the number of the right option. Raises WrongInput for anything else.
    """

    chosen: NDArray[np.int64]
    key: NDArray[np.int64]
    options: tuple[str, ...]
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        chosen, key = np.array(self.chosen), np.array(self.key)
        good = (
            chosen.ndim == 2
            and chosen.size
            and key.shape == chosen.shape[1:]
            and np.issubdtype(chosen.dtype, np.integer)
            and np.issubdtype(key.dtype, np.integer)
            and chosen.min() >= OMITTED
            and chosen.max() < len(self.options)
            and key.min() >= 0
            and key.max() < len(self.options)
        )
        if not good:
            raise WrongInput(
                "choices",
                "每人每题填选项的序号（从 0 起；-1 没出，-2 留空），每题一个正确选项。",
                "Each cell is the number of an option (-1 not presented, -2 blank), each key too.",
            )
        for name, values in (("chosen", chosen), ("key", key)):
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        names = self.items or tuple(str(n) for n in range(1, chosen.shape[1] + 1))
        object.__setattr__(self, "items", tuple(names))

    def responses(self, *, omitted: Omitted | None = None) -> Responses:
        """The same answers as right and wrong."""
        marks = np.where(self.chosen >= 0, self.chosen == self.key, self.chosen)
        return Responses(marks, omitted=omitted, items=self.items)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of one item: how many chose it, and who.

    share of those who had the item, their mean score on the other items (share right, None without
    any), correlation of choosing it with that score (None where one of them doesn't vary), shares
    among the weakest 27 %, the middle and the best 27 %. Flags: `unused`, `draws_the_best` (a wrong
    option chosen rather by the better), `beats_the_key` (its correlation is above the key's).
    """

    item: str
    option: str
    right: bool
    times: int
    share: float
    mean_rest: float | None
    correlation: float | None
    weakest: float
    middle: float
    best: float
    flags: tuple[str, ...]


def distractors(choices: Choices, *, omitted: Omitted = "wrong") -> tuple[Option, ...]:
    """Every option of every item, blanks as an option named ``.

    The score is the share right of the other items, so that an option isn't explained by its item.
    """
    scored = choices.responses(omitted=omitted).scored
    right, had = (scored == 1).astype(np.float64), (scored >= 0).astype(np.float64)
    found: list[Option] = []
    for item, name in enumerate(choices.items):
        others = had.sum(axis=1) - had[:, item]
        rest = np.full(others.shape, np.nan)
        np.divide(right.sum(axis=1) - right[:, item], others, out=rest, where=others > 0)
        presented = choices.chosen[:, item] != NOT_PRESENTED
        if presented.any():
            found += _options(choices, item, name, choices.chosen[presented, item], rest[presented])
    return tuple(found)


def _options(
    choices: Choices, item: int, name: str, chosen: NDArray[np.int64], rest: Floats
) -> list[Option]:
    codes = [*range(len(choices.options)), *([OMITTED] if (chosen == OMITTED).any() else [])]
    scored = np.isfinite(rest)
    right = int(choices.key[item])
    key = _correlation((chosen == right)[scored], rest[scored])
    thirds = _thirds(rest[scored])
    return [
        _option(
            name,
            "" if code == OMITTED else choices.options[code],
            chosen == code,
            rest,
            thirds,
            right=code == right,
            key=key,
        )
        for code in codes
    ]


def _option(
    item: str,
    option: str,
    chose: NDArray[np.bool_],
    rest: Floats,
    thirds: Floats,
    *,
    right: bool,
    key: float | None,
) -> Option:
    scored = np.isfinite(rest)
    correlation = _correlation(chose[scored], rest[scored])
    flags = [] if chose.any() else ["unused"]
    if not right and correlation is not None and chose.sum() >= 2:
        flags += ["draws_the_best"] if correlation > 0 else []
        flags += ["beats_the_key"] if key is not None and correlation > key else []
    weakest, middle, best = (
        float(w @ chose[scored] / w.sum()) if w.sum() > 0 else 0.0 for w in thirds
    )
    return Option(
        item,
        option,
        right,
        int(chose.sum()),
        float(chose.mean()),
        float(rest[chose & scored].mean()) if (chose & scored).any() else None,
        correlation,
        weakest,
        middle,
        best,
        tuple(flags),
    )


def _correlation(chose: NDArray[np.bool_], rest: Floats) -> float | None:
    if chose.all() or not chose.any() or float(np.ptp(rest)) < 1e-12:
        return None
    return float(np.corrcoef(chose, rest)[0, 1])


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    share = np.full(part.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _covariance(responses: Responses, facility: Floats) -> tuple[Floats, Floats]:
    """Covariances of items over those who had both, with n - 1; NaN where fewer than two had."""
    items = responses.shape[1]
    products, sums, pairs = (np.zeros((items, items)) for _ in range(3))
    centre = np.nan_to_num(facility)
    for start in range(0, responses.shape[0], BLOCK):
        rows = responses.scored[start : start + BLOCK]
        had = (rows >= 0).astype(np.float64)
        away = (rows - centre) * had
        products += away.T @ away
        sums += away.T @ had
        pairs += had.T @ had
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = (products - sums * sums.T / pairs) / (pairs - 1)
    covariance[pairs < 2] = np.nan
    diagonal = np.diag(covariance).copy()
    covariance[np.diag_indices(items)] = np.where(diagonal < 1e-12, 0.0, diagonal)
    return covariance, pairs


def _correlations(covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Item-total, item-rest correlation and alpha without the item."""
    items = covariance.shape[0]
    own, row, total = np.diag(covariance), covariance.sum(axis=1), covariance.sum()
    rest = total - 2 * row + own
    rest = np.where(np.abs(rest) < NOTHING, np.nan, rest)  # rounding, not variance
    with np.errstate(invalid="ignore", divide="ignore"):
        with_total = row / np.sqrt(own * (total if total > NOTHING else np.nan))
        with_rest = (row - own) / np.sqrt(own * rest)
        dropped = (
            (items - 1) / (items - 2) * (1 - (own.sum() - own) / rest)
            if items > 2
            else own * np.nan
        )
    for values in (with_total, with_rest, dropped):
        values[~np.isfinite(values)] = np.nan
    return with_total, with_rest, np.asarray(dropped)


def _alpha(covariance: Floats) -> float:
    items, total = covariance.shape[0], float(covariance.sum())
    if items < 2 or not np.isfinite(total) or total <= NOTHING:
        return float("nan")
    return float(items / (items - 1) * (1 - np.trace(covariance) / total))


def _alpha_error(
    covariance: Floats, alpha: float, persons: int
) -> tuple[float, tuple[float, float]]:
    items, total = covariance.shape[0], float(covariance.sum())
    squared, trace = covariance @ covariance, float(np.trace(covariance))
    inner = total * (np.trace(squared) + trace**2) - 2 * trace * squared.sum()
    q = 2 * items**2 / ((items - 1) ** 2 * total**3) * inner
    between, within = persons - 1, (persons - 1) * (items - 1)
    high, low = fdtri(between, within, [0.025, 0.975])
    interval = (float(1 - (1 - alpha) * low), float(1 - (1 - alpha) * high))
    return float(np.sqrt(max(q, 0) / persons)), interval


def _thirds(score: Floats) -> Floats:
    """(3, persons): how far each belongs to the weakest 27 %, the middle, the best 27 %.

    Persons with one score are treated alike: where the cut falls among them each counts in part.
    """
    values, which, counts = np.unique(score, return_inverse=True, return_counts=True)
    wanted = TAIL * score.size
    below = np.concatenate([[0], np.cumsum(counts)[:-1]])
    weakest = np.clip((wanted - below) / counts, 0, 1)
    above = score.size - below - counts
    best = np.clip((wanted - above) / counts, 0, 1)
    per_value = np.vstack([weakest, np.maximum(1 - weakest - best, 0), best])
    return np.asarray(per_value[:, which.reshape(-1)] if values.size else per_value)


def _upper_lower(responses: Responses) -> Floats:
    scored = responses.scored
    had = (scored >= 0).sum(axis=1)
    kept = had > 0
    out = np.full(scored.shape[1], np.nan)
    if not kept.any():
        return out
    rows = scored[kept]
    weakest, _, best = _thirds((rows == 1).sum(axis=1) / had[kept])
    answered, right = (rows >= 0).astype(np.float32), (rows == 1).astype(np.float32)
    both = [(w @ right, w @ answered) for w in (best, weakest)]
    with np.errstate(invalid="ignore", divide="ignore"):
        out = both[0][0] / both[0][1] - both[1][0] / both[1][1]
    out[~np.isfinite(out)] = np.nan
    return np.asarray(out, np.float64)


def _flags(
    answered: NDArray[np.int64],
    right: NDArray[np.int64],
    discrimination: Floats,
    pairs: Floats,
) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for item in range(answered.size):
        flags: list[str] = []
        if answered[item] == 0:
            flags.append("not_answered")
        elif right[item] == answered[item]:
            flags.append("all_right")
        elif right[item] == 0:
            flags.append("all_wrong")
        elif np.isnan(discrimination[item]):
            flags.append("no_pairs" if (pairs < 2).any() else "rest_constant")
        if 0 < answered[item] < FEW_PERSONS:
            flags.append("few")
        if discrimination[item] < 0:
            flags.append("negative")
        found.append(tuple(flags))
    return tuple(found)


def _warnings(persons: int, items: int, covariance: Floats, alpha: float) -> list[str]:
    found: list[str] = []
    if persons < 2:
        found.append("one_person")
    elif persons < FEW_PERSONS:
        found.append("few_persons")
    if items < 2:
        found.append("one_item")
    if persons >= 2 and np.isnan(covariance).any():
        found.append("no_pairs")
    elif persons >= 2 and covariance.sum() <= NOTHING:
        found.append("no_variance")
    if alpha < 0:
        found.append("negative_alpha")
    return found


def option_codes(
    cells: Sequence[Sequence[str]], *, blank: str = "", not_presented: str = "-"
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Numbers of options as `Choices` takes them, and the options in order, from written cells."""
    rows = [[cell.strip() for cell in row] for row in cells]
    options = tuple(sorted({cell for row in rows for cell in row} - {blank, not_presented}))
    code = {option: number for number, option in enumerate(options)}
    code |= {blank: OMITTED, not_presented: NOT_PRESENTED}
    return np.array([[code[cell] for cell in row] for row in rows], np.int64), options
