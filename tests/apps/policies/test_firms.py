"""What a firm is entitled to: by the numbers of its scores, for whoever speaks for it, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.scores.firms_of import declared, firm, noted
from tests.factories import District

from minsheng.apps.policies import firms, reads
from minsheng.apps.scores import reads as scores
from minsheng.apps.screening import publishing
from minsheng.apps.screening.publishing import NewValue
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.rules import Missing, Reason

pytestmark = pytest.mark.django_db
KEPT = {
    "staff": "86", "large": "否", "laid_off": "2", "premium_months": "48", "premium_fen": "61,920",
}  # fmt: skip


def slugs(lines: tuple[reads.Line, ...]) -> set[str]:
    return {line.policy.slug for line in lines}


def test_a_firm_is_decided_by_numbers_it_declared_once(district: District) -> None:
    nothing = firms.entitled(district.account("huangyi"), on=district.today)
    assert nothing.yes == () and "keep-jobs" in slugs(nothing.unknown)
    declared(district, **KEPT)
    found = firms.entitled(district.account("huangyi"), on=district.today)
    assert slugs(found.yes) == {"keep-jobs"}
    (line,) = found.yes
    assert line.decision.amount_fen is None
    assert line.decision.missing == frozenset({Missing("share_small", Reason.NOT_ENTERED)})
    assert "本区还没有填这个标准" in line.amount.zh
    assert {one.slug for one in found.unconfigured} >= {"knowledge-credit", "veteran-tax"}
    assert "graduate-search" not in {one.slug for one in found.unconfigured}


def test_what_an_office_noted_decides_as_well(district: District) -> None:
    declared(district, **KEPT)
    noted(district, laid_off="5")
    found = firms.told_firm(firm(district), "keep-jobs", on=district.today)
    assert found is not None and found.told.decision.failing == ("kept",)


def test_a_yes_or_no_is_kept_as_such_and_nothing_else_is_taken(district: District) -> None:
    declared(district, here="是", in_store="否")
    assert firms.scope_of_firm(firm(district))["in_store"] is False
    found = firms.told_firm(firm(district), "ladder-loan", on=district.today)
    assert found is not None and found.told.decision.failing == ("store",)
    assert any("入库" in one.zh for one in found.ways.advice)
    with pytest.raises(WrongInput, match="yes or no") as refused:
        declared(district, here="也许")
    assert refused.value.field == "here"
    assert scores.facts_of(firm(district))["here"] == 1


def test_strangers_and_officers_read_nothing_of_a_firm(district: District) -> None:
    code = declared(district, **KEPT).credit_code
    for name in ("liqiang", "yuelan"):
        with pytest.raises(NotAllowed):
            firms.entitled(district.account(name), on=district.today, code=code)
        with pytest.raises(NotAllowed):
            firms.told(district.account(name), "keep-jobs", on=district.today, code=code)


def test_residents_and_firms_each_have_their_own(district: District) -> None:
    mine = reads.entitled(district.account("qinsu"), on=district.today)
    assert all(one.is_for_residents for one in mine.unconfigured)
    assert "keep-jobs" not in slugs((*mine.yes, *mine.unknown, *mine.no))
    with pytest.raises(NotFound, match="is for firms"):
        reads.told(district.account("qinsu"), "keep-jobs", on=district.today)
    with pytest.raises(NotFound, match="for persons"):
        firms.told_firm(firm(district), "startup-loan", on=district.today)
    assert firms.told_firm(firm(district), "growth-loan", on=district.today) is None


def test_two_officers_enter_the_rate_that_was_missing(district: District) -> None:
    declared(district, **KEPT)
    since = district.today + timedelta(days=1)
    new = NewValue(
        policy="keep-jobs", name="share_small", value="3/5", since=since, reason="通知到了", source="2026 年通知"
    )  # fmt: skip
    row = publishing.propose(new, by=district.account("tangli"))
    publishing.decide(row.pk, approve=True, by=district.account("zhoujing"))
    today = firms.told_firm(firm(district), "keep-jobs", on=district.today)
    assert today is not None and today.told.decision.amount_fen is None
    then = firms.told_firm(firm(district), "keep-jobs", on=since)
    assert then is not None and then.told.decision.amount_fen == 37_152_00
    with pytest.raises(Conflict):
        publishing.decide(row.pk, approve=True, by=district.account("zhoujing"))
