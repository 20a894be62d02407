"""Items that are harder for one group than for another of the same ability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import chdtrc

from minsheng.engines.measurement.expectation import booklets_of
from minsheng.engines.measurement.responses import Floats, Mask, Responses
from minsheng.lib.errors import WrongInput

ROUNDS = 10
FEW = 30
SIGNIFICANT = 3.841458820694124  # χ² with one degree of freedom, 5 %
ONE_SIDED = 1.6448536269514722


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Mantel-Haenszel figures of some 2 x 2 tables in strata, one set for each item.

    odds: common odds ratio; log_error of its logarithm; chi_square with continuity correction,
    1 degree of freedom; persons: those in strata where both groups are. NaN where a sum is 0.
    """

    odds: Floats
    log_error: Floats
    chi_square: Floats
    persons: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Dif:
    """What was found of each item.

    delta (items,): -2.35 ln(odds), on the ETS scale of difficulty: below 0 is harder for the focal
    group than for the reference group at the same score. delta_error, chi_square, p_value.
    difference: of the shares right, focal less reference, weighed by the focal group.
    classes: ETS `A` negligible, `B` moderate, `C` large; empty where `flags` say why: `constant`
    (all matched persons right, or all wrong), `not_matched` (no score that both groups have),
    `one_sided` (odds are 0 or infinite). A further flag: `few` (under 30 of one group matched).
    left_out: items that the matching score leaves out for every other item.
    """

    items: tuple[str, ...]
    odds: Floats
    delta: Floats
    delta_error: Floats
    chi_square: Floats
    p_value: Floats
    difference: Floats
    classes: tuple[str, ...]
    flags: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]
    rounds: int


