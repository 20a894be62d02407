"""`minsheng clubs`: which rounds there are, a draw, a replay that finds what was changed."""

from __future__ import annotations

import pytest
from tests.apps.clubs.clubs_of import choose, later, opened
from tests.cli.cli_caller import call

from minsheng.apps.clubs import actions
from minsheng.apps.clubs.models import Round


def test_a_round_is_drawn_replayed_and_a_change_is_found(
    schooled, capsys: pytest.CaptureFixture[str]
):
    made = opened(schooled)
    choose(schooled, made, "linxia", "go")
    actions.close_round(made.pk, by=schooled.account("kongrui"), at=later())
    assert call(capsys, "clubs", "list", "--json").json["rounds"][0]["status"] == "closed"
    draw = ("clubs", "draw", str(made.pk), "--words", "3 1 6", "--json", "--by")
    assert call(capsys, *draw, "liqiang").status == 1
    assert call(capsys, *draw, "nobody").status == 1
    drawn = call(capsys, *draw, "kongrui")
    assert (drawn.status, drawn.json["places"]) == (0, 1)
    good = call(capsys, "clubs", "verify", str(made.pk), "--json")
    assert (good.status, good.json["is_good"], good.json["entries"]) == (0, True, 1)
    Round.objects.update(seed="00" * 32)
    bad = call(capsys, "clubs", "verify", str(made.pk), "--json")
    assert (bad.status, bad.json["is_good"]) == (1, False)
    assert bad.json["faults"]
