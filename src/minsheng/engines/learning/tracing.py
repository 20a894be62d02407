"""Knowledge tracing: from right and wrong answers to the chance that a pupil has a skill.

The model of Corbett & Anderson (1995): a skill is known or not; each answer is a chance to learn it. One
who knows slips with chance `slip`, one who doesn't guesses right with chance `guess`; after each
answer one who didn't know has learned with chance `learn`, and one who did has lost it with chance `forget`
(0 unless asked for). All skills are fitted at once by expectation maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from minsheng.engines.kit.compiled import has_compiler
from minsheng.engines.learning.answers import Answers, Bools, Floats, Ints
from minsheng.engines.learning.tracing_loops import Lanes, lanes_of, sums, walk

STARTS = ((0.3, 0.1, 0.0, 0.2, 0.1), (0.6, 0.05, 0.0, 0.3, 0.25), (0.15, 0.25, 0.0, 0.1, 0.2))
LIKELY = 10  # where the log likelihood stands beside the ten expected counts
TRIED = 6  # steps from each start before the best one of each skill goes on


@dataclass(frozen=True, slots=True)
class Skills:
    """Parameters of each skill, arrays (skills,) of chances: known at first, learn, forget, guess, slip."""

    known: Floats
    learn: Floats
    forget: Floats
    guess: Floats
    slip: Floats

    def __post_init__(self) -> None:
        for part in fields(self):
            values = getattr(self, part.name)
            if values.shape != self.known.shape or values.ndim != 1:
                raise ValueError(f"{part.name} has another length than known")
            if not ((values >= 0) & (values <= 1)).all():
                raise ValueError(f"{part.name} is a chance from 0 to 1 for each skill")
        if (self.guess + self.slip >= 1).any():
            raise ValueError(
                "guess + slip lies below 1, else a right answer speaks against knowing"
            )

    def __len__(self) -> int:
        return len(self.known)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where parameters may lie.

    `most` bounds guess + slip: at 1 an answer says nothing, above 1 a right one
    would speak against knowing. Guess alone may be high, for in real logs easy skills are got right by nearly
    everybody; Baker et al. (2008) take guess <= 0.3 and slip <= 0.1 instead.
    """

    known: tuple[float, float] = (0.001, 0.999)
    learn: tuple[float, float] = (0.0005, 0.9)
    forget: tuple[float, float] = (0.0005, 0.5)
    guess: tuple[float, float] = (0.001, 0.9)
    slip: tuple[float, float] = (0.001, 0.9)
    most: float = 0.95

    def __post_init__(self) -> None:
        for name in ("known", "learn", "forget", "guess", "slip"):
            low, high = getattr(self, name)
            if not 0 < low <= high < 1:
                raise ValueError(f"{name}: 0 < low <= high < 1")
        if not self.guess[0] + self.slip[0] < self.most < 1:
            raise ValueError("most lies between the least guess + slip and 1")


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed before any answer, as if seen in `answers` answers; 0 answers: nothing is.

    It keeps skills with few answers sensible and is soon outweighed. The values are settings, of no authority.
    """

    answers: float = 4.0
    known: float = 0.4
    learn: float = 0.12
    forget: float = 0.02
    guess: float = 0.2
    slip: float = 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """Parameters of all skills, and how far each can be trusted; arrays (skills,).

    log_likelihood: of the answers, without the belief. answers, pupils: how many there were. flags, for each
    skill: `no_answers` (the belief alone), `few` (under 30 answers or 5 pupils), `all_right`, `all_wrong`,
    `at_bound` (guess + slip would go over the bound), `not_settled` (steps ran out).
    """

    skills: Skills
    log_likelihood: Floats
    answers: Ints
    pupils: Ints
    flags: tuple[tuple[str, ...], ...]
    steps: int


def fit(
    answers: Answers,
    *,
    forgets: bool = False,
    bounds: Bounds | None = None,
    belief: Belief | None = None,
    tolerance: float = 1e-7,
    steps: int = 500,
) -> Fit:
    """Return the parameters that are likeliest, for each skill by itself.

    From each of three starts some steps; each skill goes on from its best, until the log likelihood of
    a step rises by less than `tolerance` for each answer. Guess and slip are the exact maximum under the bounds,
    so that no step lowers the aim. Source: Corbett & Anderson (1995); Baum et al. (1970).
    """
    if steps < 1 or tolerance <= 0:
        raise ValueError("at least one step, and a tolerance above 0")
    limits, prior = bounds or Bounds(), belief or Belief()
    lanes = lanes_of(answers)
    best = _best_start(lanes, limits, prior, forgets=forgets)
    active = lanes.answers > 0
    aim = np.full(lanes.skills, -np.inf)
    likely = np.zeros(lanes.skills)
    done = 0
    while done < steps and active.any():
        found = sums(lanes, best, active)
        now = found[:, LIKELY] + _belief_of(best, prior, forgets=forgets)
        likely = np.where(active, found[:, LIKELY], likely)
        going = active & (now - aim > tolerance * np.maximum(lanes.answers, 1))
        aim = np.where(active, now, aim)
        active = going
        best = np.where(active[:, None], _raised(found, limits, prior, forgets=forgets), best)
        done += 1
    if not (lanes.answers > 0).all():
        alone = _raised(np.zeros((lanes.skills, LIKELY + 1)), limits, prior, forgets=forgets)
        best = np.where((lanes.answers > 0)[:, None], best, alone)
    flags = _flags(lanes, best, limits, active)
    parts = (best[:, column].copy() for column in range(5))
    return Fit(Skills(*parts), likely, lanes.answers, lanes.pupils, flags, done)


def after(skills: Skills, skill: int, *, known: float, right: bool) -> float:
    """Return the chance that the pupil knows `skill` after one more answer; `known` is the one before."""
    if not 0 <= known <= 1:
        raise ValueError("known is a chance from 0 to 1")
    slip, guess = skills.slip[skill], skills.guess[skill]
    of_known, of_not = (1 - slip, guess) if right else (slip, 1 - guess)
    seen = known * of_known + (1 - known) * of_not
    held = known * of_known / seen if seen > 0 else known
    return float(held * (1 - skills.forget[skill]) + (1 - held) * skills.learn[skill])


def chance(skills: Skills, skill: int, *, known: float) -> float:
    """Return the chance that the next answer to `skill` is right."""
    return float(known * (1 - skills.slip[skill]) + (1 - known) * skills.guess[skill])


def beginning(skills: Skills, pupils: int) -> Floats:
    """Return what is believed of pupils before their first answer: (pupils, skills)."""
    return np.tile(skills.known, (pupils, 1))


def follow(
    skills: Skills, answers: Answers, *, known: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return the chance of each row to be right, seen before its answer, and what is known at the end.

    (rows,) and (pupils, skills). `known` is the state to begin with; it isn't changed. A row never sees its
    own answer nor a later one.
    """
    if len(skills) < answers.skills:
        raise ValueError(f"parameters of {len(skills)} skills, answers to {answers.skills}")
    state = beginning(skills, answers.pupils) if known is None else np.array(known, np.float64)
    if state.shape != (answers.pupils, len(skills)):
        raise ValueError(f"known is (pupils, skills) = {(answers.pupils, len(skills))}")
    return walk(
        answers, np.stack([getattr(skills, part.name) for part in fields(skills)], 1), state
    )


