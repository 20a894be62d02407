"""Another value of a policy's number: proposed by one officer, approved by another, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.policies.models import APPROVED, DECLINED, PROPOSED, Override
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import access, trials
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """What is proposed: `value` as an officer types it, yuan for money."""

    policy: str
    name: str
    value: str
    since: date
    reason: str
    source: str
    is_retroactive: bool = False


def propose(new: NewValue, *, by: Account) -> Override:
    """Return the proposal. It changes nothing before another person approves it.

    Raises NotAllowed for another post, WrongInput where something is missing or the day has passed
    without saying that it is meant to, Conflict while another value of the number waits.
    """
    access.require(access.may_start(by))
    found = policy(new.policy)
    if new.name not in found.params:
        raise WrongInput(
            "publishing.name",
            "只能改这项政策自己的数。几项政策共用的，改规则包。",
            "Only the policy's own numbers change here; shared ones are changed in the packs.",
            field="name",
        )
    value = trials.value_of_text(found, new.name, new.value)
    for name, text in (("reason", new.reason), ("source", new.source)):
        if not text.strip():
            raise WrongInput(
                "publishing.why",
                "写明为什么改、依据哪个文件。别的都还在。",
                "Say why and on which document it rests; the rest is kept.",
                field=name,
            )
    if new.since <= timezone.localdate() and not new.is_retroactive:
        raise WrongInput(
            "publishing.day",
            "从明天或以后生效。确实要往前算的，勾上“往前算”。",
            "It holds from tomorrow on, or later. Tick “retroactive” if it is meant to reach back.",
            field="since",
        )
    row = Override(
        policy=new.policy,
        name=new.name,
        value=str(value),
        since=new.since,
        reason=new.reason.strip()[:300],
        source=new.source.strip()[:300],
        is_retroactive=new.is_retroactive,
        seen=found.version,
        proposed_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(row, "proposed", by)
    except IntegrityError as error:
        raise Conflict(
            "publishing.waits",
            "这个数已经有一个新值等人批。先批了或者退了它。",
            "Another value of this number waits for approval. Decide that one first.",
        ) from error
    return row


def decide(override_id: int, *, approve: bool, by: Account) -> Override:
    """Return a proposal that a second person approved or declined.

    Raises NotAllowed for whoever proposed it and for other posts; Conflict where it was decided, or
    the policy has changed since it was proposed.
    """
    access.require(access.may_approve(by))
    with transaction.atomic():
        row = Override.objects.select_for_update().filter(pk=override_id).first()
        if row is None:
            raise NotFound("publishing.none", "没有这一条。", "There is no such proposal.")
        if row.proposed_by_id == by.pk:
            raise NotAllowed(
                "publishing.same_person",
                "自己提的，要另一个人来批。",
                "Whoever proposed it can't approve it. Ask another one.",
            )
        if row.state != PROPOSED or (approve and policy(row.policy).version != row.seen):
            raise Conflict(
                "publishing.not_now",
                "已经有人处理过，或者政策在这之后改过。刷新看看，改过的重新提一次。",
                "It was decided, or the policy has changed since. Reload; propose it again if so.",
            )
        if approve and row.since <= timezone.localdate() and not row.is_retroactive:
            raise Conflict(
                "publishing.late",
                "生效的日子已经到了，不能往前算。退回去，换个日子重新提。",
                "Its first day has come and it isn't meant to reach back. Decline it; propose a later day.",
            )
        row.state = APPROVED if approve else DECLINED
        row.decided_by, row.decided_at = by, timezone.now()
        row.save()
        if approve:
            row.becomes = policy(row.policy).version
            row.save(update_fields=["becomes"])
        _record(row, row.state, by)
    return row


def proposals(slug: str, account: Account) -> list[Override]:
    """Return what was proposed for a policy, newest first, for whoever may see it."""
    access.require(access.may_see(account))
    rows = Override.objects.filter(policy=slug).select_related("proposed_by", "decided_by")
    return list(rows.order_by("-pk")[:30])


def waiting() -> dict[str, int]:
    """Return how many proposals wait, by policy."""
    found: dict[str, int] = {}
    for slug in Override.objects.filter(state=PROPOSED).values_list("policy", flat=True):
        found[slug] = found.get(slug, 0) + 1
    return found


def _record(row: Override, kind: str, by: Account) -> None:
    data = {
        "override": row.pk,
        "name": row.name,
        "value": row.value,
        "since": row.since.isoformat(),
        "seen": row.seen,
        "becomes": row.becomes,
    }
    news = audit.News(kind, timezone.now(), f"account:{by.pk}", data)
    audit.record("policy", row.policy, news)
