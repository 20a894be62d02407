"""Two policies that may not be had together: at the claim, at the decision, month by month, on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.grants.story import CARD, FLEXIBLE, fill_pot, known, month, running

from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.policies.shelf import shelf
from minsheng.engines.policies.spec import Conflict as Clash
from minsheng.lib.cites import Cite
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text
from minsheng.rules import Rule

pytestmark = pytest.mark.django_db
CITE = Cite(Text("测试里的规定"), "L")


def twin(monkeypatch: Any, kind: Any, *, rule: str = "flexible_paid_fen_month * 1") -> None:
    """Let there be a second policy that pays the whole premium and clashes with the first."""
    first = shelf().policies[FLEXIBLE]
    schema = shelf().vocabulary.model.schema("person")
    other = replace(
        first, slug="twin", title=Text("整额补贴"), short=Text("整额补贴"), ledger="",
        amount=Rule.parse(rule, schema, gives="money"),
        conflicts=(Clash(other=FLEXIBLE, kind=kind, cite=CITE),),
    )  # fmt: skip
    monkeypatch.setitem(shelf().policies, "twin", other)


def pot(district: Any) -> None:
    budget = payouts.propose_budget(
        "twin", timezone.localdate().year, 10**6, by=district.account("duanlin")
    )
    payouts.give_budget(budget.pk, by=district.account("guanyi"))


def approved(district: Any) -> Grant:
    grant = actions.claim("twin", by=district.account("qinsu"))
    actions.decide(grant.pk, by=district.account("tangli"))
    return actions.approve(grant.pk, by=district.account("jinyue"))


def test_beside_what_runs_the_excluded_one_is_refused_with_the_basis(
    district: Any, monkeypatch: Any
) -> None:
    twin(monkeypatch, "instead")
    running(district)
    with pytest.raises(Conflict) as refused:
        actions.claim("twin", by=district.account("qinsu"))
    assert refused.value.code == "grants.excluded"
    assert "灵活就业社保补贴" in refused.value.zh
    assert "测试里的规定" in refused.value.zh
    assert Grant.objects.count() == 1


def test_the_lower_one_is_not_claimed_beside_the_higher(district: Any, monkeypatch: Any) -> None:
    twin(monkeypatch, "higher", rule="flexible_paid_fen_month * 0 + 100")
    running(district)
    with pytest.raises(Conflict) as refused:
        actions.claim("twin", by=district.account("qinsu"))
    assert "7,200.00" in refused.value.zh
    assert "12.00" in refused.value.zh


def test_the_higher_one_takes_over_and_no_month_is_paid_twice(
    district: Any, monkeypatch: Any
) -> None:
    twin(monkeypatch, "higher")
    lower = running(district)
    pot(district)
    higher = approved(district)
    assert [(row.policy, row.month) for row in Instalment.objects.all()] == [(FLEXIBLE, month())]
    Grant.objects.update(from_month=month(-1))
    for slug in ("twin", FLEXIBLE):
        actions.compute_months(slug, by=district.account("tangli"))
    rows = sorted((row.month, row.policy, row.amount_fen) for row in Instalment.objects.all())
    assert rows == [(month(-1), "twin", 90_000), (month(), FLEXIBLE, 60_000)]
    assert {lower.state, higher.state} == {"running"}


def test_a_sequence_waits_until_the_other_has_ended(district: Any, monkeypatch: Any) -> None:
    twin(monkeypatch, "after")
    grant = running(district)
    with pytest.raises(Conflict):
        actions.claim("twin", by=district.account("qinsu"))
    Grant.objects.filter(pk=grant.pk).update(state="ended", ended_on=month(1))
    assert actions.claim("twin", by=district.account("qinsu")).state == "claimed"


def test_the_page_says_which_was_chosen_and_why(district: Any, monkeypatch: Any) -> None:
    twin(monkeypatch, "higher")
    known(district)
    out = reads.left_out(district.account("qinsu"), [FLEXIBLE, "twin"], on=timezone.localdate())
    assert set(out) == {FLEXIBLE}
    page = district.client("qinsu").get("/mine/policies").content.decode()
    assert "只发高的一项" in page
    assert "10,800.00" in page


def test_claims_of_two_at_once_are_decided_by_the_rule_too(district: Any, monkeypatch: Any) -> None:
    known(district)
    fill_pot(district)
    first = actions.claim(FLEXIBLE, by=district.account("qinsu"), account_number=CARD)
    twin(monkeypatch, "higher")
    actions.claim("twin", by=district.account("qinsu"))
    with pytest.raises(Conflict) as refused:
        actions.decide(first.pk, by=district.account("tangli"))
    assert refused.value.code == "grants.excluded"
