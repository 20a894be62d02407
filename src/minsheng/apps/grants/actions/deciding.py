"""One officer decides on a claim with the sheet before them; another approves and sets money aside."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from minsheng.apps.grants import access, sheets, together
from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.actions.months import compute
from minsheng.apps.grants.actions.recognising import make_so
from minsheng.apps.grants.models import CLAIMED, DECIDED, REFUSED, RUNNING, Grant
from minsheng.apps.grants.writing import checked, locked, record, sealed, tell, tell_post
from minsheng.apps.payouts.access import rules
from minsheng.apps.people.models import Account
from minsheng.engines.policies.spec import Gives
from minsheng.lib.errors import Conflict, NotAllowed
from minsheng.lib.texts import Text

AFTER: Mapping[Gives, Text] = {
    "money": Text(
        "钱已经留好，下一批发到您的卡里", "The money is set aside; it comes with the next batch"
    ),
    "recognition": Text(
        "从今天起算数，决定书在里面", "It counts from today; the decision is inside"
    ),
    "service": Text(
        "办这一项的部门会联系您，决定书在里面", "The office will call you; the decision is inside"
    ),
    "loan": Text(""),
}
"""What the person reads once two officers have agreed."""


def decide(grant_id: int, *, by: Account) -> Grant:
    """Decide that a claim is right: it is worked out anew, and the sheet is kept sealed.

    Raises Conflict where it no longer comes out as yes, or with no amount where money is paid.
    """
    with transaction.atomic():
        grant = locked(grant_id, CLAIMED)
        who, found = access.deciding(grant, by), policy_of(grant)
        if grant.claimed_by_id == by.pk:
            raise _own()
        claimed_on = timezone.localdate(grant.claimed_at)
        reckoned = sheets.reckon(grant.person, found, month=grant.from_month, claimed_on=claimed_on)
        if reckoned.value is not True or (found.pays and not reckoned.amount_fen):
            raise Conflict(
                "grants.changed",
                "现在算下来不符合了，没有通过。请退回，把没达到的那一条告诉本人。",
                "Worked out now it doesn't come out; nothing was agreed. Refuse it and say which "
                "condition isn't met.",
            )
        together.refuse_second(grant.person, found, on=timezone.localdate())
        choice = together.choices(grant.person, on=timezone.localdate())[grant.policy]
        if not choice.is_kept:
            raise together.excluded(choice)
        kept = sheets.sealed(grant.person, reckoned.text)
        grant.sheet_sealed, grant.sheet_digest = kept.token, kept.digest
        grant.state, grant.decided_by = DECIDED, by
        grant.save()
        record(grant, "decided", who, amount_fen=reckoned.amount_fen, sheet=kept.digest)
        tell_post(
            grant, rules().approve.get(found.office, ""),
            Text("有一笔申请等您复核", "An award waits for your second look"), key="decided",
        )  # fmt: skip
    return grant


def approve(grant_id: int, *, by: Account) -> Grant:
    """Approve a decided award as another person; the months due so far are set aside from the pot.

    A recognition makes its facts true instead, a service is left to its office.
    Raises NotAllowed for who decided it, Conflict where the pot has less than is needed: then nothing
    is approved.
    """
    with transaction.atomic():
        grant = locked(grant_id, DECIDED)
        who = access.approving(grant, by)
        if by.pk in (grant.decided_by_id, grant.claimed_by_id):
            raise _own()
        grant.state, grant.approved_by = RUNNING, by
        grant.settled_by, grant.settled_on = by, timezone.localdate()
        grant.save()
        record(grant, "approved", who, sheet=grant.sheet_digest)
        found = policy_of(grant)
        if found.pays:
            compute(grant, upto=sheets.month_of(timezone.localdate()), by=who)
        make_so(grant, by=who)
        tell(
            grant,
            Text("您的申请通过了", "Your application is approved"),
            AFTER[found.gives],
            key="approved",
        )
    return grant


def refuse(grant_id: int, words: str, *, by: Account) -> Grant:
    """Refuse a claim, or a decided award as the second person, with words the person reads and the sheet kept."""
    with transaction.atomic():
        grant = locked(grant_id, CLAIMED, DECIDED)
        who = access.deciding(grant, by) if grant.state == CLAIMED else access.approving(grant, by)
        grant.words_sealed = sealed(grant.person, checked(words))
        if not grant.sheet_sealed:
            found, claimed_on = access.policy_of(grant), timezone.localdate(grant.claimed_at)
            reckoned = sheets.reckon(
                grant.person, found, month=grant.from_month, claimed_on=claimed_on
            )
            kept = sheets.sealed(grant.person, reckoned.text)
            grant.sheet_sealed, grant.sheet_digest = kept.token, kept.digest
        grant.state = REFUSED
        grant.settled_by, grant.settled_on = by, timezone.localdate()
        grant.save()
        record(grant, "refused", who, sheet=grant.sheet_digest)
        tell(
            grant, Text("您的申请没有通过", "Your application was refused"),
            Text("原因和下一步在里面", "Why, and what you can do, is inside"), key="refused",
        )  # fmt: skip
    return grant


def _own() -> NotAllowed:
    return NotAllowed(
        "grants.own",
        "同一笔要两个人经手：您经手过了，请另一个人来办。",
        "An award passes two people; you have dealt with this one, so somebody else must.",
    )
