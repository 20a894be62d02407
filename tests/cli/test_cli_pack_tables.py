"""`minsheng pack table`: an officer downloads a table, edits it in Excel, and hands it back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.cli.cli_caller import call

from minsheng.content.loading import default_roots


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    root = tmp_path / "packs"
    for folder in ("facts", "policies", "districts", "calendars", "scores"):
        if (default_roots()[0] / folder).is_dir():
            shutil.copytree(default_roots()[0] / folder, root / folder)
    return root


def test_a_table_goes_out_is_edited_and_comes_back(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, book = packs / "facts" / "vocabulary.yaml", tmp_path / "benefit.xlsx"
    before = file.read_text(encoding="utf-8")
    words = (str(file), str(book), "--folder", str(packs), "--json")
    said = call(capsys, "pack", "table", "export", *words)
    assert (said.status, said.json["rows"]) == (0, 15)
    assert call(capsys, "pack", "table", "import", *words).status == 0
    assert file.read_text(encoding="utf-8") == before

    sheet = load_workbook(book)
    sheet["表"]["B4"] = 7
    sheet.save(book)
    assert call(capsys, "pack", "table", "import", *words).status == 0
    after = file.read_text(encoding="utf-8")
    assert after == before.replace('{paid: "24..35", then: 6}', '{paid: "24..35", then: 7}')

    sheet["表"]["A5"] = "=A4"
    sheet.save(book)
    refused = call(capsys, "pack", "table", "import", *words)
    assert refused.status == 1
    assert "表!A5" in refused.json["problems"][0]
    assert file.read_text(encoding="utf-8") == after


def test_a_table_with_a_gap_or_a_wrong_word_is_refused_by_its_cell(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, book = packs / "policies" / "skill-subsidy" / "policy.yaml", tmp_path / "skill.xlsx"
    before = file.read_text(encoding="utf-8")
    words = (str(file), str(book), "--folder", str(packs), "--json")
    assert call(capsys, "pack", "table", "export", *words).status == 0
    sheet = load_workbook(book)
    sheet["表"]["A3"] = "fuor"
    sheet.save(book)
    refused = call(capsys, "pack", "table", "import", *words)
    assert refused.status == 1
    assert "skill.xlsx 表!A3" in refused.json["problems"][0]
    assert "did you mean 'four'" in refused.json["problems"][0]
    sheet["表"]["A3"] = "four"
    sheet["说明"]["B3"] = None
    sheet.save(book)
    refused = call(capsys, "pack", "table", "import", *words)
    assert "no row applies" in refused.json["problems"][0]
    assert file.read_text(encoding="utf-8") == before


def test_which_table_is_asked_where_there_are_several(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = packs / "scores" / "tech-sme" / "score.yaml"
    words = (str(file), str(tmp_path / "x.xlsx"), "--folder", str(packs))
    assert call(capsys, "pack", "table", "export", *words).status == 1
    file = packs / "policies" / "startup-loan" / "policy.yaml"
    assert call(capsys, "pack", "table", "export", str(file), *words[1:]).status == 1
