"""`minsheng pack`: an officer checks a folder without anything else running."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.apps.cases.cases_cast import Clock, Packs
from tests.apps.cases.conftest import clock as clock
from tests.apps.cases.conftest import packs as packs
from tests.apps.cases.conftest import spring as spring
from tests.apps.cases.test_versions import BEGINS, published
from tests.cli.cli_caller import call, run
from tests.factories import District, newborn

from minsheng.content import default_roots, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the product's packs that may be spoilt."""
    shutil.copytree(default_roots()[0], tmp_path / "packs")
    return tmp_path / "packs"


def spoil(folder: Path, old: str, new: str) -> int:
    """Replace the first `old` in the newborn service and return its line."""
    path = folder / "services/newborn/service.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_good_packs_pass_and_say_what_was_checked(capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(capsys, "pack", "check", "--json")
    assert answer.status == 0
    assert answer.json["ok"] is True
    assert answer.json["errors"] == 0
    assert answer.json["tests_run"] > 0
    assert "个服务" in answer.out
    assert "services" in answer.out


def test_an_unknown_key_is_named_with_file_line_and_both_languages(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    line = spoil(folder, "headline:", "haedline:")
    answer = call(capsys, "pack", "check", "--folder", str(folder), "--json")
    assert answer.status == 1
    assert answer.json["ok"] is False
    found = answer.json["problems"][0]
    assert (found["file"], found["line"]) == ("packs/services/newborn/service.yaml", line)
    printed = next(one for one in answer.out.splitlines() if "haedline" in one)
    assert f"packs/services/newborn/service.yaml:{line}:" in printed
    assert "did you mean 'headline'" in printed
    assert "您要写的是“headline”吗" in printed


def test_a_folder_that_is_not_there_is_status_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = call(capsys, "pack", "check", "--folder", str(tmp_path / "nothing"))
    assert answer.status == 1
    assert "没有这个文件夹" in answer.out


def test_checking_needs_no_setting_but_the_folder(folder: Path) -> None:
    spoil(folder, "heading: health", "heading: wealth")
    answer = run("pack", "check", environment={"MINSHENG_PACKS": str(folder)})
    assert answer.status == 1
    assert "wealth" in answer.out
    assert answer.err == ""


def test_list_and_show_tell_the_version_that_cases_are_pinned_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loaded = load().services["newborn"]
    listed = call(capsys, "pack", "list", "--json").json["services"]
    assert [one["hash"] for one in listed if one["slug"] == "newborn"] == [loaded.hash]
    shown = call(capsys, "pack", "show", "newborn", "--json")
    assert shown.json["hash"] == loaded.hash
    assert [item["key"] for item in shown.json["items"]] == list(loaded.spec.items)
    assert [item["due"] for item in shown.json["items"]] == [
        str(item.due) for item in loaded.spec.items.values()
    ]
    assert "公安分局" in shown.out


def test_a_service_that_is_not_there_names_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = call(capsys, "pack", "show", "newbron")
    assert answer.status == 1
    assert "newborn" in answer.err


def test_two_forms_are_compared_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = folder / "services/newborn/2027-01-01"
    later.mkdir()
    text = (folder / "services/newborn/service.yaml").read_text(encoding="utf-8")
    text = text.replace("{from: 2026-01-01}", "{from: 2027-01-01}").replace("due: 3wd", "due: 2wd")
    (later / "service.yaml").write_text(text, encoding="utf-8")
    words = ("pack", "diff", "newborn", "newborn/2027-01-01", "--folder", str(folder), "--json")
    answer = call(capsys, *words)
    assert answer.status == 0
    assert "出生户口登记：时限从 3 个工作日改为 2 个工作日" in answer.out
    assert answer.json["count"] >= 2
    assert answer.json["old"] != answer.json["new"]
    same = call(capsys, "pack", "diff", str(later), str(later), "--json")
    assert same.json["differences"] == []
    missing = call(capsys, "pack", "diff", "newborn", "newborn/2030-01-01")
    assert missing.status != 0
    assert "newborn/2030-01-01" in missing.err + missing.out


def test_stored_cases_are_tried_and_moved_by_command(
    capsys: pytest.CaptureFixture[str], packs: Packs, clock: Clock, spring: District
) -> None:
    clock.go_to(date(2026, 3, 31))
    story = newborn(spring)
    published(packs, spring, ("    due: 10wd\n", "    due: 8wd\n"))
    tried = call(capsys, "pack", "replay", "newborn", "--to", BEGINS, "--json")
    assert tried.status == 0
    assert (tried.json["cases"], tried.json["different"]) == (1, 1)
    assert tried.json["list"][0]["number"] == story.number
    clock.go_to(date(2026, 4, 1))
    dry = call(capsys, "pack", "migrate", "newborn", "--dry-run", "--json").json
    assert (dry["can_move"], dry["moved"]) == (1, 0)
    done = call(capsys, "pack", "migrate", "newborn", "--yes", "--json").json
    assert (done["can_move"], done["moved"]) == (0, 1)
    assert done["list"][0]["zh"] == dry["list"][0]["zh"]
    assert call(capsys, "pack", "migrate", "newborn", "--yes", "--json").json["there"] == 1
    assert call(capsys, "case", "check", "--json").json["ok"] is True
    assert call(capsys, "pack", "replay", "newborn", "--to", "2030-01-01").status != 0
