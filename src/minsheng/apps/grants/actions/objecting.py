"""A person doesn't agree with what was decided; somebody who didn't decide it looks again."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.grants import access
from minsheng.apps.grants.models import CLAIMED, ENDED, REFUSED, RUNNING, Grant
from minsheng.apps.grants.writing import (
    checked,
    done_already,
    locked,
    record,
    sealed,
    tell,
    tell_post,
)
from minsheng.apps.payouts.access import rules
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed
from minsheng.lib.texts import Text


def object_to(grant_id: int, words: str, *, by: Account) -> Grant:
    """Keep that the person doesn't agree, once, until the last day; the office is told."""
    with transaction.atomic():
        grant = locked(grant_id, REFUSED, RUNNING, ENDED)
        if not access.is_own(grant.person, by):
            raise access.no_such_grant()
        if grant.objection_sealed or grant.settled_on is None:
            raise done_already()
        if timezone.localdate() > access.object_until(grant.settled_on):
            raise Conflict(
                "grants.object_late",
                "提不同意的日子过了。请打 12345，或者改好登记再申请。",
                "The days for objecting are over. Call 12345, or have the register put right and apply again.",
            )
        grant.objection_sealed = sealed(grant.person, checked(words, field="objection"))
        grant.save(update_fields=["objection_sealed"])
        record(grant, "objected", f"account:{by.pk}")
        office = access.policy_of(grant).office
        for post in {rules().decide.get(office, ""), rules().approve.get(office, "")}:
            tell_post(
                grant, post, Text("有人不同意，等另一个人再看", "Somebody objects; another looks again"),
                key=f"objected:{post}",
            )  # fmt: skip
    return grant


def answer_objection(grant_id: int, words: str, *, reopen: bool, by: Account) -> Grant:
    """Answer an objection as somebody who didn't settle the claim, with words the person reads.

    reopen: a refused claim begins anew, to be decided by two. Raises NotAllowed for who settled it.
    """
    with transaction.atomic():
        grant = locked(grant_id, REFUSED, RUNNING, ENDED)
        who = access.answering(grant, by)
        if not grant.objection_sealed or grant.objection_answer_sealed:
            raise done_already()
        if by.pk in (grant.settled_by_id, grant.decided_by_id):
            raise NotAllowed(
                "grants.own_objection",
                "您经手过这一笔，不同意要另一个人来看。",
                "You dealt with this one; somebody else looks at the objection.",
            )
        if reopen and grant.state != REFUSED:
            raise Conflict(
                "grants.not_refused",
                "没有退回过，不用重新办。要改钱数的，走停发或者收回。",
                "It wasn't refused, so there is nothing to begin anew.",
            )
        grant.objection_answer_sealed = sealed(grant.person, checked(words, field="answer"))
        if reopen:
            grant.state, grant.decided_by, grant.settled_by = CLAIMED, None, None
            grant.settled_on, grant.sheet_sealed, grant.sheet_digest = None, "", ""
        try:
            with transaction.atomic():
                grant.save()
        except IntegrityError as error:
            raise done_already() from error
        record(grant, "reopened" if reopen else "upheld", who)
        tell(
            grant, Text("您不同意的，有人看过了", "Somebody has looked at your objection"),
            Text("怎么说的在里面", "What they say is inside"), key="objection",
        )  # fmt: skip
    return grant
