"""Adaptive tests: the next item for one pupil, and whole tests for very many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.measurement.models import Bank, Population
from minsheng.engines.measurement.responses import Floats, Mask
from minsheng.lib.errors import WrongInput

NODES = 45
REACH = 5.0
PLACES = 121  # abilities for which the order of items is known beforehand
NONE = -1


@dataclass(frozen=True, slots=True)
class Rules:
    """How items are chosen and when a test ends.

    A test ends at `most_items`, or after `least_items` once the error is at most `error_enough`.
    `among`: choose by chance among so many best items (randomesque); 1 takes the best. `shares`:
    what part of a test each area should have; an area that is farthest behind comes first. Rules
    hold `admitted` (items,) where exposure is controlled by Sympson and Hetter: the chance with
    which an item that was chosen is given.
    """

    most_items: int
    least_items: int = 1
    error_enough: float = 0.0
    among: int = 1
    shares: Mapping[str, float] = field(default_factory=dict)
    admitted: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.most_items < 1 or not 1 <= self.least_items <= self.most_items or self.among < 1:
            raise WrongInput(
                "adaptive_rules",
                "题数要满足 1 ≤ 最少 ≤ 最多，候选题至少 1 道。",
                "Items: 1 ≤ least ≤ most; choose among 1 at least.",
            )
        if self.error_enough < 0 or any(share < 0 for share in self.shares.values()):
            raise WrongInput(
                "adaptive_numbers",
                "误差和各部分的占比不能小于 0。",
                "The error and the shares of areas can't be below 0.",
            )
        if self.shares and abs(sum(self.shares.values()) - 1) > 1e-6:
            raise WrongInput(
                "adaptive_shares",
                "各部分的占比加起来要是 1。",
                "The shares of the areas add up to 1.",
                field="shares",
            )
        if any(not 0 < chance <= 1 for chance in self.admitted):
            raise WrongInput(
                "adaptive_admitted",
                "每题的放行概率要大于 0、不超过 1。",
                "The chance with which an item is admitted is above 0 and at most 1.",
                field="admitted",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Tests that were simulated, one row for each pupil.

    estimate and error (pupils,): EAP and posterior sd. given (pupils, most_items): the place of
    each item in the bank in the order of the test, -1 after its end; right: 1, 0, and -1 there.
    items: how many each had. exposure (items,): to what share of pupils each item was given.
    short: how many tests ended because no item was left.
    """

    estimate: Floats
    error: Floats
    given: NDArray[np.int32]
    right: NDArray[np.int8]
    items: NDArray[np.int64]
    exposure: Floats
    short: int


class Table:
    """What is known of a bank before a test: information and its order, answers at the nodes."""

    def __init__(
        self,
        bank: Bank,
        *,
        areas: tuple[str, ...] = (),
        population: Population | None = None,
        rules: Rules,
    ) -> None:
        prior = population or Population()
        self.bank, self.rules, self.prior = bank, rules, prior
        self.area = _areas(bank, areas, rules)
        if rules.admitted and len(rules.admitted) != len(bank.items):
            raise WrongInput(
                "adaptive_admitted",
                "每题要有一个放行概率，正好和题库一样多。",
                "There is one chance of being admitted for each item of the bank.",
                field="admitted",
            )
        reach = REACH * prior.sd
        self.nodes = prior.mean + np.linspace(-reach, reach, NODES)
        self.log_prior = -0.5 * ((self.nodes - prior.mean) / prior.sd) ** 2
        logit = np.multiply.outer(bank.discrimination, self.nodes) + bank.intercept[:, None]
        # log P(right) at [items:], log P(wrong) before: one look-up for either answer
        self.log_answer = np.concatenate([-np.logaddexp(0, logit), -np.logaddexp(0, -logit)])
        self.places = prior.mean + np.linspace(-reach, reach, PLACES)
        p = 1 / (1 + np.exp(-np.multiply.outer(self.places, bank.discrimination) - bank.intercept))
        self.information = p * (1 - p) * bank.discrimination**2
        self.order = [
            _ordered(self.information, np.flatnonzero(self.area == number))
            for number in range(int(self.area.max()) + 1)
        ]

    def place(self, ability: Floats) -> NDArray[np.intp]:
        """The nearest of the places for which the order of items is known."""
        step = self.places[1] - self.places[0]
        at = np.rint((ability - self.places[0]) / step)
        return np.asarray(np.clip(at, 0, PLACES - 1), dtype=np.intp)


