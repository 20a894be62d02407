"""How well models foretell answers they haven't seen, one score an interaction, beside what needs no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minsheng.engines.learning import factors, tracing
from minsheng.engines.learning.answers import Bools, Floats, turns
from minsheng.engines.learning.logs import Log
from minsheng.engines.learning.scores import Score, score


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Scores by name: tracing, factors, base_rate, skill_rate, last_time; and how many interactions were held out.

    base_rate: the share right among those seen; skill_rate: the same by skill; last_time: what the pupil
    answered last to the skill (the base rate where there is none). seen, held: interactions.
    """

    scores: dict[str, Score]
    seen: int
    held: int


def evaluate(log: Log, held: Bools, *, forgets: bool = False) -> Evaluated:
    """Return how well each model foretells the interactions that are held out.

    held (interactions,): which. Models are fitted to the others. A held-out interaction is foretold from all
    that came before it, held out or not, never from itself: the rows of its other skills are set aside
    too. Its chance is the mean over its skills. Raises ValueError unless something is seen and something held.
    """
    if held.shape != (len(log),) or held.all() or not held.any():
        raise ValueError("some interactions are seen, and some are held out")
    seen = log.of(~held)
    right = log.right[held]
    base = float(seen.right.mean())
    found = {
        "tracing": traced(log, tracing.fit(seen.answers(), forgets=forgets).skills)[held],
        "factors": factors.chances(factors.fit_factors(seen), log)[held],
        "base_rate": np.full(int(held.sum()), base),
        "skill_rate": _skill_rate(seen, log, base)[held],
        "last_time": last_time(log, base)[held],
    }
    scores = {name: score(np.clip(chance, 0, 1), right) for name, chance in found.items()}
    return Evaluated(scores, int((~held).sum()), int(held.sum()))


def traced(log: Log, skills: tracing.Skills) -> Floats:
    """Return the chance of each interaction by tracing, from all before it: the mean over its skills."""
    chance, _ = tracing.follow(skills, log.answers())
    return log.together(chance)


def last_time(log: Log, base: float) -> Floats:
    """Return what the pupil answered last to the skills of each interaction; `base` where that isn't known."""
    key = log.pupil[log.row] * len(log.skills) + log.skill
    right = log.right[log.row].astype(np.float64)
    said = np.full(len(key), base)
    last = np.full(len(log.pupils) * len(log.skills), np.nan)
    for rows in turns(key):
        known = ~np.isnan(last[key[rows]])
        said[rows[known]] = last[key[rows[known]]]
        last[key[rows]] = right[rows]
    return log.together(said)


def _skill_rate(seen: Log, log: Log, base: float) -> Floats:
    count = np.bincount(seen.skill, minlength=len(log.skills))
    right = np.bincount(seen.skill, weights=seen.right[seen.row], minlength=len(log.skills))
    return log.together(((right + 2 * base) / (count + 2))[log.skill])
