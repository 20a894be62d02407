"""Abilities of persons under items that were calibrated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.measurement.expectation import (
    BLOCK,
    Block,
    Cells,
    Nodes,
    booklets_in,
    booklets_of,
    posteriors,
    softened,
)
from minsheng.engines.measurement.models import Bank, Population
from minsheng.engines.measurement.responses import Floats, Marks, Mask, Responses
from minsheng.lib.errors import WrongInput

FINE, NO_ANSWERS, NO_MAXIMUM = 0, 1, 2

GRID = np.linspace(-30, 30, 241)
REACH = 6.0
STANDARD = Population()


@dataclass(frozen=True, slots=True, eq=False)
class Abilities:
    """One ability for each person, on the scale of the bank.

    estimate, error (persons,), answered: how many items counted. `state` says why an estimate is
    NaN: 1 `NO_ANSWERS`, 2 `NO_MAXIMUM` (ML of all right or all wrong is infinite); 0 elsewhere.
    `left_out`: items of the responses that the bank hasn't.
    """

    method: Literal["eap", "ml", "wle"]
    estimate: Floats
    error: Floats
    answered: NDArray[np.int64]
    state: NDArray[np.int8]
    left_out: tuple[str, ...]

    @property
    def reliability(self) -> float:
        """Variance of estimates as far as it isn't error; NaN for fewer than two persons.

        EAP: Var(estimate) / (Var(estimate) + mean error²). WLE, ML: 1 - mean error² / Var(estimate).
        """
        at = self.state == FINE
        if at.sum() < 2:
            return float("nan")
        variance, error = float(self.estimate[at].var()), float(np.mean(self.error[at] ** 2))
        if self.method == "eap":
            return variance / (variance + error)
        return 1 - error / variance if variance > 0 else float("nan")


def eap(responses: Responses, bank: Bank, *, population: Population = STANDARD) -> Abilities:
    """Mean and sd of each person's posterior in the population.

    Who has no answers has the population's mean and sd, and state 1.
    Source: Bock & Mislevy (1982), Applied Psychological Measurement 6.
    """
    scored, used, left_out = _aligned(responses, bank)
    nodes = _nodes(used, population, per_sd=1.5)
    estimate, error = np.empty(len(scored)), np.empty(len(scored))
    for block in _posteriors(scored, used, nodes):
        estimate[block.part] = block.posterior @ nodes.ability
        error[block.part] = np.sqrt(np.maximum(block.variance, 0))
    answered = (scored >= 0).sum(axis=1)
    state = np.where(answered == 0, NO_ANSWERS, FINE).astype(np.int8)
    return Abilities("eap", estimate, error, answered, state, left_out)


def wle(responses: Responses, bank: Bank) -> Abilities:
    """Warm's weighted likelihood estimate, finite for all right and all wrong too, error 1/√I.

    Source: Warm (1989), Psychometrika 54: in 1PL and 2PL it is where L(θ)·√I(θ) is greatest.
    """
    return _greatest(responses, bank, "wle")


def ml(responses: Responses, bank: Bank) -> Abilities:
    """The maximum likelihood estimate where there is one, else NaN with state 2; error 1/√I."""
    return _greatest(responses, bank, "ml")


def plausible_values(
    responses: Responses,
    bank: Bank,
    *,
    draws: int,
    generator: np.random.Generator,
    population: Population = STANDARD,
) -> Floats:
    """(persons, draws): draws from each person's posterior, for analyses of groups, not of persons.

    The population is normal and has no covariates: groups that differ are pulled together unless
    each is drawn in its own population.  Source: Mislevy (1991), Psychometrika 56.
    """
    if draws < 1:
        raise WrongInput("plausible_draws", "至少抽 1 次。", "Draw once at least.", field="draws")
    scored, used, _ = _aligned(responses, bank)
    nodes = _nodes(used, population, per_sd=8)
    width = nodes.ability[1] - nodes.ability[0]
    drawn = np.empty((len(scored), draws))
    for block in _posteriors(scored, used, nodes):
        below = np.cumsum(block.posterior, axis=1)
        for at in range(draws):
            wanted = generator.random(len(below))
            node = np.minimum((below < wanted[:, None]).sum(axis=1), nodes.ability.size - 1)
            within = generator.random(len(below)) - 0.5
            drawn[block.part, at] = nodes.ability[node] + width * within
    return drawn


def _aligned(responses: Responses, bank: Bank) -> tuple[Marks, Bank, tuple[str, ...]]:
    """Answers to the items that the bank has, these items, and the names it hasn't."""
    known = set(bank.items)
    at = [number for number, name in enumerate(responses.items) if name in known]
    if not at:
        raise WrongInput(
            "ability_items",
            "作答里没有一道题在题库里。请检查题目的名字。",
            "None of the items is in the bank. Check their names.",
        )
    names = [responses.items[number] for number in at]
    left_out = tuple(name for name in responses.items if name not in known)
    scored = responses.scored if not left_out else responses.scored[:, at]
    return scored, bank.only(names), left_out


