"""Several forms of one service: the day decides; overlaps, gaps and half-written drafts are found."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from minsheng import content
from minsheng.content.forms import Span, wrong_succession
from minsheng.content.problems import Place

TERM = ("    due: 3wd\n", "    due: 2wd\n")
FROM = "effective: {from: 2026-01-01}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(content.default_roots()[0], tmp_path / "packs"))


def draft(root: Path, begins: str, *pairs: tuple[str, str], base_to: str = "") -> Path:
    """Draft the next form of newborn beside the one in force."""
    base = root / "services/newborn/service.yaml"
    text = base.read_text(encoding="utf-8")
    if base_to:
        base.write_text(
            text.replace(FROM, f"effective: {{from: 2026-01-01, to: {base_to}}}"), encoding="utf-8"
        )
    for before, after in ((FROM, f"effective: {{from: {begins}}}"), *pairs):
        assert before in text
        text = text.replace(before, after)
    folder = base.parent / begins
    folder.mkdir()
    (folder / "service.yaml").write_text(text, encoding="utf-8")
    return folder


def errors(root: Path) -> list[str]:
    return [str(problem) for problem in content.check([root]).errors]


def test_the_next_form_is_drafted_without_ending_the_one_in_force(root):
    before = content.load([root]).services["newborn"].hash
    draft(root, "2027-01-01")
    report = content.check([root])
    assert report.is_good, report.errors
    assert report.forms == ("newborn/2027-01-01",)
    assert content.load([root]).services["newborn"].hash == before
    (form,) = content.read_forms([root], "newborn")
    forms = [content.load([root]).services["newborn"], form.loaded]
    assert content.form_on(forms, date(2026, 12, 31)) is forms[0]
    assert content.form_on(forms, date(2027, 1, 1)) is forms[1]
    assert content.form_on(forms, date(2025, 12, 31)) is None


def test_a_draft_answers_to_the_tests_of_the_form_before_until_it_has_its_own(root):
    folder = draft(root, "2027-01-01", TERM)
    found = errors(root)
    assert found, "the sentences about the old term fail"
    assert all("packs/services/newborn/tests/" in line for line in found)
    tests = folder / "tests"
    tests.mkdir()
    assert ["没有用例" in line for line in errors(root)] == [True]


@pytest.mark.parametrize(
    ("base_to", "begins", "word"),
    [
        ("2027-03-01", "2027-01-01", "overlaps"),
        ("2026-11-30", "2027-01-01", "leaves a gap"),
        ("", "2026-01-01", "overlaps"),
    ],
)
def test_overlaps_and_gaps_are_refused(root, base_to, begins, word):
    draft(root, begins, base_to=base_to)
    assert any(word in line for line in errors(root))


def test_a_half_written_draft_stops_the_publication_and_not_the_product(root):
    folder = draft(root, "2027-01-01")
    (folder / "service.yaml").write_text("service: newborn\ntitle: [", encoding="utf-8")
    assert content.load([root]).services["newborn"]
    assert errors(root)
    (folder / "service.yaml").unlink()
    assert any("no service.yaml" in line for line in errors(root))
    folder.rename(folder.parent / "next")
    assert any("the day a later form begins" in line for line in errors(root))


def test_a_folder_and_its_form_name_one_day(root):
    folder = draft(root, "2027-01-01")
    folder.rename(folder.parent / "2027-02-01")
    assert any("the folder is 2027-02-01" in line for line in errors(root))


def test_forms_that_touch_are_fine_in_any_order():
    spans = [
        Span(date(2027, 1, 1), date(2027, 6, 30), Place("b")),
        Span(date(2026, 1, 1), None, Place("a")),
        Span(date(2027, 7, 1), None, Place("c")),
    ]
    assert list(wrong_succession(spans)) == []
