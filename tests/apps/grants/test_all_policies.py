"""Every policy that can be decided goes all the way: claimed, decided by two, paid or recognised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.apps.grants.story import CARD, answer

from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts.models import Instalment
from minsheng.apps.people.actions import offices
from minsheng.apps.people.actions.persons import create_person
from minsheng.apps.people.models import Account
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.models import APPROVED, Override
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.cli.demo import policies as demo
from minsheng.content.loading import default_roots, load
from minsheng.lib.errors import Conflict, NotAllowed

pytestmark = pytest.mark.django_db

OFFICERS = {
    "hr": ("tangli", "jinyue"),
    "civil": ("dengyan", "aiming"),
    "health": ("hemiao", "kongrong"),
}
CLAIMANTS: Mapping[str, tuple[str, Mapping[str, object], int]] = {
    "child-allowance": ("wangfang", {}, 360_000),
    "disabled-living": ("wumei", {}, 30_000),
    "disabled-nursing": ("chenlian", {}, 30_000),
    "elder-disabled": ("chenlian", {}, 30_000),
    "elder-meals": ("chenlian", {}, 22 * 30_000),
    "elder-medical-help": ("chenlian", {}, 0),
    "flexible-insurance": ("qinsu", {"work": "flexible"}, 60_000),
    "hard-to-employ": ("zhanglei", {"land_lost": True}, 0),
    "jobless-registration": ("linxia", {"jobless_registered": False}, 0),
    "skill-subsidy": ("liqiang", {}, 200_000),
    "training-subsidy": ("zhanglei", {}, 180_000),
    "unemployment-benefit": ("linxia", {}, 30_000),
}
"""Who claims it in the demonstration, what a register says of them beside, and what is paid at first."""


def decided_policies() -> list[str]:
    """Return the policies for people of the product's packs that can be decided."""
    found = load(default_roots()).policies
    assert found is not None
    return sorted(
        slug for slug, one in found.policies.items() if one.is_configured and one.about == "person"
    )


def enter_rates(district: Any, slug: str) -> None:
    """Let two officers have entered 300 yuan for each rate that the district still has to enter."""
    for name, param in policy(slug).params.items():
        if param.values[-1].value is None:
            Override.objects.create(
                policy=slug, name=name, value="30000", since=timezone.localdate() - timedelta(400),
                reason="测试", source="测试里填的", seen="x", state=APPROVED,
                proposed_by=district.account("dengyan"), decided_by=district.account("zhoujing"),
            )  # fmt: skip


def claimant(district: Any, slug: str) -> Account:
    """Return who claims a policy, with what the registers say of them and their household."""
    username, further, _ = CLAIMANTS[slug]
    demo.note(timezone.localdate())
    account: Account = district.account(username)
    if slug == "child-allowance":
        household_with_a_child(account)
    policies.note_facts(account.person, told(further), by="system")
    return account


def household_with_a_child(account: Account) -> None:
    """Let her live with a child of half a year."""
    since = timezone.localdate() - timedelta(days=180)
    child = create_person(None, "演示婴儿", birth=since, sex="f", demo=True)
    assert account.person is not None
    offices.create_household([(account.person, "head", True), (child, "child", False)], since=since)
    said = {"hukou": "here_urban", "allowance_paid_elsewhere": False}
    policies.note_facts(child, told(said), by="system")


def told(facts: Mapping[str, object]) -> dict[str, Known]:
    known = shelf().vocabulary.facts
    today = timezone.localdate()
    return {name: Known(one, known["person", name].source, today) for name, one in facts.items()}


def approved(district: Any, slug: str) -> Grant:
    """Return the award of a policy, agreed by the two officers of its office; the rest are refused."""
    account = claimant(district, slug)
    enter_rates(district, slug)
    found = policy(slug)
    first, second = (district.account(one) for one in OFFICERS[found.office])
    if found.pays:
        budget = payouts.propose_budget(
            slug, timezone.localdate().year, 10**7, by=district.account("duanlin")
        )
        payouts.give_budget(budget.pk, by=district.account("guanyi"))
    grant = actions.claim(slug, by=account, account_number=CARD if found.pays else "")
    for stranger in (second, district.account("liqiang"), district.account("duanlin")):
        with pytest.raises(NotAllowed):
            actions.decide(grant.pk, by=stranger)
    actions.decide(grant.pk, by=first)
    with pytest.raises(NotAllowed):
        actions.approve(grant.pk, by=first)
    return actions.approve(grant.pk, by=second)


def test_every_decided_policy_has_a_story_here() -> None:
    assert len(decided_policies()) >= 13
    assert set(decided_policies()) == {*CLAIMANTS, "startup-loan"}


@pytest.mark.parametrize("slug", sorted(CLAIMANTS))
def test_claimed_decided_by_two_and_paid_or_recognised(district: Any, slug: str) -> None:
    grant, fen = approved(district, slug), CLAIMANTS[slug][2]
    assert grant.state == "running"
    (line,) = reads.own_grants(district.account(CLAIMANTS[slug][0]))
    if not fen:
        assert not Instalment.objects.exists()
        assert line.said.zh == "认定了，在生效"
        assert actions.compute_due() == 0
        return
    batch = payouts.make_batch(slug, by=district.account("duanlin"), pay_on=timezone.localdate())
    payouts.read_bank_answer(batch.number, answer(batch), by=district.account("duanlin"))
    (line,) = reads.own_grants(district.account(CLAIMANTS[slug][0]))
    assert (line.paid_fen, line.months) == (fen, 1)


def test_a_loan_is_not_claimed_as_a_grant_and_says_where_to_go(district: Any) -> None:
    with pytest.raises(Conflict) as refused:
        actions.claim("startup-loan", by=claimant(district, "training-subsidy"))
    assert refused.value.code == "grants.loan"
    assert "镇街" in refused.value.zh
    assert not Grant.objects.exists()


def test_a_registration_makes_its_facts_true_until_it_ends(district: Any) -> None:
    grant = approved(district, "jobless-registration")
    known = dossiers.of_person(grant.person)
    assert known["jobless_registered"].value is True
    assert known["jobless_registered"].source == f"award:{grant.pk}"
    assert known["jobless_since"].value == timezone.localdate().isoformat()
    actions.give_up(grant.pk, by=district.account("linxia"))
    assert dossiers.of_person(grant.person)["jobless_registered"].value is False


def test_what_a_register_said_since_is_left_when_a_registration_ends(district: Any) -> None:
    grant = approved(district, "jobless-registration")
    policies.note_facts(grant.person, told({"jobless_registered": True}), by="system")
    actions.give_up(grant.pk, by=district.account("linxia"))
    assert dossiers.of_person(grant.person)["jobless_registered"].value is True


def test_recognised_people_may_claim_what_needs_it(district: Any) -> None:
    """张磊 can't have the insurance subsidy before he is recognised; the recognition is known at once."""
    account = district.account("zhanglei")
    grant = approved(district, "hard-to-employ")
    page = district.client("zhanglei").get(f"/mine/grants/{grant.pk}").content.decode()
    assert "认定了，在生效" in page
    assert dossiers.of_person(account.person)["hard_to_employ_recognised"].value is True
    with pytest.raises(Conflict) as refused:
        actions.claim("hard-to-employ", by=district.account("liqiang"))
    assert refused.value.code == "grants.not_entitled"