def _nodes(bank: Bank, population: Population, *, per_sd: float) -> Nodes:
    """Nodes so many to the sd of the sharpest posterior there can be: information is under Σa²/4."""
    sharpest = 1 / np.sqrt(1 / population.sd**2 + (bank.discrimination**2).sum() / 4)
    number = int(np.clip(2 * REACH * population.sd / sharpest * per_sd, 61, 4_001))
    ability = population.mean + population.sd * np.linspace(-REACH, REACH, number)
    log = -0.5 * ((ability - population.mean) / population.sd) ** 2
    return Nodes(ability, log - np.log(np.exp(log).sum()))


def _posteriors(scored: Marks, bank: Bank, nodes: Nodes) -> Iterator[Block]:
    masks, which = booklets_of(scored)
    cells = Cells(_statistic(scored, bank.discrimination), np.ones(len(scored)), scored, which)
    return posteriors(cells, masks, bank.discrimination, bank.intercept, nodes)


def _statistic(scored: Marks, slopes: Floats) -> Floats:
    return np.concatenate(
        [
            np.maximum(scored[start : start + BLOCK], 0).astype(np.float64) @ slopes
            for start in range(0, len(scored), BLOCK)
        ]
    )


def _greatest(responses: Responses, bank: Bank, method: Literal["ml", "wle"]) -> Abilities:
    scored, used, left_out = _aligned(responses, bank)
    masks, which = booklets_of(scored)
    a, d = used.discrimination, used.intercept
    statistic = _statistic(scored, a)
    p = 1 / (1 + np.exp(-(np.multiply.outer(a, GRID) + d[:, None])))
    taken, informs = softened(a, d, GRID), p * (1 - p) * a[:, None] ** 2
    answered = (scored >= 0).sum(axis=1)
    state = np.where(answered == 0, NO_ANSWERS, FINE).astype(np.int8)
    estimate, error = np.full(len(scored), np.nan), np.full(len(scored), np.nan)
    for start in range(0, len(scored), BLOCK):
        at = np.flatnonzero(state[start : start + BLOCK] == FINE) + start
        if at.size:
            had, local = booklets_in(masks, which[at])
            height = -(had @ taken)
            if method == "wle":
                height += 0.5 * np.log(np.maximum(had @ informs, 1e-300))
            top = np.argmax(np.multiply.outer(statistic[at], GRID) + height[local], axis=1)
            # A likelihood that only rises has its greatest node at an end of the grid.
            beyond = (top == 0) | (top == GRID.size - 1)
            state[at[beyond]] = NO_MAXIMUM
            at, top = at[~beyond], top[~beyond]
            estimate[at], error[at] = _climbed(
                statistic[at], masks[which[at]], used, top, weighted=method == "wle"
            )
    return Abilities(method, estimate, error, answered, state, left_out)


def _climbed(
    statistic: Floats, masks: Mask, bank: Bank, top: NDArray[np.intp], *, weighted: bool
) -> tuple[Floats, Floats]:
    """Fisher scoring from the best node, never past its neighbours; halving where it would be."""
    low, high, here = GRID[top - 1], GRID[top + 1], GRID[top]
    a = bank.discrimination
    information = np.ones_like(here)
    for _ in range(60):
        p = 1 / (1 + np.exp(-(np.multiply.outer(here, a) + bank.intercept)))
        vary = masks * p * (1 - p)
        information = np.maximum(vary @ a**2, 1e-12)  # far from every item there is none
        slope = statistic - (masks * p) @ a
        if weighted:
            slope = slope + (vary * (1 - 2 * p)) @ a**3 / (2 * information)
        low, high = np.where(slope > 0, here, low), np.where(slope > 0, high, here)
        there = here + slope / information
        there = np.where((there <= low) | (there >= high), (low + high) / 2, there)
        moved = np.abs(there - here).max(initial=0.0)
        here = there
        if moved < 1e-9:
            break
    return here, 1 / np.sqrt(information)