def _areas(bank: Bank, areas: tuple[str, ...], rules: Rules) -> NDArray[np.intp]:
    if not rules.shares:
        return np.zeros(len(bank.items), np.intp)
    names = list(rules.shares)
    if len(areas) != len(bank.items) or set(areas) != set(names):
        raise WrongInput(
            "adaptive_areas",
            "规定了各部分的占比，就要写明每题属于哪个部分；每个部分都要有题。",
            "With shares of areas each item has one of these areas, and each area has items.",
            field="areas",
        )
    return np.array([names.index(area) for area in areas], np.intp)


def _ordered(information: Floats, items: NDArray[np.intp]) -> NDArray[np.int32]:
    best = np.argsort(-information[:, items], axis=1, kind="stable")
    return items[best].astype(np.int32)


def next_item(
    table: Table,
    given: tuple[int, ...],
    right: tuple[bool, ...],
    *,
    generator: np.random.Generator,
) -> tuple[int | None, float, float]:
    """The place of the next item in the bank, or None at the end; the ability and its error now.

    `given` are the places of the items so far, `right` the answers to them.
    """
    log = table.log_prior + sum(
        table.log_answer[item + len(table.bank.items) * int(answer)]
        for item, answer in zip(given, right, strict=True)
    )
    estimate, error = _eap(np.atleast_2d(log), table.nodes)
    rules, number = table.rules, len(given)
    enough = number >= rules.least_items and error[0] <= rules.error_enough
    if number >= rules.most_items or enough:
        return None, float(estimate[0]), float(error[0])
    used = np.zeros((1, len(table.bank.items)), bool)
    used[0, list(given)] = True
    had = np.bincount(table.area[list(given)], minlength=len(table.order))[None, :]
    item = _chosen(table, table.place(estimate), used, used.copy(), had, number, generator)[0]
    return (None if item == NONE else int(item)), float(estimate[0]), float(error[0])


def simulate(
    bank: Bank,
    abilities: Floats,
    *,
    rules: Rules,
    generator: np.random.Generator,
    areas: tuple[str, ...] = (),
    population: Population | None = None,
) -> Simulated:
    """Whole tests of pupils of these abilities, all at once.

    `areas` names the area of each item where `rules.shares` are set. `population` is the prior of
    estimates. Raises WrongInput where bank and rules don't fit together.
    """
    truth = np.asarray(abilities, np.float64)
    if truth.ndim != 1 or not truth.size or not np.isfinite(truth).all():
        raise WrongInput(
            "adaptive_abilities",
            "至少要有一个学生，能力是有限的数。",
            "There is one pupil at least, with a finite ability.",
        )
    table = Table(bank, areas=areas, population=population, rules=rules)
    pupils, items = truth.size, len(bank.items)
    log = np.broadcast_to(table.log_prior, (pupils, NODES)).copy()
    estimate, error = _eap(log, table.nodes)
    used, barred = np.zeros((pupils, items), bool), np.zeros((pupils, items), bool)
    had = np.zeros((pupils, len(table.order)), np.int64)
    given = np.full((pupils, rules.most_items), NONE, np.int32)
    right = np.full((pupils, rules.most_items), NONE, np.int8)
    active, short = np.arange(pupils), 0
    for number in range(rules.most_items):
        place = table.place(estimate[active])
        chosen = _chosen(table, place, used, barred, had, number, generator, rows=active)
        short += int((chosen == NONE).sum())
        active, chosen = active[chosen != NONE], chosen[chosen != NONE]
        if not active.size:
            break
        a, b = bank.discrimination[chosen], bank.difficulty[chosen]
        answer = generator.random(active.size) < 1 / (1 + np.exp(-a * (truth[active] - b)))
        used[active, chosen] = barred[active, chosen] = True
        had[active, table.area[chosen]] += 1
        given[active, number], right[active, number] = chosen, answer
        log[active] += table.log_answer[chosen + items * answer]
        estimate[active], error[active] = _eap(log[active], table.nodes)
        if number + 1 >= rules.least_items:
            active = active[error[active] > rules.error_enough]
    return Simulated(
        estimate,
        error,
        given,
        right,
        (given != NONE).sum(axis=1),
        used.mean(axis=0),
        short,
    )


def _eap(log: Floats, nodes: Floats) -> tuple[Floats, Floats]:
    posterior = np.exp(log - log.max(axis=1)[:, None])
    total = posterior.sum(axis=1)
    mean = posterior @ nodes / total
    variance = posterior @ nodes**2 / total - mean**2
    return mean, np.sqrt(np.maximum(variance, 0))


