"""`minsheng grade`: an empty form is filled in and graded; what is left empty stays open."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.cli_caller import call

FULL = """\
on: 2026-10-15
assessors: [{name: 甲, certified: true}, {name: 乙, certified: false}]
informant: 女儿
facts: {coma: false, dementia: true, mental_disorder: false, care_events: 0}
"""


def test_a_form_is_printed_filled_in_and_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = call(capsys, "grade", "gbt-42195", "--form").out
    assert form.count("\n  ") >= 30
    file = tmp_path / "form.yaml"
    file.write_text(form.replace("on:\n", "on: 2026-10-15\n"), encoding="utf-8")
    empty = call(capsys, "grade", "gbt-42195", str(file), "--json")
    assert (empty.status, empty.json["level"], empty.json["levels"]) == (1, None, [0, 1, 2, 3, 4])
    assert len(empty.json["open_items"]) == 26
    assert len(empty.json["lacks"]) == 3


def test_a_whole_assessment_has_a_level_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = call(capsys, "grade", "gbt-42195", "--form").out
    keys = [line.split(":")[0].strip() for line in form.split("scores:")[1].split("facts:")[0].splitlines()
            if ":" in line and not line.strip().startswith("#")]  # fmt: skip
    assert len(keys) == 26
    file = tmp_path / "whole.yaml"
    file.write_text(FULL + "scores:\n" + "".join(f"  {key}: 1\n" for key in keys), encoding="utf-8")
    told = call(capsys, "grade", "gbt-42195", str(file))
    assert told.status == 0
    assert "总分 26，按分数是 4 级（完全失能）" in told.out
    assert "有效到 2027-10-15 前" in told.out
    file.write_text(FULL + "scores: {eating: 9}\n", encoding="utf-8")
    assert call(capsys, "grade", "gbt-42195", str(file)).status == 1
    assert call(capsys, "grade", "gbt-1", str(file)).status == 1