def is_compiled() -> bool:
    """Say whether the loops run as machine code; without numba they run in numpy, slower."""
    return has_compiler()


def _best_start(lanes: Lanes, bounds: Bounds, belief: Belief, *, forgets: bool) -> Floats:
    seen = lanes.answers > 0
    best = np.zeros((lanes.skills, 5))
    reached = np.full(lanes.skills, -np.inf)
    for start in STARTS:
        one = np.tile(np.array(start), (lanes.skills, 1))
        if forgets:
            one[:, 2] = belief.forget
        one = _clipped(one, bounds, forgets=forgets)
        for _ in range(TRIED):
            one = _raised(sums(lanes, one, seen), bounds, belief, forgets=forgets)
        aim = sums(lanes, one, seen)[:, LIKELY] + _belief_of(one, belief, forgets=forgets)
        better = aim > reached
        best = np.where(better[:, None], one, best)
        reached = np.where(better, aim, reached)
    return best


def _clipped(one: Floats, bounds: Bounds, *, forgets: bool) -> Floats:
    for column, name in enumerate(("known", "learn", "forget", "guess", "slip")):
        one[:, column] = np.clip(one[:, column], *getattr(bounds, name))
    if not forgets:
        one[:, 2] = 0.0
    over = np.maximum(one[:, 3] + one[:, 4] - bounds.most, 0.0)
    one[:, 3] = np.maximum(one[:, 3] - over, bounds.guess[0])
    one[:, 4] = np.minimum(one[:, 4], bounds.most - one[:, 3])
    return one


