"""`minsheng bench` and `minsheng screenshots`: tools of the repository, with honest figures."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from playwright.sync_api import Browser
from tests.cli.cli_caller import call, run, run_python

from minsheng.cli import bench_command, screenshots_command


def test_whole_cases_are_measured_beside_their_floor() -> None:
    url = os.environ.get("MINSHENG_DATABASE", "")
    on_postgres = url.startswith("postgres")
    words = ["--workers", "2", "--stored", "60"] if on_postgres else []
    peer = [] if importlib.util.find_spec("SpiffWorkflow") else ["--no-peer"]
    answer = run(
        "bench", "cases", "--count", "3", "--json", *words, *peer,
        environment={"MINSHENG_DATABASE": url} if on_postgres else {},
    )  # fmt: skip
    assert answer.status == 0, answer.err
    measured = answer.json
    assert (measured["bench"], measured["cases"], measured["items_per_case"]) == ("cases", 3, 7)
    assert measured["database"].startswith("postgresql" if on_postgres else "sqlite")
    assert measured["commits_per_case"] == 8
    assert measured["rows_per_case"] > 60
    empty = measured["empty"]["workers_2" if on_postgres else "workers_1"]
    assert empty["times_floor"] > 0
    assert empty["ours"]["client_cpu_ms_per_case"] > empty["floor"]["client_cpu_ms_per_case"] > 0
    assert measured["reads"]["case_page_read_p95_ms"] > 0
    if on_postgres:
        assert measured["round_trips_per_step"] == 5
        assert measured["stored_cases"] == 60
        assert "workers_2" in measured["lost_percent"]
        assert measured["reads"]["inbox_waiting_counted"] > 0
    if not peer:
        assert empty["times_spiff"] > 0


def test_without_the_peer_one_line_says_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['SpiffWorkflow'] = None\n"
        "from minsheng.cli.main import main\n"
        "sys.exit(main(['bench', 'cases', '--count', '3', '--workers', '1']))"
    )
    answer = run_python("-c", code, environment={})
    assert answer.status == 1
    assert "uv pip install 'SpiffWorkflow>=3.2'" in answer.err
    assert "--no-peer" in answer.err


@pytest.mark.parametrize("command", [bench_command, screenshots_command])
def test_without_the_repository_a_sentence_says_where_to_run_it(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: object,
) -> None:
    monkeypatch.setattr(command, "__file__", str(tmp_path / "a/b/c/d.py"))
    words = ["bench", "cases"] if command is bench_command else ["screenshots", str(tmp_path)]
    answer = call(capsys, *words)
    assert answer.status == 1
    assert "源码仓库" in answer.err
    assert "repository" in answer.err


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--widths", "wide"), "wide"), (("--widths", "20"), "20"), (("--modes", "dim"), "dim")],
)
def test_a_width_or_look_there_is_not_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, str], named: str
) -> None:
    answer = call(capsys, "screenshots", str(tmp_path), *words)
    assert answer.status == 1
    assert named in answer.err


def test_pictures_without_playwright_name_the_command_that_mends_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "tests.browser")
    monkeypatch.setitem(sys.modules, "playwright", None)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    answer = call(capsys, "screenshots", str(tmp_path))
    assert answer.status == 1
    assert "python3 start.py test" in answer.err


@pytest.mark.browser
def test_a_picture_has_the_width_asked_for_and_a_page_that_fails_is_named(
    chromium: Browser, server: str, tmp_path: Path
) -> None:
    prepared = SimpleNamespace(base_url=server, sessions={})

    def show(page: object, _: object) -> None:
        page.goto("/help")  # type: ignore[attr-defined]

    def fail(page: object, _: object) -> None:
        raise AssertionError("answered 500")

    sights = {
        "help page": SimpleNamespace(who="", show=show),
        "broken": SimpleNamespace(who="", show=fail),
    }
    taken, failed = screenshots_command.shoot(
        chromium, argparse.Namespace(out=tmp_path, lang="zh"), prepared, sights, [(320, "dark")]
    )
    assert taken == 1
    assert failed == ["broken 320 dark: answered 500"]
    with Image.open(tmp_path / "help-page-320-dark.png") as picture:
        assert picture.width == 320


def test_kernels_of_measurement_are_measured_with_their_error_beside_the_exact_way() -> None:
    answer = run(
        "bench", "measurement", "--part", "calibration", "--count", "4000", "--no-peer", "--json",
        environment={},
    )  # fmt: skip
    assert answer.status == 0, answer.err
    rows = answer.json["calibration"]
    beside = rows["2PL 10,000 x 50, bins beside every person"]
    assert beside["most_difference_a"] < 1e-4
    assert beside["times_faster"] > 0
    assert rows["2PL 10,000 x 50"]["rmse_a"] < 0.06
    assert rows["2PL 10,000 x 50"]["peer_cpu_seconds"] is None
    assert answer.json["settings"]["threads"]["OMP_NUM_THREADS"] == "1"
    answer = run("bench", "measurement", "--part", "nothing", environment={})
    assert answer.status == 1
    assert "calibration" in answer.err


def test_policies_are_measured_beside_numpy_by_hand_with_the_same_totals() -> None:
    answer = run(
        "bench", "policies", "--count", "20000", "--streamed", "5000", "--no-peer", "--json",
        environment={},
    )  # fmt: skip
    assert answer.status == 0, answer.err
    measured = answer.json
    assert (measured["totals_compared"], measured["totals_that_differ"]) == (12, 0)
    assert (measured["ours_12"]["policies"], measured["ours_36"]["policies"]) == (12, 36)
    assert measured["ratios"]["times_floor"] > 0
    assert measured["ours_36"]["peak_mb"] > 0
    assert measured["one_person"]["unknown"] == 0
    assert measured["streamed"]["yes"] > 0


def test_without_openfisca_one_line_says_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['openfisca_core'] = None\n"
        "from minsheng.cli.main import main\n"
        "sys.exit(main(['bench', 'policies', '--count', '300']))"
    )
    answer = run_python("-c", code, environment={})
    assert answer.status == 1
    assert "openfisca-core>=46" in answer.err
    assert "--no-peer" in answer.err
