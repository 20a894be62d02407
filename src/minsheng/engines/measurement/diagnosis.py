"""Which skills a paper shows each pupil to have: the DINA and the G-DINA model.

A table says which skills an item needs. In DINA one who has all of them answers right unless slipping, one who
lacks any only by guessing (Haertel, 1989; Junker & Sijtsma, 2001). In G-DINA each set of the needed skills has
a chance of its own (de la Torre, 2011). How common each set of skills is among pupils is estimated too; a
flat prior is there for comparison only.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minsheng.engines.measurement.acceleration import squarem
from minsheng.engines.measurement.diagnosis_errors import errors_of, reasons_of
from minsheng.engines.measurement.diagnosis_steps import (
    LEAST,
    Coded,
    Groups,
    Ints,
    Patterns,
    coded,
    expected,
    patterns_of,
    posterior,
    raised,
)
from minsheng.engines.measurement.responses import Floats, Mask, Responses
from minsheng.lib.errors import WrongInput

Model = Literal["dina", "gdina"]
Prior = Literal["saturated", "flat"]
Sets = tuple[tuple[int, ...], ...]
MOST_SKILLS = 15
# guess and slip from which the search starts, one start after another
STARTS = ((0.2, 0.2), (0.3, 0.1), (0.1, 0.3))


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Which skills an item needs: table (items, skills), with the names of the skills.

    Every item needs one at least. Raises WrongInput otherwise, naming the item, and for more than 15 skills.
    """

    table: Mask
    skills: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        given = np.asarray(self.table)
        if given.ndim != 2 or not given.size or not np.isin(given, (0, 1)).all():
            raise WrongInput(
                "diagnosis_needs",
                "题目要哪些知识点，写成一张表：每题一行，每个知识点一列，只填 0 和 1。",
                "Which skills items need is a table: a row for each item, a column for each skill, 0 or 1.",
                field="needs",
            )
        table = np.array(given, bool)
        table.flags.writeable = False
        object.__setattr__(self, "table", table)
        empty = np.flatnonzero(~table.any(1))
        if len(empty):
            raise WrongInput(
                "diagnosis_needs_none",
                f"第 {empty[0] + 1} 题一个知识点也不要：请填上，或去掉这道题。",
                f"Item {empty[0] + 1} needs no skill: say which, or leave the item out.",
                field="needs",
                facts={"item": int(empty[0])},
            )
        count = table.shape[1]
        if count > MOST_SKILLS:
            raise WrongInput(
                "diagnosis_skills",
                f"一份卷子最多分 {MOST_SKILLS} 个知识点，现在是 {count} 个：请合并一些。",
                f"A paper tells at most {MOST_SKILLS} skills apart, not {count}: put some together.",
                field="needs",
                facts={"skills": count},
            )
        names = self.skills or tuple(str(number) for number in range(1, count + 1))
        if len(names) != count or len(set(names)) != count:
            raise WrongInput(
                "diagnosis_names",
                f"知识点的名字要正好 {count} 个，各不相同。",
                f"There must be {count} different names of skills.",
                field="skills",
            )
        object.__setattr__(self, "skills", tuple(names))


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Sets of skills that no item tells apart, as one class each; arrays by class.

    has (classes, skills): share of its sets that have the skill, 0 or 1 where it is told. members: how many
    sets it holds.
    """

    has: Floats
    members: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """What a paper shows.

    Items: `chances`, for each the chance of a right answer by the needed skills that are had, in the order of
    `sets` (tuples of the numbers of skills); for DINA two, guess and 1 - slip, in `guess` and `slip` too.
    `errors`: their standard errors, NaN where the flags of the item say why there is none (`at_bound`: a chance
    of nearly 0 or 1; `empty`: nobody belongs there) or they weren't asked for. Other flags of items: `no_answers`,
    `all_right`, `all_wrong`, `not_monotone` (more skills, lower chance), `few` (under 30 answers).

    Pupils: `mastery` (persons, skills), the chance to have each skill; `pattern`, 1, 0, or -1 where the paper
    doesn't tell, of the likeliest class; `answered`, how many answers it rests on: with none it is the prior.

    Skills: `share`, how common; `sure`, how certain a yes or no is on average, from 0.5 to 1; flags: `no_item`,
    `never_alone` (no item asks it by itself, so that DINA can't fully tell it: Chiu, Douglas & Li, 2009).

    `reached`: the log likelihood from each start; `settled`, whether the best came to rest within `steps`.
    """

    model: Model
    prior_kind: Prior
    chances: tuple[Floats, ...]
    errors: tuple[Floats, ...]
    sets: tuple[Sets, ...]
    item_flags: tuple[tuple[str, ...], ...]
    mastery: Floats
    pattern: NDArray[np.int8]
    answered: Ints
    share: Floats
    sure: Floats
    skill_flags: tuple[tuple[str, ...], ...]
    classes: Classes
    prior: Floats
    log_likelihood: float
    parameters: int
    reached: tuple[float, ...]
    settled: bool
    steps: int
    persons: int
    guess: Floats = field(default_factory=lambda: np.zeros(0))
    slip: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def aic(self) -> float:
        """Akaike's criterion: of two models of the same answers, the lower one."""
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion, by the number of persons."""
        return float(np.log(self.persons)) * self.parameters - 2 * self.log_likelihood

    def has(self, *, at: float = 0.5) -> NDArray[np.int8]:
        """Return (persons, skills) 1 or 0, by whether the chance to have the skill is above `at`."""
        return (self.mastery > at).astype(np.int8)


def diagnose(
    responses: Responses,
    needs: Needs,
    *,
    model: Model = "dina",
    prior: Prior = "saturated",
    starts: int = 3,
    tolerance: float = 1e-6,
    steps: int = 3000,
    errors: bool = True,
) -> Diagnosis:
    """Return what the answers show about skills, items and pupils.

    starts: 1 to 3; the likeliest end is taken. tolerance: distance left, of any chance; steps: of each start
    at most. What was not presented counts for nothing (missing by design). Raises WrongInput where tables
    don't fit, or nobody has answered anything.
    Source: EM for latent classes (Dempster, Laird & Rubin, 1977), accelerated (Varadhan & Roland, 2008).
    """
    _check(responses, needs, model, prior, starts)
    patterns = patterns_of(responses.scored)
    codes = coded(patterns)
    groups, classes, sets = _sorted(needs.table, model)
    flat = classes.members / classes.members.sum()
    kept = flat if prior == "flat" else None
    ends = [
        _climbed(
            codes,
            patterns,
            groups,
            start=_start(sets, needs.table, number),
            flat=flat,
            kept=kept,
            tolerance=tolerance,
            steps=steps,
        )
        for number in range(starts)
    ]
    best = max(ends, key=lambda end: end.likely)
    by_class = posterior(patterns.marks, best.parameters[groups.place], best.prior)
    parts = np.cumsum([0, *(len(each) for each in sets)])
    pieces = [slice(int(start), int(end)) for start, end in itertools.pairwise(parts)]
    why = reasons_of(patterns, groups, best.parameters, by_class)
    error = np.full(groups.count, np.nan)
    if errors:
        use = np.flatnonzero([not word for word in why])
        error[use] = errors_of(
            patterns, groups, best.parameters, best.prior, by_class, use=use, saturated=kept is None
        )
    mastery = (by_class @ classes.has)[patterns.of]
    likeliest = classes.has[by_class.argmax(1)][patterns.of]
    told = np.where(likeliest > 1 - 1e-9, 1, np.where(likeliest < 1e-9, 0, -1))
    two = model == "dina"
    return Diagnosis(
        model=model,
        prior_kind=prior,
        chances=tuple(best.parameters[piece] for piece in pieces),
        errors=tuple(error[piece] for piece in pieces),
        sets=sets,
        item_flags=_item_flags(patterns, best.parameters, pieces, sets, why),
        mastery=mastery,
        pattern=told.astype(np.int8),
        answered=(patterns.marks >= 0).sum(1)[patterns.of],
        share=best.prior @ classes.has,
        sure=np.maximum(mastery, 1 - mastery).mean(0),
        skill_flags=_skill_flags(needs.table),
        classes=classes,
        prior=best.prior,
        log_likelihood=best.likely,
        parameters=groups.count + (len(flat) - 1 if kept is None else 0),
        reached=tuple(end.likely for end in ends),
        settled=best.settled,
        steps=best.steps,
        persons=len(patterns.of),
        guess=best.parameters[parts[:-1]] if two else np.zeros(0),
        slip=1 - best.parameters[parts[1:] - 1] if two else np.zeros(0),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _End:
    parameters: Floats
    prior: Floats
    likely: float
    settled: bool
    steps: int


def _climbed(
    codes: Coded,
    patterns: Patterns,
    groups: Groups,
    *,
    start: Floats,
    flat: Floats,
    kept: Floats | None,
    tolerance: float,
    steps: int,
) -> _End:
    """Return where the search ends from one start."""

    def split(values: Floats) -> tuple[Floats, Floats]:
        parameters = np.clip(values[: groups.count], LEAST, 1 - LEAST)
        if kept is not None:
            return parameters, kept
        shares = np.clip(values[groups.count :], 1e-15, 1.0)
        return parameters, shares / shares.sum()

    def step(values: Floats) -> tuple[Floats, float]:
        parameters, prior = split(values)
        answers, sizes, likely = expected(codes, patterns.weight, parameters[groups.place], prior)
        parameters, prior = raised(answers, sizes, groups, parameters, saturated=kept)
        return (np.concatenate([parameters, prior]) if kept is None else parameters), likely

    first = np.concatenate([start, flat]) if kept is None else start
    found = squarem(step, first, bound=np.ones(len(first)), tolerance=tolerance, evaluations=steps)
    parameters, prior = split(found.at)
    _, _, likely = expected(codes, patterns.weight, parameters[groups.place], prior)
    return _End(parameters, prior, likely, found.converged, len(found.trace))


def _sorted(table: Mask, model: Model) -> tuple[Groups, Classes, tuple[Sets, ...]]:
    """Return how items sort classes, the classes that some item tells apart, and the sets behind parameters."""
    items, skills = table.shape
    whole = (np.arange(2**skills)[:, None] >> np.arange(skills)) & 1
    place, start = np.empty((items, len(whole)), np.int64), 0
    owner: list[int] = []
    sets: list[Sets] = []
    for item in range(items):
        needed = np.flatnonzero(table[item]).tolist()
        if model == "dina":
            place[item] = start + whole[:, needed].all(1)
            sets.append(((), tuple(needed)))
        else:
            place[item] = start + whole[:, needed] @ (1 << np.arange(len(needed)))
            sets.append(
                tuple(
                    tuple(skill for one, skill in enumerate(needed) if number >> one & 1)
                    for number in range(2 ** len(needed))
                )
            )
        owner += [item] * len(sets[-1])
        start += len(sets[-1])
    _, first, of, members = np.unique(
        place, axis=1, return_index=True, return_inverse=True, return_counts=True
    )
    has = np.zeros((len(first), skills))
    np.add.at(has, of.ravel(), whole)
    groups = Groups(np.ascontiguousarray(place[:, first]), np.array(owner))
    return groups, Classes(has / members[:, None], members), tuple(sets)


def _start(sets: Sequence[Sets], table: Mask, number: int) -> Floats:
    """Return the chances from which start `number` sets out: more skills, a higher chance."""
    guess, slip = STARTS[number]
    power = (1.0, 0.5, 2.0)[number]  # a part of the skills helps by its share, more, or less
    return np.array(
        [
            guess + (1 - guess - slip) * (len(one) / needed.sum()) ** power
            for each, needed in zip(sets, table, strict=True)
            for one in each
        ]
    )


def _check(responses: Responses, needs: Needs, model: str, prior: str, starts: int) -> None:
    if responses.shape[1] != len(needs.table):
        raise WrongInput(
            "diagnosis_items",
            f"作答有 {responses.shape[1]} 题，知识点表有 {len(needs.table)} 题：两边要一样。",
            f"The answers have {responses.shape[1]} items, the table of skills {len(needs.table)}.",
            field="needs",
        )
    if not responses.presented.any():
        raise WrongInput(
            "diagnosis_nothing",
            "没有一个可以计的作答，没法诊断。",
            "There is no answer that counts, so nothing can be said.",
            field="responses",
        )
    if model not in ("dina", "gdina") or prior not in ("saturated", "flat") or not 1 <= starts <= 3:
        raise WrongInput(
            "diagnosis_options",
            "模型是 dina 或 gdina，先验是 saturated 或 flat，起点 1 到 3 个。",
            "The model is dina or gdina, the prior saturated or flat, with 1 to 3 starts.",
            field="model",
        )


def _item_flags(
    patterns: Patterns,
    parameters: Floats,
    pieces: Sequence[slice],
    sets: Sequence[Sets],
    why: Sequence[str],
) -> tuple[tuple[str, ...], ...]:
    right = patterns.weight @ (patterns.marks == 1)
    whole = patterns.weight @ (patterns.marks >= 0)
    flags = []
    for item, piece in enumerate(pieces):
        chances = parameters[piece]
        falls = any(
            set(low) < set(high) and chances[first] > chances[second] + 1e-6
            for first, low in enumerate(sets[item])
            for second, high in enumerate(sets[item])
        )
        found = (
            ("no_answers", whole[item] == 0),
            ("few", 0 < whole[item] < 30),
            ("all_right", 0 < whole[item] == right[item]),
            ("all_wrong", whole[item] > 0 == right[item]),
            ("not_monotone", falls),
            ("at_bound", "at_bound" in why[piece]),
            ("empty", "empty" in why[piece]),
        )
        flags.append(tuple(name for name, is_so in found if is_so))
    return tuple(flags)


def _skill_flags(table: Mask) -> tuple[tuple[str, ...], ...]:
    alone = table[table.sum(1) == 1].any(0)
    return tuple(
        ("no_item",) if not table[:, skill].any() else () if alone[skill] else ("never_alone",)
        for skill in range(table.shape[1])
    )


def needs_of(rows: ArrayLike, skills: Sequence[str] = ()) -> Needs:
    """Return the table of needed skills, from rows of 0 and 1."""
    return Needs(np.asarray(rows), tuple(skills))
