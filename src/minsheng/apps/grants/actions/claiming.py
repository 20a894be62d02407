"""A resident applies with one click for what they are entitled to; an officer for who is at the counter."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from minsheng.apps.grants import access, sheets, together
from minsheng.apps.grants.models import CLAIMED, ENDED, OPEN, RUNNING, Grant
from minsheng.apps.grants.writing import record, tell, tell_post
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.payouts import reads as payout_reads
from minsheng.apps.payouts.access import rules
from minsheng.apps.payouts.models import COUNTED
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account, Person
from minsheng.apps.policies.reads import scope_of
from minsheng.apps.policies.shelf import edition_in_force, policy_as_begun
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text


def claim(slug: str, *, by: Account, account_number: str = "") -> Grant:
    """Return the claim of a resident, made now or before; where money is paid their account is kept.

    Raises NotAllowed before they are proved, WrongInput where money is paid and no account is known,
    Conflict where the policy can't be claimed here or the answer isn't yes.
    """
    access.proved(by)
    edition = edition_in_force(slug, timezone.localdate())
    found = policy_as_begun(slug, edition)
    _claimable(found)
    with transaction.atomic():
        person = people.held_person_of(by)
        there = _open_for_the_same(person, found)
        if there is not None:
            return there
        _entitled(person, found)
        if found.pays and account_number:
            payouts.name_account(by, account_number)
        return _made(person, found, edition, by=by)


def claim_at_counter(
    slug: str, number: str, *, agreed: bool, by: Account, account_number: str = ""
) -> Grant:
    """Return the claim that an officer makes for somebody who is at the counter and agrees.

    number: that on the identity card they show. The person is told and can take it back. Raises
    NotAllowed for another post, WrongInput for a card that isn't known, without their word or without an
    account where money is paid, Conflict as `claim`.
    """
    edition = edition_in_force(slug, timezone.localdate())
    found = policy_as_begun(slug, edition)
    who = access.receiving(found, by)
    _claimable(found)
    shown = people_reads.person_by_number(" ".join(number.split()).upper())
    if shown is None:
        raise WrongInput(
            "grants.no_card",
            "没有找到这个号码。请照身份证再填一遍，别的都还在。",
            "Nobody has this number. Copy it from the card again; the rest is still there.",
            field="number",
        )
    if not agreed:
        raise WrongInput(
            "grants.not_agreed",
            "要本人同意才能替他申请。念给他听，他同意了再勾。",
            "Only with the person's word. Read it to them, and tick when they agree.",
            field="agreed",
        )
    with transaction.atomic():
        person = people.held(shown)
        if person.pk == by.person_id:
            raise access.no_such_grant()
        there = _open_for_the_same(person, found)
        if there is not None:
            return there
        _entitled(person, found)
        if found.pays and account_number:
            payouts.take_account(person, account_number, by=who)
        grant = _made(person, found, edition, by=by, at_counter=True)
        tell(
            grant,
            Text("窗口替您申请了一项", "A counter applied for you"),
            Text("是您在窗口同意的；不对的，在里面收回", "As you agreed there; if not, take it back inside"),
            key="counter",
        )  # fmt: skip
    return grant


def _open_for_the_same(person: Person, found: Policy) -> Grant | None:
    """Return the award that is there; one for another thing whose money is set aside makes room."""
    there = Grant.objects.filter(person=person, policy=found.slug, state__in=OPEN).first()
    if there is None or not there.subject_digest:
        return there
    scope = scope_of(person, on=timezone.localdate())
    subject = together.subject_of(found, scope, [there.subject_digest])
    months = payout_reads.instalments_of(person, found.slug)
    is_settled = there.state == RUNNING and any(one.state in COUNTED for one in months)
    if subject in ("", there.subject_digest) or not is_settled:
        return there
    there.state, there.ended_on = ENDED, sheets.month_after(timezone.localdate())
    there.save(update_fields=["state", "ended_on"])
    record(there, "settled", "system")
    return None


def _entitled(person: Person, found: Policy) -> None:
    """Raise Conflict where a policy doesn't come out as yes, or something else excludes it."""
    today = timezone.localdate()
    reckoned = sheets.reckon(person, found, month=sheets.month_of(today), claimed_on=today)
    if reckoned.value is not True:
        raise Conflict(
            "grants.not_entitled",
            "按现在的登记还不符合，所以没有提交。这一页写了差哪一条、怎样才能符合。",
            "On what is registered now you don't qualify, so nothing was sent. The page says "
            "which condition is missing and how you could.",
        )
    together.refuse_second(person, found, on=today)
    choice = together.choices(person, on=today, also=[found.slug])[found.slug]
    if not choice.is_kept:
        raise together.excluded(choice)


def _made(
    person: Person, found: Policy, edition: int | None, *, by: Account, at_counter: bool = False
) -> Grant:
    """Return the new claim, in the caller's transaction; its office is told."""
    if found.pays and payout_reads.purse_of(person) is None:
        raise WrongInput(
            "grants.account",
            "请填收钱的银行卡号，只填这一次。",
            "Give the bank account for the money; only this once.",
            field="account",
        )
    today = timezone.localdate()
    grant = Grant.objects.create(
        person=person, policy=found.slug, state=CLAIMED, from_month=_first_month(person, found),
        claimed_by=by, at_counter=at_counter, edition_id=edition,
        subject_digest=together.subject_of(found, scope_of(person, on=today)),
    )  # fmt: skip
    how = {"counter": "card_seen", "consent": "spoken"} if at_counter else {}
    record(grant, "claimed", f"account:{by.pk}", month=f"{grant.from_month:%Y-%m}", **how)
    tell_post(
        grant, rules().decide.get(found.office, ""),
        Text("有人申请，等您初审", "A claim waits for your decision"), key="claimed",
    )  # fmt: skip
    return grant


def _first_month(person: Person, found: Policy) -> date:
    """Return the month an award begins: this one, or the next in which nothing of it was paid for something else."""
    month = sheets.month_of(timezone.localdate())
    if found.for_each:
        taken = {one.month for one in payout_reads.instalments_of(person, found.slug)}
        while month in taken:
            month = sheets.month_after(month)
    return month


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
