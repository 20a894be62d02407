"""One certificate is paid for once, whichever subsidy it is; another certificate is paid for too."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.apps.grants.story import CARD
from tests.apps.grants.test_all_policies import told

from minsheng.apps.grants import actions
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import reads
from minsheng.cli.demo import policies as demo
from minsheng.lib.errors import Conflict

pytestmark = pytest.mark.django_db
SKILL, TRAINING = "skill-subsidy", "training-subsidy"


def welder(district: Any, **further: object) -> Any:
    """Return 张磊, whose course and level are of one certificate; insured long enough for both subsidies."""
    demo.note(timezone.localdate())
    account = district.account("zhanglei")
    policies.note_facts(
        account.person, told({"unemployment_insured_months": 20, **further}), by="system"
    )
    for slug in (SKILL, TRAINING):
        budget = payouts.propose_budget(
            slug, timezone.localdate().year, 10**7, by=district.account("duanlin")
        )
        payouts.give_budget(budget.pk, by=district.account("guanyi"))
    return account


def approved(district: Any, slug: str) -> Grant:
    grant = actions.claim(slug, by=district.account("zhanglei"), account_number=CARD)
    actions.decide(grant.pk, by=district.account("tangli"))
    return actions.approve(grant.pk, by=district.account("jinyue"))


def paid() -> list[tuple[str, int]]:
    return sorted(Instalment.objects.values_list("policy", "amount_fen"))


@pytest.mark.parametrize(("first", "second"), [(TRAINING, SKILL), (SKILL, TRAINING)])
def test_the_same_certificate_is_paid_for_once(district: Any, first: str, second: str) -> None:
    account = welder(district)
    approved(district, first)
    with pytest.raises(Conflict) as refused:
        actions.claim(second, by=account)
    assert refused.value.code == "grants.same_thing"
    assert "同一个证书" in refused.value.zh
    assert len(paid()) == 1


def test_not_even_after_the_first_award_has_ended(district: Any) -> None:
    account = welder(district)
    grant = approved(district, TRAINING)
    actions.give_up(grant.pk, by=account)
    for slug in (SKILL, TRAINING):
        with pytest.raises(Conflict) as refused:
            actions.claim(slug, by=account)
        assert refused.value.code == "grants.same_thing"


@pytest.mark.parametrize(("first", "second"), [(TRAINING, SKILL), (SKILL, TRAINING)])
def test_different_certificates_are_both_paid_for(district: Any, first: str, second: str) -> None:
    welder(district, training_certificate_number="S000050099800031")
    approved(district, first)
    approved(district, second)
    assert paid() == [(SKILL, 100_000), (TRAINING, 180_000)]


def test_while_a_number_is_unknown_they_are_taken_for_the_same(district: Any) -> None:
    account = welder(district, training_certificate_number="")
    approved(district, TRAINING)
    assert Grant.objects.get().subject_digest == ""
    with pytest.raises(Conflict) as refused:
        actions.claim(SKILL, by=account)
    assert refused.value.code == "grants.excluded"
    assert "按证书编号" in refused.value.zh


def test_two_claims_for_one_certificate_end_with_one_decided(district: Any) -> None:
    account = welder(district)
    first = actions.claim(TRAINING, by=account, account_number=CARD)
    Grant.objects.create(
        person=account.person, policy=SKILL, claimed_by=account, from_month=first.from_month,
        subject_digest=first.subject_digest,
    )  # fmt: skip
    officer = district.account("tangli")
    done = []
    for grant in Grant.objects.order_by("pk"):
        try:
            done.append(actions.decide(grant.pk, by=officer).policy)
        except Conflict as refused:
            assert refused.code == "grants.excluded"
    assert len(done) == 1


def test_another_certificate_is_claimed_beside_the_first_and_paid_the_month_after(
    district: Any,
) -> None:
    account = welder(district)
    first = approved(district, TRAINING)
    assert actions.claim(TRAINING, by=account) == first, "the same click again"
    again = told({"training_certificate_number": "S000050099800047", "training_price_fen": 90_000})
    policies.note_facts(account.person, again, by="system")
    second = actions.claim(TRAINING, by=account)
    assert second.pk != first.pk
    assert second.from_month > first.from_month
    assert Grant.objects.get(pk=first.pk).state == "ended"


def test_what_was_paid_here_counts_among_the_times_of_this_year(district: Any) -> None:
    account = welder(district)
    approved(district, SKILL)
    today = timezone.localdate()
    assert reads.scope_of(account.person, on=today).get("skill_subsidies_this_year") == 1
    other = told({"skill_certificate_number": "S000050099800055", "skill_level": "four"})
    policies.note_facts(account.person, other, by="system")
    with pytest.raises(Conflict) as refused:
        actions.claim(SKILL, by=account)
    assert refused.value.code == "grants.not_entitled"
    next_year = today.replace(year=today.year + 1)
    assert reads.scope_of(account.person, on=next_year).get("skill_subsidies_this_year") == 0
