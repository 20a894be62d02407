"""`minsheng policy`: screened, compared, tried with another number, checked, interviewed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.cli.cli_caller import call

from minsheng.apps.policies import actions as policies
from minsheng.cli.demo import policies as demo

FLEXIBLE = "flexible-insurance"


@pytest.fixture
def told(district: Any) -> Any:
    demo.note(timezone.localdate())
    policies.answer(district.account("qinsu"), "work", "flexible", on=timezone.localdate())
    return district


@pytest.mark.django_db
def test_invented_people_are_screened_and_the_demonstration_too(
    told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    many = call(capsys, "policy", "screen", "--people", "400", "--json").json
    one = many["policies"][FLEXIBLE]
    assert one["yes"] + one["unknown"] + one["no"] == many["people"] >= 400
    assert one["yes"] > 0
    assert call(capsys, "policy", "screen", "--people", "400", "--json").json == many
    few = call(capsys, "policy", "screen", "--policy", FLEXIBLE, "--json").json
    assert few["policies"][FLEXIBLE]["yes"] == 1
    compared = call(capsys, "policy", "diff", str(few["run"]), "--json").json
    assert compared["changes"] == {FLEXIBLE: []}
    words = call(capsys, "policy", "screen", "--policy", FLEXIBLE)
    assert f"{FLEXIBLE}：符合 1" in words.out
    assert "（" not in call(capsys, "policy", "diff", str(few["run"])).out


@pytest.mark.django_db
def test_a_number_is_tried_on_invented_people_and_on_the_district(
    told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("policy", "simulate", FLEXIBLE, "--set", "share=1/2", "--people", "400")
    found = call(capsys, *words, "--curve", "5", "--json").json
    assert found["after"]["cost_fen"] * 4 == found["before"]["cost_fen"] * 3
    assert found["losers"] == found["before"]["yes"] - found["before"]["open"]
    costs = [fen for _, fen, _ in found["curve"]]
    assert costs[0] == found["before"]["cost_fen"]
    assert costs[-1] == found["after"]["cost_fen"]
    assert costs == sorted(costs, reverse=True)
    here = call(capsys, "policy", "simulate", FLEXIBLE, "--set", "share=1/2", "--json").json
    assert (here["before"]["cost_fen"], here["after"]["cost_fen"]) == (None, None)  # one person
    assert (here["losers"], here["more_fen"]) == (None, None)
    assert {counts[2] for counts in here["groups"]["性别"].values()} <= {None, 0}
    assert "少得的 少 人" in call(capsys, *words[:5]).out
    assert call(capsys, "policy", "simulate", FLEXIBLE, "--set", "shares=1/2").status != 0


@pytest.mark.django_db
def test_policies_are_checked_and_a_session_needs_no_more_than_it_asks(
    told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, "policy", "check", "--json").json["errors"] == []
    answers = '{"network_seller": false, "rural_founder": false}'
    words = ("policy", "interview", "--person", "demo:qinsu", "--answers", answers, "--json")
    found = call(capsys, *words).json
    assert found["settled"] > 0
    assert len(set(found["asked"])) == len(found["asked"])
    assert "work" not in found["asked"]


@pytest.mark.django_db
def test_the_amount_moves_as_a_fact_rises_and_each_cliff_is_named(
    told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("policy", "cliffs", FLEXIBLE, "received.flexible_insurance", "--person", "demo:qinsu")
    found = call(capsys, *words, "--json").json
    assert found["cliffs"] == [{"at": 36, "loss_fen": 60_000}]
    assert [(one["low"], one["high"], one["eligible"]) for one in found["pieces"]] == [
        (0, 35, True), (36, 1000, False),
    ]  # fmt: skip
    page = call(capsys, *words).out
    assert "从 35 个月到 36 个月：少领 600.00 元。" in page
    assert "From 35 months to 36 months: it loses 600.00 yuan." in page
    assert "At" not in call(capsys, *words, "--language", "zh").out


@pytest.mark.django_db
def test_a_household_is_described_and_its_share_is_exact(
    told: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = ("policy", "cliffs", FLEXIBLE, "flexible_paid_fen_month")
    whoever = ("--person", "demo:qinsu", "--to", "3,000")
    found = call(capsys, *paid, *whoever, "--json").json
    assert found["cliffs"] == []
    assert found["pieces"][-1] == {
        "low": 1, "high": 300_000, "eligible": True, "at_low_fen": 1, "at_high_fen": 200_000,
        "marginal_rate": "-2/3",
    }  # fmt: skip
    page = call(capsys, *paid, *whoever).out
    assert "每多 1 元多得 2/3 元" in page
    assert "Nowhere does more of it lose." in page
    unknown = call(capsys, *paid, "--facts", "{}", "--json").json
    assert {one["eligible"] for one in unknown["pieces"]} == {None, False}
    other = call(capsys, *paid, *whoever, "--facts", '{"work": "none"}', "--json").json
    assert [one["eligible"] for one in other["pieces"]] == [False]
    loan = ("policy", "cliffs", "startup-loan", "loan_wanted_fen", "--facts", "{}")
    page = call(capsys, *loan).out
    assert "定不了" in page
    assert "没有一处" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [("work",), ("flexible_paid_fen_month", "--to", "much"), ("loan_wanted_fen",),
              ("flexible_paid_fen_month", "--facts", "[]")]
)  # fmt: skip
def test_what_cannot_rise_is_refused_with_what_can(
    told: Any, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...]
) -> None:
    found = call(capsys, "policy", "cliffs", FLEXIBLE, *wrong)
    assert found.status != 0
    assert found.out == ""
    if len(wrong) == 1:
        assert "flexible_paid_fen_month" in found.err
