"""Deciding many items of one kind at once: looked at first, then each in a transaction of its own.

Nothing is decided here that one officer couldn't decide one by one. What can't go along is left out
with the reason, and one that fails doesn't stop the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.actions.steps import approve_item, return_item
from minsheng.apps.cases.checks import checks_of
from minsheng.apps.cases.models import Item
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.advance import consequences
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import Approve, CaseState, Command, Return
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text

BulkAct = Literal["approve", "return"]
MOST = 50
STANDS = Text("结果出来，告诉申请人", "The result is issued and the applicant is told")
ASKED = Text(
    "停表，等申请人回答；只能问这一次", "The clock stops for the applicant; this is the only time"
)


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One item before a bulk act: whether it goes along, what follows, or why not.

    wants_evidence: a check is unknown; it goes along once it is said how that was settled.
    """

    id: int
    number: str
    goes: bool
    wants_evidence: bool
    words: Text
    follows: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """One item after a bulk act. may_undo: it is done, and a reason to take it back is declared."""

    id: int
    number: str
    done: bool
    words: Text
    may_undo: bool


def preview_bulk(
    item_ids: Sequence[int],
    *,
    by: Account,
    act: BulkAct,
    reason: str = "",
    evidence: Mapping[int, str] | None = None,
    purpose: str = "case",
) -> tuple[BulkLine, ...]:
    """Return what would happen to each item, in the order given; that they were opened is recorded,
    and why.

    Raises NotFound when none of them is this account's, WrongInput when they are of different kinds,
    too many, or the reason isn't declared for them.
    """
    lines, items = _lines(item_ids, by=by, act=act, reason=reason, evidence=evidence or {})
    for item in items:
        _record_look(item, by, purpose)
    return lines


def decide_bulk(
    item_ids: Sequence[int],
    *,
    by: Account,
    act: BulkAct,
    reason: str = "",
    message: str = "",
    evidence: Mapping[int, str] | None = None,
) -> tuple[BulkResult, ...]:
    """Return how each item went: one transaction each, failed ones explained, the others done.

    Approving leaves out an item with a check answered no, and one with an unknown check unless
    `evidence` says, for this item, how it was settled. `message` goes to each applicant; asking
    back wants one. Raises what `preview_bulk` raises.
    """
    if act == "return" and not message.strip():
        raise WrongInput(
            "message_missing",
            "请写清楚要申请人补什么。每人只能问这一次。",
            "Say clearly what is missing. Each applicant is asked only this once.",
            field="message",
        )
    told = evidence or {}
    lines, _ = _lines(item_ids, by=by, act=act, reason=reason, evidence=told)
    return tuple(
        _done(line, by=by, act=act, reason=reason, message=message, evidence=told.get(line.id, ""))
        if line.goes
        else BulkResult(line.id, line.number, False, line.words, False)
        for line in lines
    )


def _done(
    line: BulkLine, *, by: Account, act: BulkAct, reason: str, message: str, evidence: str
) -> BulkResult:
    try:
        if act == "approve":
            approve_item(line.id, by=by, evidence=evidence, message=message)
        else:
            return_item(line.id, by=by, reason=reason, message=message)
    except MinshengError as error:
        # Somebody was faster, or the case has changed since: that one stays as it is.
        return BulkResult(line.id, line.number, False, Text(error.zh, error.en), False)
    item = Item.objects.select_related("case").get(pk=line.id)
    spec = catalogue.pinned_spec(item.case.pack_id)
    may_undo = item.status == "done" and any(
        one.act == "reverse" and one.fits(item.key) for one in spec.reasons.values()
    )
    words = Text("已同意", "Approved") if act == "approve" else Text("已问申请人", "Asked back")
    return BulkResult(line.id, line.number, True, words, may_undo)


def _lines(
    item_ids: Sequence[int], *, by: Account, act: BulkAct, reason: str, evidence: Mapping[int, str]
) -> tuple[tuple[BulkLine, ...], list[Item]]:
    items = _own(item_ids, by)
    spec = _one_kind(items)
    if act == "return":
        _require_reason(spec, items[0].key, reason)
    lines = tuple(
        _line(item, act, reason, evidence.get(item.pk, ""), _officer(item, by)) for item in items
    )
    return lines, items


