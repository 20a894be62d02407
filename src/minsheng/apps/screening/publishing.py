"""What is published beside the packs: a number, a shared one, or a text; proposed by one, approved by another.

A number of a policy's own or one that several policies share gets another value from a day on; a text
is the whole of a policy with changed conditions or tables. `apps.policies.shelf` puts what was approved
over the packs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.policies.models import APPROVED, DECLINED, PROPOSED, WITHDRAWN, Override
from minsheng.apps.policies.shelf import policy, shelf, shelf_with, text_in_force
from minsheng.apps.screening import access, changes, trials
from minsheng.apps.screening.changes import readers
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """From which day something holds, why, and on which document it rests."""

    since: date
    reason: str
    source: str
    is_retroactive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue(Why):
    """What is proposed: `value` as an officer types it, yuan for money. `policy` empty: a shared number."""

    policy: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText(Why):
    """A whole text of a policy. `is_meant`: worked cases that come out otherwise are meant to."""

    policy: str
    text: str
    is_meant: bool = False


def propose(new: NewValue, *, by: Account) -> Override:
    """Return the proposal of a number. It changes nothing before another person approves it.

    Raises NotAllowed for another post, WrongInput where something is missing or the day has passed
    without saying that it is meant to, Conflict while another value of the number waits.
    """
    access.require(access.may_start(by))
    value = _value_of(new)
    _complete(new)
    row = Override(policy=new.policy, name=new.name, value=str(value))
    return _proposed(row, new, by)


def propose_text(new: NewText, *, by: Account) -> Override:
    """Return the proposal of a changed text. It changes nothing before another person approves it.

    Raises PackError with every mistake at its line, WrongInput where worked cases come out otherwise
    and nobody says that they are meant to, and as `propose`.
    """
    access.require(access.may_start(by))
    text = _plain(new.text)
    change = changes.of_text(new.policy, text, on=new.since)
    if not change.is_other:
        raise WrongInput(
            "publishing.same_text",
            "和现在的一样，没有什么可提的。",
            "It says what it says now; there is nothing to propose.",
            field="text",
        )
    _complete(new)
    if change.otherwise and not new.is_meant:
        raise WrongInput(
            "publishing.cases",
            f"例子有 {len(change.otherwise)} 处算出来不一样了，列在下面。确实要这样改的，勾上“例子不一样是对的”。",
            f"Worked cases come out otherwise ({len(change.otherwise)} outcomes, listed below). "
            "Tick that they are meant to, if so.",
            field="meant",
        )
    row = Override(policy=new.policy, text=text, value=sha256(text.encode()).hexdigest()[:32])
    return _proposed(row, new, by)


def take_back(override_id: int, why: Why, *, by: Account) -> Override:
    """Return the proposal that puts back from a day on how it was before something was published.

    Raises NotFound for what was never approved, and as `propose`.
    """
    access.require(access.may_start(by))
    past = Override.objects.filter(pk=override_id, state=APPROVED).first()
    if past is None:
        raise NotFound("publishing.none", "没有这一条。", "There is no such publication.")
    _complete(why)
    before = _before(past)
    if past.is_text:
        mark = sha256(before.encode()).hexdigest()[:32]
        row = Override(policy=past.policy, text=before, value=mark, takes_back=past)
    else:
        row = Override(policy=past.policy, name=past.name, value=before, takes_back=past)
    return _proposed(row, why, by)


def withdraw(override_id: int, *, by: Account) -> Override:
    """Return a proposal that whoever made it took back before it was decided."""
    access.require(access.may_start(by))
    with transaction.atomic():
        row = _held(override_id)
        if row.proposed_by_id != by.pk:
            raise NotAllowed(
                "publishing.not_yours",
                "只有提的人能撤回。要否掉它，由批的人退回。",
                "Only who proposed it withdraws it; whoever approves may decline it.",
            )
        if row.state != PROPOSED:
            raise _decided_already()
        row.state, row.decided_at = WITHDRAWN, timezone.now()
        row.save(update_fields=["state", "decided_at"])
        _record(row, WITHDRAWN, by)
    return row


def decide(override_id: int, *, approve: bool, by: Account) -> Override:
    """Return a proposal that a second person approved or declined.

    Raises NotAllowed for whoever proposed it and for other posts; Conflict where it was decided, or
    what it rests on has changed since it was proposed.
    """
    access.require(access.may_approve(by))
    with transaction.atomic():
        row = _held(override_id)
        if row.proposed_by_id == by.pk:
            raise NotAllowed(
                "publishing.same_person",
                "自己提的，要另一个人来批。",
                "Whoever proposed it can't approve it. Ask another one.",
            )
        if row.state != PROPOSED or (approve and standing(row) != row.seen):
            raise _decided_already()
        if approve and row.since <= timezone.localdate() and not row.is_retroactive:
            raise Conflict(
                "publishing.late",
                "生效的日子已经到了，不能往前算。退回去，换个日子重新提。",
                "Its first day has come and it isn't meant to reach back. Decline it; propose a later day.",
            )
        row.state = APPROVED if approve else DECLINED
        row.decided_by, row.decided_at = by, timezone.now()
        if approve:
            row.becomes = changes.version_of(shelf_with(row, row.since), row)
        row.save()
        _record(row, row.state, by)
    return row


def standing(row: Override) -> str:
    """Return the version, as it stands, of all that a proposal would change."""
    return changes.version_of(shelf(row.since), row)


def proposals(slug: str, account: Account) -> list[Override]:
    """Return what was proposed for a policy ("" for shared numbers), newest first, for who may see it."""
    access.require(access.may_see(account))
    rows = Override.objects.filter(policy=slug).select_related("proposed_by", "decided_by")
    return list(rows.order_by("-pk")[:30])


def history(account: Account) -> list[Override]:
    """Return everything that was proposed, newest first, for whoever may see it."""
    access.require(access.may_see(account))
    rows = Override.objects.select_related("proposed_by", "decided_by", "takes_back")
    return list(rows.order_by("-pk")[:200])


def proposal(override_id: int, account: Account) -> Override:
    """Return one proposal, whatever became of it; NotFound for one that isn't there."""
    access.require(access.may_see(account))
    rows = Override.objects.select_related("proposed_by", "decided_by", "takes_back")
    row = rows.filter(pk=override_id).first()
    if row is None:
        raise NotFound("publishing.none", "没有这一条。", "There is no such proposal.")
    return row


