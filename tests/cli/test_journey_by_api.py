"""`minsheng journey … --by api`: only stories that can be walked so; the walk itself is long."""

from __future__ import annotations

import pytest
from tests.cli.cli_caller import call, run


def test_a_story_of_pages_alone_is_not_walked_by_api(capsys: pytest.CaptureFixture[str]) -> None:
    for story in ("firm", "newborn"):
        said = call(capsys, "journey", story, "--by", "api")
        assert said.status == 2
        assert "只能按网页走" in said.err


@pytest.mark.long
def test_a_subsidy_is_claimed_paid_and_kept_over_the_api_alone() -> None:
    words = ("journey", "entitlement", "--by", "api", "--households", "20", "--json")
    said = run(*words, environment={})
    told = said.json
    assert (said.status, told["wrong"]) == (0, []), said.out + said.err
    assert (told["paid_fen"], told["clawback"], told["books"]) == (60_000, "refused", "balanced")
