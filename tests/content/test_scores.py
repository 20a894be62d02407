"""A table of scores: what would stop its publication, with line and reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng.content.checking import check

FILE = "scores/tech-sme/score.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('            - {share: "< 0.10", then: 0}\n', "", "没有一行管到"),
        ('{share: ">= 0.30", then: 20}', '{share: ">= 0.30", then: 15}', "从高到低"),
        ('{share: ">= 0.25", then: 16}', '{share: ">= 0.35", then: 16}', "永远用不到"),
        ("top: sci_staff", "top: sci_stuff", "sci_stuff"),
        ("    most: 20\n", "    most: 30\n", "加起来是 110"),
        ("never_zero: [people]", "never_zero: [peoples]", "peoples"),
        ('rule: "staff <= 500"', 'rule: "stuff <= 500"', "stuff"),
        ("confirmer: enterprise.head", "confirmer: enterprise.steward", "同一个岗位"),
        ("score: tech-sme", "score: tech", "文件夹"),
        ("  least: 60", "  least: 80", "应是"),
    ],
)
def test_a_table_that_cannot_be_is_refused_with_its_line(
    old: str, new: str, said: str, spoil: Callable[..., Path]
) -> None:
    problems = [one for one in check([spoil(old, new, file=FILE)]).errors if said in one.zh]
    assert problems and all("scores/tech-sme" in one.file for one in problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("use: flat_order", "use: school_place", "不能用来开"),
        ('zh: "人才管家上门"', 'zh: "子女入学优先"', "人人都有的权利"),
        ('en: "A steward who comes"', 'en: "A doctor who comes"', "人人都有的权利"),
        ("least: 40", "least: 400", "1 到 100"),
        ("holder: talent", "holder: pupil", "pupil"),
    ],
)
def test_a_score_of_persons_opens_no_right(
    old: str, new: str, said: str, spoil: Callable[..., Path]
) -> None:
    root = spoil(old, new, file="scores/talent/score.yaml")
    problems = [one for one in check([root]).errors if said in one.zh]
    assert problems and all("scores/talent" in one.file for one in problems)
