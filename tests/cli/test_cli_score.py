"""`minsheng score` and `minsheng voucher`: explained to somebody who never saw the system."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.cli.cli_caller import call

from minsheng.cli.demo import firms as demo

pytestmark = pytest.mark.django_db


def test_a_score_is_explained_in_both_languages(district, capsys: pytest.CaptureFixture[str]):
    demo.begin(timezone.localdate())
    words = ("score", "explain", "tech-sme", "--firm")
    said = call(capsys, *words, "demo:huangyi", "--json")
    assert (said.status, said.json["low"], said.json["passes"]) == (0, "40", False)
    assert said.json["raises"][0]["changes"] == {"class_one": [0, 1]}
    told = call(capsys, *words, "demo:huangyi").out
    assert "一类知识产权增加 1 件，到 1 件。多 18 分。" in told
    assert "the fewest changes that pass" in told.lower()
    assert call(capsys, *words, "demo:nobody").status == 1


def test_the_list_says_what_lacks_weights(district, capsys: pytest.CaptureFixture[str]):
    rows = call(capsys, "score", "list", "--json").json["scores"]
    assert {row["score"]: row["configured"] for row in rows} == {
        "tech-sme": True,
        "innovation": False,
    }


def test_the_pools_are_told_with_whether_their_books_are_whole(
    district, capsys: pytest.CaptureFixture[str]
):
    demo.begin(timezone.localdate())
    said = call(capsys, "voucher", "list", "--json")
    (row,) = said.json["pools"]
    assert said.status == 0 and row["whole"]
    parts = row["free_fen"] + row["held_fen"] + row["paid_fen"]
    assert row["total_fen"] == parts == 800_000_000
    assert row["paid_fen"] > 0
    assert "总额 8,000,000.00" in call(capsys, "voucher", "list").out
