"""A resident applies with one click for what they are entitled to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.grants import access, sheets, together
from minsheng.apps.grants.models import CLAIMED, OPEN, Grant
from minsheng.apps.grants.writing import record, tell_post
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.access import rules
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.apps.policies.shelf import edition_in_force, policy_as_begun
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


def claim(slug: str, *, by: Account, account_number: str = "") -> Grant:
    """Return the claim of a resident, made now or before; where money is paid their account is kept.

    Raises NotAllowed before they are proved, WrongInput where money is paid and no account is known,
    Conflict where the policy can't be claimed here or the answer isn't yes.
    """
    person, edition = access.proved(by), edition_in_force(slug, timezone.localdate())
    found = policy_as_begun(slug, edition)
    _claimable(found)
    with transaction.atomic():
        person = people.held_person_of(by)
        there = Grant.objects.filter(person=person, policy=slug, state__in=OPEN).first()
        if there is not None:
            return there
        today = timezone.localdate()
        month = sheets.month_of(today)
        if sheets.reckon(person, found, month=month, claimed_on=today).value is not True:
            raise Conflict(
                "grants.not_entitled",
                "按现在的登记还不符合，所以没有提交。这一页写了差哪一条、怎样才能符合。",
                "On what is registered now you don't qualify, so nothing was sent. The page says "
                "which condition is missing and how you could.",
            )
        choice = together.choices(person, on=today, also=[slug])[slug]
        if not choice.is_kept:
            raise together.excluded(choice)
        if found.pays and account_number:
            payouts.name_account(by, account_number)
        elif found.pays and payout_reads.purse_of(person) is None:
            raise WrongInput(
                "grants.account",
                "请填收钱的银行卡号，只填这一次。",
                "Give the bank account for the money; only this once.",
                field="account",
            )
        grant = Grant.objects.create(
            person=person, policy=slug, edition_id=edition, state=CLAIMED, from_month=month,
            claimed_by=by,
        )  # fmt: skip
        record(grant, "claimed", f"account:{by.pk}", month=f"{month:%Y-%m}")
        tell_post(
            grant, rules().decide.get(found.office, ""),
            Text("有人申请，等您初审", "A claim waits for your decision"), key="claimed",
        )  # fmt: skip
    return grant


def _claimable(found: Policy) -> None:
    """Raise Conflict for what isn't claimed here, with where to go instead."""
    if found.gives == "loan":
        raise Conflict(
            "grants.loan",
            f"这一项是贷款，不从补贴里发，所以没有提交。{found.how.zh}",
            f"This is a loan, not paid as a grant, so nothing was sent. {found.how.to('en')}",
        )
    if not found.is_configured or found.about != "person":
        raise Conflict(
            "grants.not_configured",
            "这一项还没有配置好，没有提交。缺什么写在这项政策的页面上。",
            "This policy isn't configured yet, so nothing was sent. Its page says what is missing.",
        )
