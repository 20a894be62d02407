"""`minsheng subject`: a subject for other systems, and items from them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.cli_caller import call

from minsheng import content


def test_subjects_are_listed_with_what_they_hold(capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(capsys, "subject", "list", "--json")
    assert answer.status == 0
    (row,) = [one for one in answer.json["subjects"] if one["subject"] == "mathematics-4"]
    assert row["items"] >= 600
    assert row["skills"] >= 50


def test_what_is_exported_comes_back_and_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    answer = call(capsys, "subject", "export", "mathematics-4", "--out", str(out), "--json")
    items = sorted((out / "items").glob("*.xml"))
    assert answer.json["written"] == len(items) > 300
    whole = len(content.load().subjects["mathematics-4"].items)
    assert answer.json["written"] + sum(answer.json["left_out"].values()) == whole
    assert "没有写：text" in answer.out
    package = json.loads((out / "case.json").read_text(encoding="utf-8"))
    assert len(package["CFItems"]) == answer.json["cf_items"]

    pack = tmp_path / "packs"
    for name in ("districts", "calendars"):
        shutil.copytree(content.default_roots()[0] / name, pack / name)
    subject = pack / "subjects" / "mathematics-4"
    subject.mkdir(parents=True)
    for name in ("subject.yaml", "skills.yaml", "misconceptions.yaml"):
        shutil.copy(content.default_roots()[0] / "subjects" / "mathematics-4" / name, subject)
    (subject / "items").mkdir()
    back = subject / "items" / "angles.yaml"
    some = [str(path) for path in items[::5]]
    answer = call(capsys, "subject", "import", *some, "--out", str(back), "--json")
    assert answer.json == {"read": len(some), "failed": 0}
    errors = [one for one in content.check([pack]).errors if "items/angles.yaml" in one.file]
    assert errors == []


def test_what_can_t_be_read_is_named_and_the_rest_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.xml").write_text("<a>", encoding="utf-8")
    out = tmp_path / "items.yaml"
    answer = call(
        capsys, "subject", "import", str(tmp_path / "bad.xml"), str(tmp_path / "none.xml"),
        "--out", str(out), "--json",
    )  # fmt: skip
    assert answer.status == 1
    assert answer.json == {"read": 0, "failed": 2}
    assert "bad.xml" in answer.out


def test_a_subject_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(capsys, "subject", "export", "mathematics-5", "--out", str(tmp_path))
    assert answer.status == 1
    assert "mathematics-4" in answer.err
