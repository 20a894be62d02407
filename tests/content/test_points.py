"""A scheme of points: what would stop its publication, with line and reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng.content.loading import read_roots

FILE = "points/village/points.yaml"
LITTER = '{zh: "提醒以后还乱扔垃圾", en: "Littered again after being asked not to"}'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (LITTER, '{zh: "去区里信访", en: "Petitioned"}', "信访"),
        ("    about: litter\n", "    about: attitude\n", "attitude"),
        ("    use: goods\n", "    use: benefits\n", "benefits"),
        ("    decide: villages.council", "    decide: villages.helper", "异议要由别的岗位"),
        ("    shop: villages.shop", "    shop: villages.shops", "villages.shop"),
        ("    area: qinghuai.dongpo", "    area: qinghuai.dongpu", "qinghuai.dongpo"),
        ("  days: 7", "  days: 0", "1 或更大"),
        ("scheme: village", "scheme: villages", "文件夹"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused_with_its_line(
    old: str, new: str, said: str, spoil: Callable[..., Path]
) -> None:
    (problem,) = read_roots([spoil(old, new, file=FILE)]).problems
    assert problem.file == f"packs/{FILE}"
    assert problem.line > 1
    assert said in problem.zh


def test_a_number_without_a_source_is_refused(spoil: Callable[..., Path]) -> None:
    root = spoil(
        '    cite: {title: {zh: "綦江区云品村的分值", en: "Value of Yunpin Village, Qijiang"}, mark: H}\n',
        "",
        file=FILE,
    )
    (problem,) = read_roots([root]).problems
    assert "cite" in problem.zh