def mantel_haenszel(
    reference_right: Floats, reference_wrong: Floats, focal_right: Floats, focal_wrong: Floats
) -> Tables:
    """The figures of tables (strata, items) of counts, four arrays of one shape.

    Error of ln(odds): Robins, Breslow & Greenland (1986), Biometrics 42.
    """
    a, b, c, d = reference_right, reference_wrong, focal_right, focal_wrong
    total = a + b + c + d
    both = (a + b > 0) & (c + d > 0)
    safe = np.where(both, total, 1.0)
    r, s = np.where(both, a * d / safe, 0), np.where(both, b * c / safe, 0)
    p, q = (a + d) / safe, (b + c) / safe
    sum_r, sum_s = r.sum(axis=0), s.sum(axis=0)
    right, wrong = a + c, b + d
    expected = np.where(both, (a + b) * right / safe, 0).sum(axis=0)
    spread = (a + b) * (c + d) * right * wrong / (safe**2 * np.maximum(safe - 1, 1))
    variance = np.where(both, spread, 0).sum(axis=0)
    away = np.abs(np.where(both, a, 0).sum(axis=0) - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = sum_r / sum_s
        log_variance = (
            (p * r).sum(axis=0) / (2 * sum_r**2)
            + (p * s + q * r).sum(axis=0) / (2 * sum_r * sum_s)
            + (q * s).sum(axis=0) / (2 * sum_s**2)
        )
        chi_square = np.maximum(away - 0.5, 0) ** 2 / variance
    usable = (sum_r > 0) & (sum_s > 0)
    return Tables(
        np.where(usable, odds, np.nan),
        np.where(usable, np.sqrt(np.where(usable, log_variance, 1)), np.nan),
        np.where(variance > 0, chi_square, np.nan),
        np.where(both, total, 0).sum(axis=0),
    )


def dif(responses: Responses, focal: Mask, *, purify: bool = True) -> Dif:
    """Mantel-Haenszel DIF of each item, persons matched by booklet and number right.

    focal (persons,): True for the group asked about, False for the group it is compared with. The
    number right has the item itself in it. With `purify`, items of class C are left out of the
    number right for all others, again and again until they are the same items. Strata with persons
    of one group only say nothing and are left out.

    Raises WrongInput unless each group has one person at least.
    Source: Holland & Thayer (1988); classes: Zieky (1993), in Holland & Wainer (eds).
    """
    group = np.asarray(focal)
    if group.dtype != np.bool_ or group.shape != responses.shape[:1]:
        raise WrongInput(
            "dif_group",
            "每个人要标明是不是关注的一组（是或否），正好和人数一样多。",
            "There is one true or false for each person: whether of the focal group.",
            field="focal",
        )
    if group.all() or not group.any():
        raise WrongInput(
            "dif_groups",
            "两组都要有人，才能比较。",
            "Both groups need persons to be compared.",
            field="focal",
        )
    which = booklets_of(responses.scored)[1]
    kept = np.ones(responses.shape[1], bool)
    found, rounds = _of_all(responses, group, which, kept), 1
    seen = [kept]
    while purify and rounds < ROUNDS:
        kept = np.array([each != "C" for each in found.classes])
        if any((kept == before).all() for before in seen) or kept.sum() < 2:
            break
        found, rounds = _of_all(responses, group, which, kept), rounds + 1
        seen.append(kept)
    out = tuple(name for name, held in zip(responses.items, seen[-1], strict=True) if not held)
    return Dif(
        found.items,
        found.odds,
        found.delta,
        found.delta_error,
        found.chi_square,
        found.p_value,
        found.difference,
        found.classes,
        found.flags,
        out,
        rounds,
    )


def _of_all(responses: Responses, group: Mask, which: NDArray[np.int32], kept: Mask) -> Dif:
    """All items, by the number right of `kept` ones and of the item itself."""
    scored = responses.scored
    items = scored.shape[1]
    base = (scored[:, kept] == 1).sum(axis=1)
    parts = [(np.flatnonzero(kept), base)]
    parts += [(np.array([item]), base + (scored[:, item] == 1)) for item in np.flatnonzero(~kept)]
    figures = np.full((5, items), np.nan)  # odds, log error, χ², difference, persons
    least = np.zeros(items)
    right = np.zeros(items)
    for columns, score in parts:
        tables = _counted(scored[:, columns], group, which.astype(np.int64) * (items + 2) + score)
        result = mantel_haenszel(*tables)
        figures[:, columns] = (
            result.odds,
            result.log_error,
            result.chi_square,
            _difference(*tables),
            result.persons,
        )
        least[columns], right[columns] = _matched(*tables)
    return _classified(responses.items, figures, least, right)


def _counted(
    marks: NDArray[np.int8], group: Mask, stratum: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Right and wrong of the reference group, right and wrong of the focal one, by stratum."""
    values, at = np.unique(stratum, return_inverse=True)
    cell = at.reshape(-1) + values.size * group
    shares = sparse.csr_array(
        (np.ones(cell.size), (cell, np.arange(cell.size))), shape=(2 * values.size, cell.size)
    )
    right = np.asarray(shares @ (marks == 1).astype(np.float64))
    wrong = np.asarray(shares @ (marks == 0).astype(np.float64))
    half = values.size
    return right[:half], wrong[:half], right[half:], wrong[half:]


def _difference(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    reference, focal = a + b, c + d
    both = (reference > 0) & (focal > 0)
    weight = np.where(both, focal, 0)
    gap = c / np.maximum(focal, 1) - a / np.maximum(reference, 1)
    total = weight.sum(axis=0)
    mean = np.full(total.shape, np.nan)
    np.divide((weight * gap).sum(axis=0), total, out=mean, where=total > 0)
    return mean


def _matched(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Persons of the smaller group in shared strata, and the share right there; NaN without any."""
    both = (a + b > 0) & (c + d > 0)
    reference, focal = (np.where(both, part, 0).sum(axis=0) for part in (a + b, c + d))
    right = np.where(both, a + c, 0).sum(axis=0)
    share = np.full(right.shape, np.nan)
    np.divide(right, reference + focal, out=share, where=reference + focal > 0)
    return np.minimum(reference, focal), share


def _classified(items: tuple[str, ...], figures: Floats, least: Floats, right: Floats) -> Dif:
    odds, log_error, chi_square, difference, _ = figures
    with np.errstate(invalid="ignore"):
        delta, error = -2.35 * np.log(odds), 2.35 * log_error
    classes, flags = [], []
    for item in range(len(items)):
        said = ["few"] if 0 < least[item] < FEW else []
        if not np.isfinite(delta[item]):
            if np.isnan(right[item]):
                said.append("not_matched")
            else:
                said.append("constant" if right[item] in (0, 1) else "one_sided")
        classes.append(_class(float(delta[item]), float(error[item]), float(chi_square[item])))
        flags.append(tuple(said))
    return Dif(
        items,
        odds,
        delta,
        error,
        chi_square,
        chdtrc(1, chi_square),
        difference,
        tuple(classes),
        tuple(flags),
        (),
        1,
    )


def _class(delta: float, error: float, chi_square: float) -> str:
    """A: under 1 or not significant; C: 1.5 at least and significantly above 1; B: between."""
    if not np.isfinite(delta):
        return ""
    if abs(delta) < 1 or not chi_square >= SIGNIFICANT:
        return "A"
    if abs(delta) >= 1.5 and (abs(delta) - 1) / error > ONE_SIDED:
        return "C"
    return "B"
