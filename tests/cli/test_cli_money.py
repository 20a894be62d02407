"""`minsheng grants`, `minsheng payouts`, `minsheng talent`: figures without names, points explained."""

from __future__ import annotations

import pytest
from tests.apps.grants.story import CARD, FLEXIBLE, answer, batched, fill_pot, paid
from tests.apps.scores.talents_of import confirmed
from tests.cli.cli_caller import call

from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts

pytestmark = pytest.mark.django_db


def test_awards_are_listed_in_figures_without_a_name(
    district, capsys: pytest.CaptureFixture[str]
) -> None:
    paid(district)
    (row,) = call(capsys, "grants", "list", "--json").json["grants"]
    assert (row["state"], row["months_paid"], row["paid_fen"]) == ("running", 1, 60_000)
    assert "1 个月 600.00 元" in call(capsys, "grants", "list", "--policy", FLEXIBLE).out
    assert call(capsys, "grants", "list", "--state", "ended", "--json").json["grants"] == []
    assert "没有" in call(capsys, "grants", "list", "--state", "ended").out
    assert call(capsys, "grants", "list", "--policy", "no-such").status == 1
    assert "running" in call(capsys, "grants", "list", "--state", "gone").err


def test_an_award_is_shown_month_by_month_and_its_person_is_not(
    district, capsys: pytest.CaptureFixture[str]
) -> None:
    paid(district)
    number = str(Grant.objects.get().pk)
    said = call(capsys, "grants", "show", number, "--json").json
    assert [one["amount_fen"] for one in said["months"]] == [60_000]
    assert said["people"] == 3
    assert said["months"][0]["sheet"]
    out = call(capsys, "grants", "show", number).out
    assert "600.00" in out
    for secret in ("秦素", CARD, "0000"):
        assert secret not in out.replace(said["sheet"], "").replace(said["months"][0]["sheet"], "")
    assert call(capsys, "grants", "show", "999999").status == 1


def test_a_pot_and_a_batch_are_told(district, capsys: pytest.CaptureFixture[str]) -> None:
    assert "没有" in call(capsys, "payouts", "batches").out
    batch = paid(district)
    fill_pot(district)
    pots = {one["policy"]: one for one in call(capsys, "payouts", "pots", "--json").json["pots"]}
    assert (pots[FLEXIBLE]["given_fen"], pots[FLEXIBLE]["spent_fen"]) == (2_000_000, 60_000)
    assert "付了 600.00" in call(capsys, "payouts", "pots").out
    (row,) = call(capsys, "payouts", "batches", "--json").json["batches"]
    assert (row["number"], row["open"]) == (batch.number, 0)
    said = call(capsys, "payouts", "show", batch.number, "--json")
    assert (said.status, said.json["whole"], said.json["answers"]) == (0, True, 1)
    assert "秦素" not in call(capsys, "payouts", "show", batch.number).out
    assert call(capsys, "payouts", "show", "F20-000001").status == 1


def test_a_batch_about_which_the_bank_must_be_asked_is_not_well(
    district, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = batched(district)
    by = district.account("duanlin")
    payouts.read_bank_answer(batch.number, answer(batch), by=by)
    payouts.read_bank_answer(batch.number, answer(batch, outcome="refused", reason="AC04"), by=by)
    said = call(capsys, "payouts", "show", batch.number)
    assert said.status == 1
    assert "要问银行" in said.out


def test_a_talents_points_are_explained_with_what_they_open(
    district, capsys: pytest.CaptureFixture[str]
) -> None:
    confirmed(district, "degree", "grade", "tax_fen")
    said = call(capsys, "talent", "explain", "demo:huangyi", "--json").json
    assert said["openings"]["venue"]["open"] is True
    assert said["numbers"]["degree"] == "confirmed"
    out = call(capsys, "talent", "explain", "demo:huangyi").out
    assert "场馆和活动先约: 可以" in out
    assert "never a basic right" in out
    assert "场馆" not in call(capsys, "talent", "explain", "demo:huangyi", "--language", "en").out
    for nobody in ("huangyi", "demo:nobody"):
        assert call(capsys, "talent", "explain", nobody).status == 1
