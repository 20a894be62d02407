"""`minsheng measure`: from a CSV file to figures, and every mistake with its file and line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.cli.cli_caller import call
from tests.engines.measurement_data import answers, lsat7, some_bank


def written(path: Path, header: list[str], rows: object, *, encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


@pytest.fixture
def lsat(tmp_path: Path) -> str:
    return written(tmp_path / "lsat.csv", list("ABCDE"), lsat7().marks.tolist())


def test_items_are_analysed(capsys, lsat):
    answer = call(capsys, "measure", "items", lsat, "--json")
    assert answer.status == 0
    assert answer.json["test"]["alpha"] == pytest.approx(0.453, abs=5e-4)
    assert [row["item"] for row in answer.json["items"]] == list("ABCDE")
    assert answer.json["items"][0]["facility"] == 0.828
    assert "alpha" in answer.out


def test_a_fit_is_written_as_a_bank_that_abilities_and_adaptive_tests_read(capsys, lsat, tmp_path):
    bank = str(tmp_path / "bank.csv")
    fit = call(capsys, "measure", "fit", lsat, "--out", bank, "--json").json
    assert fit["fit"]["log_likelihood"] == pytest.approx(-2658.805, abs=1e-3)
    assert fit["fit"]["priors"] is None
    for method in ("wle", "eap"):
        found = call(
            capsys, "measure", "ability", lsat, "--bank", bank, "--method", method, "--json"
        ).json
        assert len(found["persons"]) == 1000
        assert found["persons"][-1]["ability"] > found["persons"][0]["ability"]
    unbounded = call(capsys, "measure", "ability", lsat, "--method", "ml", "--json").json
    assert unbounded["persons"][0]["ability"] is None
    assert unbounded["persons"][0]["flags"] == ["no_maximum"]
    words = ("--items", "3", "--pupils", "200", "--among", "2", "--json")
    simulated = call(capsys, "measure", "adaptive", bank, *words).json["adaptive"]
    assert simulated["items_mean"] == 3
    fixed = call(capsys, "measure", "fit", lsat, "--anchors", bank, "--json").json
    assert fixed["fit"]["mean"] == pytest.approx(0, abs=0.01)
    rasch = call(capsys, "measure", "fit", lsat, "--model", "rasch", "--priors", "--json").json
    assert rasch["fit"]["priors"]["intercept_sd"] == 3.0
    assert {row["discrimination"] for row in rasch["items"]} == {1.0}


def test_dif_compares_the_focal_group_with_all_others_in_a_file_of_chinese_excel(capsys, tmp_path):
    marks = answers(some_bank(8, 1), 600, 2)
    rows = [[f"s{n}", "甲" if n % 3 else "乙", *row] for n, row in enumerate(marks.tolist())]
    header = ["编号", "学校", *(f"q{n}" for n in range(8))]
    path = written(tmp_path / "a.csv", header, rows, encoding="gb18030")
    found = call(capsys, "measure", "dif", path, "--group", "学校", "--focal", "乙", "--json").json
    assert (found["dif"]["focal"], found["dif"]["reference"]) == (200, 400)
    assert {row["class"] for row in found["items"]} <= {"A", "B", "C"}
    persons = call(capsys, "measure", "ability", path, "--skip", "学校", "--json").json["persons"]
    assert persons[3]["person"] == "s3"


def test_with_a_key_every_option_is_shown(capsys, tmp_path):
    draw = np.random.default_rng(1)
    rows = draw.choice(["A", "B", "C"], (80, 3)).tolist()
    path = written(tmp_path / "o.csv", ["x", "y", "z"], rows)
    key = written(tmp_path / "key.csv", ["item", "key"], [["x", "A"], ["y", "B"], ["z", "C"]])
    found = call(capsys, "measure", "items", path, "--key", key, "--json").json
    assert len(found["options"]) == 9
    share = found["items"][0]["facility"]
    assert next(o["share"] for o in found["options"] if o["right"]) == pytest.approx(share)
    short = written(tmp_path / "short.csv", ["item", "key"], [["x", "A"]])
    refused = call(capsys, "measure", "items", path, "--key", short)
    assert refused.status == 1
    assert "item y has no key" in refused.err


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([[1, 0], [1, 7]], "a.csv, line 3, q2 says 7"),
        ([[1, 0], [1]], "a.csv, line 3 has 1 cells instead of 2"),
        ([[1, 0], [1, ""]], "a.csv, line 3, q2 is blank"),
        ([], "a.csv has no items or no answers"),
        ([[1, 0]], "Fewer than two persons"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line_in_two_languages(capsys, tmp_path, rows, named):
    path = written(tmp_path / "a.csv", ["q1", "q2"], rows)
    answer = call(capsys, "measure", "fit", path)
    assert answer.status == 1
    assert named in answer.err
    assert "。" in answer.err


def test_a_blank_counts_as_its_caller_says(capsys, tmp_path):
    path = written(tmp_path / "a.csv", ["q1", "q2"], [[1, 0], [1, ""], ["-", 1]])
    for omitted, facility in (("wrong", 1 / 3), ("left_out", 1 / 2)):
        found = call(capsys, "measure", "items", path, "--omitted", omitted, "--json").json
        assert found["items"][1]["facility"] == pytest.approx(facility)
        assert found["items"][0]["answered"] == 2


def test_names_that_come_twice_and_files_that_are_none_are_refused(capsys, tmp_path):
    for header, rows, named in (
        (["q1", "q1"], [[1, 0]], "line 1 names the columns"),
        (["person", "q1"], [["x", 1], ["x", 0]], "line 3: this person"),
    ):
        path = written(tmp_path / "a.csv", header, rows)
        assert named in call(capsys, "measure", "items", path).err
    assert "Can't open" in call(capsys, "measure", "items", str(tmp_path / "none.csv")).err
    (tmp_path / "b.csv").write_bytes(b"\xff\xff\x00")
    assert "no text file" in call(capsys, "measure", "items", str(tmp_path / "b.csv")).err
    bank = written(tmp_path / "c.csv", ["item", "discrimination"], [["q", 1]])
    assert "no column difficulty" in call(capsys, "measure", "adaptive", bank).err
    bank = written(tmp_path / "d.csv", ["item", "discrimination", "difficulty"], [["q", 1, "x"]])
    assert "d.csv, line 2" in call(capsys, "measure", "adaptive", bank).err
    lone = written(tmp_path / "e.csv", ["g", "q"], [["a", 1]])
    assert "no column h" in call(capsys, "measure", "dif", lone, "--group", "h", "--focal", "a").err
