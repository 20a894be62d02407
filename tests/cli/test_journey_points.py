"""`minsheng journey points` and `minsheng accounts`: the story in fresh processes, and what adds up."""

from __future__ import annotations

import os

import pytest
from tests.cli.cli_caller import call, run
from tests.factories import District

from minsheng.apps.accounts.models import Account
from minsheng.apps.points import actions

POSTGRES = os.environ.get("MINSHENG_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
STEPS = {
    "proposed": 2,
    "published": 1,
    "objected": 1,
    "corrected": 1,
    "posted": 1,
    "exchanged": 1,
    "reversed": 1,
    "lapsed": 1,
    "expired": 1,
    "sum": 0,
    "accounts_ok": True,
    "audit_ok": True,
    "wrong": [],
}


@pytest.mark.skipif(
    os.environ.get("MINSHENG_DATABASE", "").startswith("postgres"), reason="walks on SQLite"
)
def test_the_story_of_points_holds() -> None:
    answer = run("journey", "points", "--json", "--households", "20", environment={})
    assert answer.status == 0, answer.out + answer.err
    assert {key: answer.json[key] for key in STEPS} == STEPS


def test_a_balance_that_does_not_add_up_is_named(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    row = actions.join("village", "dongpo", by=district.account("wangfang"))
    assert call(capsys, "accounts", "verify", "--json").json["sum"] == 0
    Account.objects.filter(holder=row.holder, role="purse").update(balance=11)
    answer = call(capsys, "accounts", "verify", "--json")
    assert answer.status == 1
    assert answer.json["wrong"]


def test_what_is_due_is_done_now(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(capsys, "accounts", "due", "--json")
    assert answer.json == {"posted": 0, "lapsed": 0, "base": 0, "expired": 0}
