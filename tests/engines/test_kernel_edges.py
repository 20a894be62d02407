"""Edges of kernels that a wrong sign, bound or guard once passed unseen."""

from __future__ import annotations

import numpy as np
import pytest

from minsheng.engines.judging import Criterion, Rating, Scale, measure
from minsheng.engines.learning import homework, scores, tracing
from minsheng.engines.learning.answers import turns


@pytest.mark.parametrize(
    ("grade", "minutes"), [(1, 0), (2, 0), (3, 60), (6, 60), (7, 90), (9, 90), (10, None)]
)
def test_each_grade_has_the_limit_of_its_stage(grade: int, minutes: int | None) -> None:
    assert homework.limit_minutes(grade) == minutes


def test_a_chance_of_one_is_in_the_last_bin() -> None:
    found = scores.reliability(np.array([0.05, 0.95, 1.0, 1.0]), np.array([0, 1, 1, 0]), bins=10)
    assert found.expected == pytest.approx([0.05, 2.95 / 3])
    assert found.seen == pytest.approx([0.0, 2 / 3])
    assert found.count.tolist() == [1, 3]
    assert found.error == pytest.approx((0.05 + 3 * (2.95 / 3 - 2 / 3)) / 4)


def test_what_is_no_chance_is_refused() -> None:
    skills = tracing.Skills(*(np.array([value]) for value in (0.3, 0.1, 0.0, 0.2, 0.1)))
    for known in (-0.1, 1.1):
        with pytest.raises(ValueError, match="from 0 to 1"):
            tracing.after(skills, 0, known=known, right=True)
    held = 0.3 * 0.9 / (0.3 * 0.9 + 0.7 * 0.2)
    now = tracing.after(skills, 0, known=0.3, right=True)
    assert now == pytest.approx(held + (1 - held) * 0.1)


def test_no_answers_have_no_turns() -> None:
    assert list(turns(np.zeros(0, np.int64))) == []
    assert [each.tolist() for each in turns(np.array([5, 3, 5]))] == [[1, 0], [2]]


def test_agreement_is_the_share_of_grades_at_most_one_apart() -> None:
    sheets = (("w1", "a", (5, 5)), ("w1", "b", (6, 8)), ("w2", "a", (3, 3)), ("w2", "b", (3, 4)))
    found = measure(
        [Rating(work=w, judge=j, grades=dict(zip("xy", g, strict=True))) for w, j, g in sheets],
        criteria=[Criterion(key=key, weight=1) for key in "xy"],
        scale=Scale(lowest=1, highest=10),
    )
    assert found.agreement == pytest.approx(3 / 4)