def _chosen(
    table: Table,
    place: NDArray[np.intp],
    used: Mask,
    barred: Mask,
    had: NDArray[np.int64],
    number: int,
    generator: np.random.Generator,
    *,
    rows: NDArray[np.intp] | None = None,
) -> NDArray[np.int32]:
    """The place of an item for each pupil, or NONE.

    Sympson-Hetter: an item that isn't admitted is barred for the rest of this pupil's test; when
    nothing is left that way, what was barred may be given after all.
    """
    rows = np.arange(place.size) if rows is None else rows
    chosen = np.full(place.size, NONE, np.int32)
    waiting = np.arange(place.size)
    while waiting.size:
        at = rows[waiting]
        found = _best(table, place[waiting], barred[at], had[at], number, generator)
        empty = found == NONE
        if empty.any():
            found[empty] = _best(
                table, place[waiting[empty]], used[at[empty]], had[at[empty]], number, generator
            )
        if not table.rules.admitted:
            chosen[waiting] = found
            break
        admitted = np.asarray(table.rules.admitted)[np.maximum(found, 0)]
        taken = empty | (generator.random(found.size) < admitted)
        chosen[waiting[taken]] = found[taken]
        barred[at[~taken], found[~taken]] = True
        waiting = waiting[~taken]
    return chosen


def _best(
    table: Table,
    place: NDArray[np.intp],
    barred: Mask,
    had: NDArray[np.int64],
    number: int,
    generator: np.random.Generator,
) -> NDArray[np.int32]:
    """The best free item of the area that is farthest behind, else of the next area."""
    found = np.full(place.size, NONE, np.int32)
    shares = np.array(list(table.rules.shares.values()) or [1.0])
    behind = np.argsort(had - shares * (number + 1), axis=1, kind="stable")
    for turn in range(len(table.order)):
        for area, order in enumerate(table.order):
            here = np.flatnonzero((found == NONE) & (behind[:, turn] == area))
            if here.size:
                found[here] = _first_free(
                    order, place[here], barred[here], table.rules.among, generator, number
                )
        if (found != NONE).all():
            break
    return found


def _first_free(
    order: NDArray[np.int32],
    place: NDArray[np.intp],
    barred: Mask,
    among: int,
    generator: np.random.Generator,
    number: int,
) -> NDArray[np.int32]:
    """One of the best `among` free items at each place; NONE where there is none at all."""
    found = np.full(place.size, NONE, np.int32)
    waiting, depth = np.arange(place.size), number + among
    while waiting.size:
        depth = min(depth, order.shape[1])
        best = order[place[waiting], :depth]
        free = ~barred[waiting[:, None], best]
        there = free.sum(axis=1)
        done = (there >= among) | (depth == order.shape[1])
        have = done & (there > 0)
        if among == 1:
            at = np.argmax(free[have], axis=1)
        else:
            wanted = 1 + (
                generator.random(int(have.sum())) * np.minimum(there[have], among)
            ).astype(np.int64)
            at = np.argmax(np.cumsum(free[have], axis=1) >= wanted[:, None], axis=1)
        found[waiting[have]] = best[have, at]
        waiting = waiting[~done]
        depth *= 2
    return found


def admission(
    bank: Bank,
    abilities: Floats,
    *,
    rules: Rules,
    most_exposed: float,
    generator: np.random.Generator,
    areas: tuple[str, ...] = (),
    population: Population | None = None,
    rounds: int = 12,
) -> tuple[float, ...]:
    """Chances of being admitted under which no item is given to more than `most_exposed` of pupils.

    For `Rules(admitted=…)`; found by simulating the pupils again and again, so that with new pupils
    it holds up to chance.  Source: Sympson & Hetter (1985).
    Raises WrongInput where the bank is too small for it: items x most_exposed under most_items.
    """
    if not 0 < most_exposed <= 1 or len(bank.items) * most_exposed < rules.most_items:
        raise WrongInput(
            "adaptive_exposure",
            "题库太小：题数乘以曝光上限，要不少于每人的题数。请放宽上限，或者加题。",
            "The bank is too small: items x exposure must reach a test's length. Allow more, or add.",
            field="most_exposed",
        )
    chances = np.ones(len(bank.items))
    for _ in range(rounds):
        asked = Rules(
            rules.most_items,
            least_items=rules.least_items,
            error_enough=rules.error_enough,
            among=rules.among,
            shares=rules.shares,
            admitted=tuple(chances),
        )
        found = simulate(
            bank, abilities, rules=asked, generator=generator, areas=areas, population=population
        )
        chosen = found.exposure / chances  # how often it would have been given without a check
        chances = np.clip(most_exposed / np.maximum(chosen, most_exposed), 0.01, 1.0)
    return tuple(float(chance) for chance in chances)
