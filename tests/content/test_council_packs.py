"""What `pack check` finds in the rules of a council, and in sentences about the three ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from minsheng import content
from minsheng.content.councils import load_council, wrong_council
from minsheng.content.district import District
from minsheng.content.loading import default_roots
from minsheng.content.triage import load_sorting, run_sentences

HOTLINE = default_roots()[0] / "appeals/hotline"


@pytest.fixture(scope="module")
def district() -> District:
    return content.load().district


def errors(district: District, tmp_path: Path, old: str, new: str) -> list[str]:
    """Return what is wrong with the council's rules once they say something else."""
    text = (HOTLINE / "council.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "council.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    council, node = load_council(path, shown="council.yaml")
    return [str(one) for one in wrong_council(council, node, district)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("quorum_percent: 50", "quorum_percent: 0", "1 到 100"),
        ("majority_percent: 50", "majority_percent: 40", "少于一半"),
        ("least_days: 3", "least_days: 20", "最多开几天"),
        ("most_yuan: 5000", "most_yuan: 50000", "一年的总数"),
        ("approve: villages.fund", "approve: jinhu.services", "别的岗位同意"),
        ("post: villages.mediator", "post: villages.mediatr", "villages.mediator"),
        ("meiling: meiling.services", "meilin: meiling.services", "meiling"),
        ("  volunteer:\n", "  volunteers2:\n", ""),
    ],
)
def test_a_rule_that_cant_be_is_refused_with_its_line(district, tmp_path, old, new, said):
    found = errors(district, tmp_path, old, new)
    if not said:  # another name for one of the five is no mistake
        assert found == []
        return
    assert len(found) == 1
    assert "council.yaml:" in found[0]
    assert said in found[0]


def test_four_parties_are_not_five(district, tmp_path):
    text = (HOTLINE / "council.yaml").read_text(encoding="utf-8")
    charity = text[text.index("  charity:") : text.index("# 谁召集")]
    assert "五个" in errors(district, tmp_path, charity, "\n")[0]


def test_a_sentence_that_doesnt_hold_is_found(tmp_path):
    sorting = load_sorting(HOTLINE / "triage.yaml", shown="triage.yaml")
    text = (HOTLINE / "tests/triage/ways.yaml").read_text(encoding="utf-8")
    written = tmp_path / "tests/triage/ways.yaml"
    written.parent.mkdir(parents=True)

    def tried(old: str, new: str) -> tuple[int, list[str]]:
        written.write_text(text.replace(old, new, 1), encoding="utf-8")
        run, wrong = run_sentences(sorting, tmp_path, "hotline", on=sorting.effective_from)
        return run, [str(one) for one in wrong]

    assert tried("", "") == (8, [])
    wrong = "expect: {way: urgent, size: small}"
    (said,) = tried("expect: {way: urgent, size: big}", wrong)[1]
    assert "hotline/tests/triage/ways.yaml:" in said
    assert "要 urgent small，得到 urgent big" in said
    assert "试不了" in tried('danger: "yes"', 'danger: "maybe"')[1][0]
