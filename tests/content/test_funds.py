"""Money behind loans and grants: a post fills one fund, and does nothing else with it."""

from __future__ import annotations

import pytest

from minsheng.content.loading import read_roots

CASES = {
    "loans/ladder/loan.yaml": (("fund: treasury.risk", "fund: science.pool"), "fund: bank.hanguang"),
    "stakes/seed/stake.yaml": (("fund: science.pool", "fund: treasury.risk"), "fund: science.bureau"),
}  # fmt: skip


@pytest.mark.parametrize("path", CASES)
def test_a_post_fills_one_fund_and_does_nothing_else_with_it(root, path):
    (own, other), deciding = CASES[path]
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert read_roots([root]).problems == []
    for wrong in (other, deciding):
        file.write_text(text.replace(own, wrong), encoding="utf-8")
        (problem,) = read_roots([root]).problems
        assert "fund" in str(problem) or "资金" in str(problem) or "经费" in str(problem)