def _own(item_ids: Sequence[int], by: Account) -> list[Item]:
    """Return the items that this account may decide today; the others are as if they weren't there."""
    if len(set(item_ids)) > MOST:
        raise WrongInput(
            "bulk_too_many",
            f"一次最多 {MOST} 件，您选了 {len(set(item_ids))} 件。分两次办，选的都不会丢。",
            f"At most {MOST} at once; you chose {len(set(item_ids))}. Do it in two goes.",
            field="item",
        )
    if not item_ids:
        raise WrongInput(
            "bulk_nothing",
            "一件也没选。先勾几件，再看会怎样。",
            "Nothing is chosen. Tick some items first.",
            field="item",
        )
    found = {item.pk: item for item in own_items(by).filter(pk__in=item_ids)}
    if not found:
        raise access.no_such_item()
    return [found[pk] for pk in dict.fromkeys(item_ids) if pk in found]


def own_items(by: Account) -> QuerySet[Item]:
    """Return the items of this account's posts today that many may be decided of at once."""
    posts = [post.key for post in people.posts_of(by, timezone.localdate())]
    begun = Item.objects.filter(post__in=posts, case__protected=False, started__isnull=False)
    return begun.select_related("case__applicant")


def _one_kind(items: Sequence[Item]) -> ServiceSpec:
    kinds = {(item.case.slug, item.key) for item in items}
    if len(kinds) > 1:
        raise WrongInput(
            "bulk_mixed",
            "选的不是同一种事项，不能一起办。请按服务和事项分开选。",
            "These are different kinds of items, so they can't be decided together. Choose one kind.",
            field="item",
        )
    return catalogue.pinned_spec(items[0].case.pack_id)


def _require_reason(spec: ServiceSpec, item: str, reason: str) -> None:
    declared = spec.reasons.get(reason)
    if declared is None or declared.act != "return" or not declared.fits(item):
        raise WrongInput(
            "reason_missing",
            "请选一个要问的理由。",
            "Choose the reason for asking.",
            field="reason",
        )


def _line(item: Item, act: BulkAct, reason: str, evidence: str, officer: str) -> BulkLine:
    case = item.case
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    command: Command = (
        Approve(item.key, officer) if act == "approve" else Return(item.key, officer, reason)
    )
    try:
        follows = tuple(line.text for line in consequences(spec, state, command))
    except MinshengError as error:
        return BulkLine(item.pk, case.number, False, False, Text(error.zh, error.en), ())
    if act == "return":
        return BulkLine(item.pk, case.number, True, False, ASKED, follows)
    return _checked(item, spec, state, evidence, follows)


def _checked(
    item: Item, spec: ServiceSpec, state: CaseState, evidence: str, follows: tuple[Text, ...]
) -> BulkLine:
    case = item.case
    known = facts.for_rules(facts.values_of(case), selected=facts.chosen(spec, state))
    checks = checks_of(spec.items[item.key], known, on=case.submitted_day)
    failed = [check.spec.text for check in checks if check.value is False]
    unknown = [check.spec.text for check in checks if check.value is None]
    if failed:
        words = Text(
            f"“{failed[0].zh}”是否。这一件要打开单独办",
            f"“{failed[0].to('en')}” is answered no. Open this one and decide it alone",
        )
        return BulkLine(item.pk, case.number, False, False, words, ())
    if unknown and not evidence.strip():
        words = Text(
            f"“{unknown[0].zh}”未知。写下您怎么核实的，才能一起同意",
            f"“{unknown[0].to('en')}” is unknown. Say how you settled it, and it can go along",
        )
        return BulkLine(item.pk, case.number, False, True, words, follows)
    return BulkLine(item.pk, case.number, True, bool(unknown), STANDS, follows)


def _record_look(item: Item, by: Account, purpose: str) -> None:
    """Write down that this case was opened: its checks were answered from what it holds."""
    people_actions.record_look(
        item.case.applicant_id,
        by=by,
        purpose=purpose,
        what="case",
        case=item.case.number,
        post_key=item.post,
        is_protected=item.case.protected,
    )


def _officer(item: Item, by: Account) -> str:
    return f"post:{item.post}/account:{by.pk}"