def _raised(found: Floats, bounds: Bounds, belief: Belief, *, forgets: bool) -> Floats:
    """Return the parameters that are likeliest given expected counts (skills, 11), as `sums` gives them."""
    weight = belief.answers
    shape = np.empty((len(found), 5))
    for column, name in enumerate(("known", "learn", "forget")):
        middle, (low, high) = getattr(belief, name), getattr(bounds, name)
        yes, no = found[:, 2 * column], found[:, 2 * column + 1]
        whole = yes + no + weight
        share = (yes + weight * middle) / np.where(whole > 0, whole, 1.0)
        shape[:, column] = np.clip(np.where(whole > 0, share, middle), low, high)
    if not forgets:
        shape[:, 2] = 0.0
    shape[:, 3], shape[:, 4] = _guess_and_slip(
        found[:, 6] + weight * belief.guess,
        found[:, 7] + weight * (1 - belief.guess),
        found[:, 8] + weight * belief.slip,
        found[:, 9] + weight * (1 - belief.slip),
        bounds,
    )
    return shape


def _guess_and_slip(
    guessed: Floats, not_guessed: Floats, slipped: Floats, not_slipped: Floats, bounds: Bounds
) -> tuple[Floats, Floats]:
    """Return guess and slip that are likeliest within the bounds and guess + slip <= most.

    The aim is concave: the best of each alone if their sum is small enough, else the best on the line
    guess + slip = most, where its slope changes sign once: halved fifty times.
    """
    guess = np.clip(guessed / np.maximum(guessed + not_guessed, 1e-300), *bounds.guess)
    slip = np.clip(slipped / np.maximum(slipped + not_slipped, 1e-300), *bounds.slip)
    over = guess + slip > bounds.most
    if not over.any():
        return guess, slip
    low = np.full(over.sum(), max(bounds.guess[0], bounds.most - bounds.slip[1]))
    high = np.full(over.sum(), min(bounds.guess[1], bounds.most - bounds.slip[0]))
    for _ in range(50):
        middle = (low + high) / 2
        other = bounds.most - middle
        slope = (
            guessed[over] / middle
            - not_guessed[over] / (1 - middle)
            - slipped[over] / other
            + not_slipped[over] / (1 - other)
        )
        low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    guess[over] = (low + high) / 2
    slip[over] = bounds.most - guess[over]
    return guess, slip


def _belief_of(shape: Floats, belief: Belief, *, forgets: bool) -> Floats:
    """Return the log density of the belief at these parameters, up to a constant: (skills,)."""
    whole = np.zeros(len(shape))
    for column, name in enumerate(("known", "learn", "forget", "guess", "slip")):
        if name == "forget" and not forgets:
            continue
        middle = getattr(belief, name)
        whole += middle * np.log(shape[:, column]) + (1 - middle) * np.log1p(-shape[:, column])
    return belief.answers * whole


def _flags(
    lanes: Lanes, best: Floats, bounds: Bounds, unsettled: Bools
) -> tuple[tuple[str, ...], ...]:
    on_line = best[:, 3] + best[:, 4] > bounds.most - 1e-9
    found = (
        ("no_answers", lanes.answers == 0),
        ("few", (lanes.answers > 0) & ((lanes.answers < 30) | (lanes.pupils < 5))),
        ("all_right", (lanes.answers > 0) & (lanes.rights == lanes.answers)),
        ("all_wrong", (lanes.answers > 0) & (lanes.rights == 0)),
        ("at_bound", on_line),
        ("not_settled", unsettled),
    )
    return tuple(
        tuple(name for name, which in found if which[skill]) for skill in range(lanes.skills)
    )
