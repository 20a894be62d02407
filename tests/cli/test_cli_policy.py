"""`minsheng policy`: the list, and one policy explained to somebody who never saw the system."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.apps.scores.firms_of import declared
from tests.cli.cli_caller import call

from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db


def test_a_policy_is_explained_in_both_languages(district, capsys: pytest.CaptureFixture[str]):
    demo.note(timezone.localdate())
    words = ("policy", "explain", "flexible-insurance", "--person")
    said = call(capsys, *words, "demo:qinsu", "--json")
    assert (said.status, said.json["eligible"], said.json["missing"]) == (0, None, ["work"])
    assert said.json["numbers"]["share"] == ["2/3", "M"]
    told = call(capsys, *words, "demo:qinsu").out
    assert "还定不了，缺：就业情况（还没问）。" in told
    assert "Can't tell yet. Missing: work (not asked yet)." in told
    assert call(capsys, *words, "demo:nobody").status == 1


def test_a_rate_nobody_entered_is_said_so(district, capsys: pytest.CaptureFixture[str]):
    demo.note(timezone.localdate())
    words = ("policy", "explain", "disabled-living", "--person", "demo:chenlian")
    said = call(capsys, *words, "--json").json
    assert (said["eligible"], said["amount_fen"]) == (True, None)
    assert said["missing"] == ["living_fen_month"]
    told = call(capsys, *words).out
    assert "能领多少还算不出，缺：生活补贴每月标准（本区还没有填这个标准）。" in told
    assert "this district has not entered this rate yet" in told
    assert "由民政局填" in told


def test_the_list_says_what_is_configured(district, capsys: pytest.CaptureFixture[str]):
    rows = call(capsys, "policy", "list", "--json").json["policies"]
    assert {
        "policy": "flexible-insurance",
        "title": "灵活就业社保补贴",
        "for": ["person"],
        "configured": True,
        "lacks": [],
    } in rows


def test_the_list_splits_by_for_whom(district, capsys: pytest.CaptureFixture[str]):
    firms = call(capsys, "policy", "list", "--for", "firm", "--json").json["policies"]
    people = call(capsys, "policy", "list", "--for", "person", "--json").json["policies"]
    slugs = {row["policy"] for row in firms}
    assert {"keep-jobs", "knowledge-credit"} <= slugs and "startup-loan" not in slugs
    both = slugs & {row["policy"] for row in people}
    assert both == {"veteran-tax"}


def test_a_policy_is_explained_for_a_firm_by_what_it_declared(
    district, capsys: pytest.CaptureFixture[str]
):
    declared(district, staff="86", laid_off="5", premium_months="48", large="否")
    words = ("policy", "explain", "keep-jobs", "--firm")
    said = call(capsys, *words, "demo:huangyi", "--json").json
    assert (said["eligible"], said["failing"]) == (False, ["kept"])
    told = call(capsys, *words, "demo:huangyi").out
    assert "没达到的是：没有裁员，或者裁员率没有超过上限" in told
    assert "laid off" in told and "[M]" in told
    assert call(capsys, *words, "91500999MADEM99999").status == 1
    assert call(capsys, "policy", "explain", "keep-jobs", "--person", "demo:qinsu").status == 1