def waiting() -> dict[str, int]:
    """Return how many proposals wait, by policy; of shared numbers by ""."""
    found: dict[str, int] = {}
    for slug in Override.objects.filter(state=PROPOSED).values_list("policy", flat=True):
        found[slug] = found.get(slug, 0) + 1
    return found


def _value_of(new: NewValue) -> object:
    """Return what was typed for a number, own or shared; WrongInput where it isn't one of these."""
    if not new.policy:
        known = readers(new.name)
        if not known:
            raise WrongInput(
                "publishing.shared",
                "没有政策用这个共用的数，请从清单里选。",
                "No policy reads such a shared number; choose from the list.",
                field="name",
            )
        return trials.value_of_text(known[0], new.name, new.value)
    found = policy(new.policy)
    if new.name not in found.params:
        raise WrongInput(
            "publishing.name",
            "这不是这项政策自己的数。几项政策共用的，在“共用的数”里提。",
            "That isn't the policy's own number. Shared ones are proposed among the shared numbers.",
            field="name",
        )
    return trials.value_of_text(found, new.name, new.value)


def _complete(new: Why) -> None:
    """Raise WrongInput where nobody says why, on what it rests, or where its day has passed unsaid."""
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


def _proposed(row: Override, why: Why, by: Account) -> Override:
    row.since, row.is_retroactive = why.since, why.is_retroactive
    row.reason, row.source = why.reason.strip()[:300], why.source.strip()[:300]
    row.proposed_by = by
    row.seen = standing(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(row, PROPOSED, by)
    except IntegrityError as error:
        raise Conflict(
            "publishing.waits",
            "这个数或这份条文已经有一个新的等人批。先批了、退了或者撤了它。",
            "Another one of this number or text waits for approval. Decide or withdraw that one first.",
        ) from error
    return row


def _before(past: Override) -> str:
    """Return what held on the day before something published began."""
    day = past.since - timedelta(days=1)
    if past.is_text:
        return text_in_force(past.policy, day)
    known = shelf().vocabulary.model.params if past.is_shared else policy(past.policy).params
    entry = known[past.name].at(day)
    if entry is None or entry.value is None:
        raise Conflict(
            "publishing.nothing_before",
            "在它之前这个数没有值，没有可以恢复的。要改就提一个新值。",
            "Before it the number had no value, so there is none to put back. Propose a new one.",
        )
    return str(entry.value)


def _held(override_id: int) -> Override:
    """Return a proposal, locked together with all others that wait: what one changes another rests on."""
    rows = Override.objects.select_for_update().order_by("pk")
    waiting_ones = {row.pk: row for row in rows.filter(state=PROPOSED)}
    row = waiting_ones.get(override_id) or Override.objects.filter(pk=override_id).first()
    if row is None:
        raise NotFound("publishing.none", "没有这一条。", "There is no such proposal.")
    return row


def _decided_already() -> Conflict:
    return Conflict(
        "publishing.not_now",
        "已经有人处理过，或者政策在这之后改过。刷新看看，改过的重新提一次。",
        "It was decided, or the policy has changed since. Reload; propose it again if so.",
    )


def _plain(text: str) -> str:
    """Return a text as files have it: a browser sends carriage returns."""
    return text.replace("\r\n", "\n").rstrip() + "\n"


def _record(row: Override, kind: str, by: Account) -> None:
    data: dict[str, object] = {
        "override": row.pk,
        "name": row.name,
        "value": row.value,
        "since": row.since.isoformat(),
        "seen": row.seen,
        "becomes": row.becomes,
    }
    if row.is_shared:
        data["policies"] = [one.slug for one in readers(row.name)]
    if row.takes_back_id:
        data["takes_back"] = row.takes_back_id
    news = audit.News(kind, timezone.now(), f"account:{by.pk}", data)
    audit.record("policy", row.policy or "shared", news)
