"""Invented answers for tests of the learning engine."""

import numpy as np
from hypothesis import strategies as st

from minsheng.engines.learning.answers import answers_of
from minsheng.engines.learning.tracing import Skills

chances = st.floats(0.02, 0.45)


@st.composite
def logs(draw, *, most=60, pupils=4, skills=3):
    """Answers of a few pupils to a few skills, days rising for all."""
    count = draw(st.integers(0, most))

    def column(high):
        return draw(st.lists(st.integers(0, high), min_size=count, max_size=count))

    days = np.sort(np.array(column(40), int)) if count else np.zeros(0, int)

    def as_ints(values):
        return np.array(values, int)

    return answers_of(
        as_ints(column(pupils - 1)),
        as_ints(column(skills - 1)),
        as_ints(column(1)),
        day=days + 100,
        pupils=pupils,
        skills=skills,
    )


@st.composite
def parameters(draw, skills=3):
    """Parameters of a few skills."""

    def one():
        return np.array(draw(st.lists(chances, min_size=skills, max_size=skills)))

    return Skills(one(), one(), one(), one(), one())


def traced_world(rng, *, skills=4, pupils=600, each=9, forget=0.0):
    """Return answers that the tracing model itself made, and its parameters."""
    truth = Skills(
        rng.uniform(0.2, 0.6, skills),
        rng.uniform(0.05, 0.3, skills),
        np.full(skills, forget),
        rng.uniform(0.05, 0.3, skills),
        rng.uniform(0.03, 0.2, skills),
    )
    known = rng.random((pupils, skills)) < truth.known
    who = np.repeat(np.arange(pupils), skills)
    what = np.tile(np.arange(skills), pupils)
    rows = []
    for _ in range(each):
        right = rng.random((pupils, skills)) < np.where(known, 1 - truth.slip, truth.guess)
        rows.append(right)
        moved = rng.random((pupils, skills))
        known = np.where(known, moved >= truth.forget, moved < truth.learn)
    return (
        answers_of(
            np.tile(who, each),
            np.tile(what, each),
            np.concatenate([right.ravel() for right in rows]).astype(int),
            day=np.repeat(np.arange(each), pupils * skills),
        ),
        truth,
    )
