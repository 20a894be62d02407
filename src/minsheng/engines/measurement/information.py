"""Standard errors from the observed information of a fitted model, by Louis' identity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.measurement.expectation import (
    Gathering,
    Nodes,
    posteriors,
)
from minsheng.engines.measurement.models import Population, Priors
from minsheng.engines.measurement.responses import Floats, Mask


def observed(
    persons: Gathering,
    slopes: Floats,
    intercepts: Floats,
    *,
    nodes: Nodes,
    population: Population,
    priors: Priors | None,
    slopes_fixed: bool = False,
) -> Floats:
    """Observed information of (slopes, intercepts, mean, log sd): (2 x items + 2) squared.

    I = E(complete information | x) - Σ over persons of Var(complete score | x). Given x, what
    varies of person i's score is x_ij θ - m_ij θ p_j(θ) for the slope of item j, - m_ij p_j(θ) for
    its intercept (m: whether it was presented), (θ - mean) / sd² and (θ - mean)² / sd² for the
    population. Rows and columns of parameters that are fixed are for the caller to leave out; with
    `slopes_fixed` those of slopes aren't computed and hold zeros.
    Source: Louis (1982), Journal of the Royal Statistical Society B 44.
    """
    items, ability = slopes.size, nodes.ability
    p = 1 / (1 + np.exp(-(np.multiply.outer(slopes, ability) + intercepts[:, None])))
    away = ability - population.mean
    moving = np.vstack([-p * ability, -p, away / population.sd**2, (away / population.sd) ** 2])
    cells = persons.cells(slopes)
    crossed = np.zeros((items, moving.shape[0]))  # Σ x_ij cov(θ, what moves)
    vary = np.zeros((moving.shape[0],) * 2)
    answers, total = np.zeros((items, ability.size)), np.zeros(ability.size)
    variances = np.zeros(cells.statistic.size)
    for block in posteriors(cells, persons.booklets, slopes, intercepts, nodes):
        often, posterior = cells.persons[block.part], block.posterior
        mean = posterior @ moving.T
        centre = posterior @ ability
        cov = posterior @ (moving * ability).T - mean * centre[:, None]
        variance = block.variance
        if cells.widening is not None:
            # Bins correct what is linear in a posterior. A product E(f) E(g) is too great by another
            # 2 · widening · cov(θ, f) cov(θ, g), for d E(f) / ds = cov(θ, f).
            wide = 2 * cells.widening[block.part]
            cov *= (1 + wide * variance)[:, None]
            variance = posterior @ ability**2 - centre**2 + wide * variance**2
        had = np.hstack([block.masks, block.masks, np.ones((block.masks.shape[0], 2))])
        seen = had if had.shape[0] == 1 else had[block.booklet]
        mean *= seen
        cov *= seen
        crossed += np.asarray(cells.right[block.part], np.float64).T @ cov
        at = block.by_booklet(often)
        vary += _second_moments(block.masks, at, moving) - (mean * often[:, None]).T @ mean
        if cells.widening is not None:
            vary += (cov * (often * wide)[:, None]).T @ cov
        answers += block.masks.T @ at
        total += at.sum(axis=0)
        variances[block.part] = variance
    if not slopes_fixed:
        vary[:items] += crossed
        vary[:, :items] += crossed.T
        vary[:items, :items] += persons.squares(variances)
    return _complete(answers, total, p, nodes, population, priors) - vary


def errors_of(information: Floats, free: Mask) -> tuple[NDArray[np.float64], bool]:
    """Covariance of all parameters, zeros where fixed; and whether the information allows one.

    Where it is not positive definite (a flat or unidentified direction) all is NaN, said by False.
    """
    covariance = np.zeros_like(information)
    kept = np.ix_(free, free)
    try:
        np.linalg.cholesky(information[kept])
    except np.linalg.LinAlgError:
        covariance[:] = np.nan
        return covariance, False
    covariance[kept] = np.linalg.inv(information[kept])
    return covariance, True


def _second_moments(masks: Floats, at: Floats, moving: Floats) -> Floats:
    """Σ m m′ E(what moves x what moves), node by node: persons at a node who had both items."""
    if masks.shape[0] == 1:
        wide = np.concatenate([masks[0], masks[0], [1.0, 1.0]])
        return np.asarray((moving * at[0]) @ moving.T * np.outer(wide, wide))
    items = masks.shape[1]
    wide_masks = np.hstack([masks, np.ones((masks.shape[0], 1))])
    total = np.zeros((moving.shape[0],) * 2)
    group = np.concatenate([np.arange(items), np.arange(items), [items, items]])
    for node in range(at.shape[1]):
        both = (wide_masks * at[:, node, None]).T @ wide_masks
        total += np.outer(moving[:, node], moving[:, node]) * both[np.ix_(group, group)]
    return total


def _complete(
    answers: Floats,
    persons: Floats,
    p: Floats,
    nodes: Nodes,
    population: Population,
    priors: Priors | None,
) -> Floats:
    items = p.shape[0]
    weight = answers * p * (1 - p)
    power = np.vstack([nodes.ability**2, nodes.ability, np.ones_like(nodes.ability)])
    aa, ad, dd = (weight @ power.T).T
    whole = np.zeros((2 * items + 2,) * 2)
    each = np.arange(items)
    whole[each, each] = aa
    whole[each, items + each] = whole[items + each, each] = ad
    whole[items + each, items + each] = dd
    if priors is not None:
        whole[each, each] += 1 / priors.discrimination_sd**2
        whole[items + each, items + each] += 1 / priors.intercept_sd**2
    away = (nodes.ability - population.mean) / population.sd
    whole[-2, -2] = persons.sum() / population.sd**2
    whole[-1, -1] = 2 * persons @ away**2
    whole[-2, -1] = whole[-1, -2] = 2 * (persons @ away) / population.sd
    return whole
