"""`minsheng learn`: from a CSV file to figures, and every mistake with its file and line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.cli.cli_caller import call
from tests.engines.learning_lessons import lessons

HEAD = ["order_id", "user_id", "problem_id", "correct", "skill_name", "day", "level"]


def written(path: Path, header: list[str], rows: object) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


@pytest.fixture
def log(tmp_path: Path) -> str:
    past = lessons(np.random.default_rng(1), pupils=15, skills=3, days=12)
    rows = [
        [at, f"学生{pupil}", f"p{item}", right, f"知识点{skill}", day, int(level)]
        for at, (pupil, item, right, skill, day, level) in enumerate(
            zip(past.pupil, past.item, past.right, past.skill, past.day, past.level, strict=True)
        )
    ]
    return written(tmp_path / "log.csv", HEAD, rows)


def test_skills_are_traced(capsys, log):
    answer = call(capsys, "learn", "trace", log, "--json")
    assert answer.status == 0 and len(answer.json["skills"]) == 3
    assert all(row["guess"] + row["slip"] < 1 for row in answer.json["skills"])
    assert "fitting" in answer.err


@pytest.mark.parametrize("by", ["pupil", "time"])
def test_models_are_judged_beside_what_needs_none(capsys, log, by):
    answer = call(capsys, "learn", "evaluate", log, "--by", by, "--json")
    assert answer.status == 0 and answer.json["seen"] + answer.json["held"] > 500
    assert {"tracing", "factors", "base_rate", "last_time"} <= set(answer.json["models"])


def test_a_twin_is_laid_beside_the_last_days_and_plans_are_compared(capsys, log):
    words = ("--step", "知识点0:2,3:4:20", "--against", "知识点1:3:4:20:peer", "--draws", "20")
    answer = call(capsys, "learn", "twin", log, *words, "--json")
    assert answer.status == 0
    assert set(answer.json["scores"]) == {"twin", "base_rate", "last_time", "own_rate"}
    assert answer.json["rehearsed"]["steps"][0]["tasks"] == 4
    assert 0 <= answer.json["compared"]["better"] <= 1


def test_a_paper_is_diagnosed_and_pupils_are_written(capsys, tmp_path):
    rng = np.random.default_rng(0)
    has = rng.random((200, 2)) < 0.5
    needs = [[1, 0], [0, 1], [1, 1], [1, 0], [0, 1], [1, 1]]
    right = np.stack([has[:, np.array(row, bool)].all(1) for row in needs], 1)
    marks = (rng.random(right.shape) < np.where(right, 0.9, 0.15)).astype(int)
    items = [f"题{number}" for number in range(6)]
    answers = written(tmp_path / "answers.csv", items, marks.tolist())
    table = [[item, *row] for item, row in zip(items, needs, strict=True)]
    wanted = written(tmp_path / "needs.csv", ["item", "加", "减"], table)
    out = tmp_path / "pupils.csv"
    answer = call(
        capsys, "learn", "diagnose", answers, "--needs", wanted, "--out", str(out), "--json"
    )
    assert answer.status == 0 and answer.json["fit"]["settled"]
    assert [row["skill"] for row in answer.json["skills"]] == ["加", "减"]
    assert len(out.read_text("utf-8-sig").splitlines()) == 201
    table[2][1] = "x"
    wrong = written(tmp_path / "wrong.csv", ["item", "加", "减"], table)
    answer = call(capsys, "learn", "diagnose", answers, "--needs", wrong)
    assert answer.status == 1 and "wrong.csv 第 4 行" in answer.err
    short = written(tmp_path / "short.csv", ["item", "加", "减"], table[:2])
    assert "题2" in call(capsys, "learn", "diagnose", answers, "--needs", short).err


def test_raters_are_compared_by_scores_and_by_categories(capsys, tmp_path):
    rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    scores = written(tmp_path / "scores.csv", list("ABCD"), rows)
    answer = call(capsys, "learn", "agree", scores, "--json")
    assert [round(row["value"], 2) for row in answer.json["agreement"]] == [
        0.17, 0.44, 0.29, 0.62, 0.71, 0.91,
    ]  # fmt: skip
    rows = [["好", "好"], ["中", "差"], ["差", "差"], ["好", "中"]]
    words = written(tmp_path / "words.csv", ["甲", "乙"], rows)
    answer = call(
        capsys, "learn", "agree", words, "--of", "categories", "--order", "差,中,好", "--json"
    )
    assert [row["name"] for row in answer.json["agreement"]] == [
        "kappa", "kappa_linear", "kappa_quadratic",
    ]  # fmt: skip
    answer = call(capsys, "learn", "agree", words)
    assert answer.status == 1 and "words.csv 第 2 行" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trace", "nowhere.csv"), "nowhere.csv"),
        (("evaluate", "LOG", "--share", "2"), "--share"),
        (("twin", "LOG", "--hold", "99"), "99"),
        (("twin", "LOG", "--step", "语文:9"), "语文:9"),
        (("twin", "LOG", "--draws", "1"), "--draws"),
    ],
)
def test_what_cant_be_done_is_said_with_what_to_do(capsys, log, words, said):
    answer = call(capsys, "learn", *(log if word == "LOG" else word for word in words))
    assert answer.status == 1 and said in answer.err and "Traceback" not in answer.err


def test_a_wrong_line_is_named(capsys, tmp_path):
    path = written(
        tmp_path / "log.csv", ["user_id", "correct", "skill"], [["a", 1, "x"], ["b", 5, "x"]]
    )
    answer = call(capsys, "learn", "trace", path)
    assert answer.status == 1 and "log.csv 第 3 行" in answer.err
