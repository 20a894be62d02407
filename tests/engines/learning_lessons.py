"""Lessons of a class made by another model than the twin: item response theory with ability that wanders."""

import numpy as np

from minsheng.engines.learning.answers import answers_of
from minsheng.engines.learning.twin_rows import past_of


def lessons(rng, *, pupils=40, skills=8, days=24, each=6, guess=0.15, wander=0.15, trend=0.02):
    """Return a term of one class.

    Each pupil's ability in each skill starts by two factors (general, own), wanders from lesson to lesson,
    rises slowly, and jumps when a skill is taught. Items are new each day, differ in difficulty and
    discrimination, and are often of another difficulty than the level that is printed on them.
    """
    general = rng.normal(0, 0.9, pupils)
    ability = general[:, None] + rng.normal(0, 0.6, (pupils, skills))
    hard = rng.normal(0, 0.7, skills)
    speed = rng.gamma(2, 0.5, pupils)
    rows, items = [], 0
    for number in range(days):
        ability += rng.normal(trend, wander, (pupils, 1)) + rng.normal(0, wander, ability.shape)
        taught = rng.choice(skills, size=2, replace=False)
        for skill in taught:
            for _ in range(each // 2):
                level = rng.integers(1, 6)
                difficulty = hard[skill] + 0.5 * (level - 3) + rng.normal(0, 0.6)
                slope = rng.lognormal(0.2, 0.3)
                there = rng.random(pupils) > 0.08
                chance = guess + (1 - guess) / (
                    1 + np.exp(-slope * (ability[:, skill] - difficulty))
                )
                right = rng.random(pupils) < chance
                rows += [
                    (pupil, skill, int(right[pupil]), number * 3 + 1, items, level)
                    for pupil in np.flatnonzero(there)
                ]
                items += 1
            ability[:, skill] += 0.12 * speed
    table = np.array(rows)
    return past_of(
        answers_of(*table[:, :3].T, day=table[:, 3], pupils=pupils, skills=skills),
        item=table[:, 4],
        level=table[:, 5],
    )
