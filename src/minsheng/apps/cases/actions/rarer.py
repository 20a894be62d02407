"""The rarer acts of officers: on it, accepted, stopped, extended, passed on, corrected, looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import access, agents, catalogue, store
from minsheng.apps.cases.actions.proofs import Paper, attach_file
from minsheng.apps.cases.actions.steps import (
    decide,
    digest_of,
    heard,
    officer,
    own_item,
    require_words,
)
from minsheng.apps.cases.actions.transition import sealed_notes, take_step
from minsheng.apps.cases.corrections import correct_printed
from minsheng.apps.cases.models import Case, Item, PublicNotice
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records.numbers import new_number
from minsheng.engines.casework import state as casework
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, Event, Outcome
from minsheng.lib.errors import Conflict, NotAllowed


def claim_item(item_id: int, *, by: Account, take_over: bool = False) -> Case:
    """Say that one is on an item today, or take it over from a colleague. Returns the case."""
    item = own_item(item_id, by)
    return decide(item, casework.Claim(item.key, officer(item, by), take_over))


def unclaim_item(item_id: int, *, by: Account) -> Case:
    """Leave an item to the colleagues again. Returns the case."""
    item = own_item(item_id, by)
    return decide(item, casework.Unclaim(item.key, officer(item, by)))


def accept_item(item_id: int, *, by: Account, message: str = "") -> Case:
    """Accept an item formally, from today; the applicant is told. Returns the case."""
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)
    return decide(item, casework.Accept(item.key, officer(item, by)), notes)


def pause_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Stop an item's clock for a declared legal reason; the applicant is told. Returns the case.

    A public notice is posted in the same transaction. Raises Conflict for a protected case, which
    nobody may be told of.
    """
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)

    def also(case: Case, spec: ServiceSpec, at: datetime) -> list[Event]:
        declared = spec.reasons.get(reason)
        if declared is not None and declared.kind == "public_notice":
            _post(case, item, spec, reason, at)
        return []

    command = casework.Pause(item.key, officer(item, by), reason)
    return decide(item, command, notes, also=also)


def resume_item(
    item_id: int, *, by: Account, outcome: str = "", finding: str = "", message: str = ""
) -> Case:
    """Let a stopped clock run again; the applicant is told the new day. Returns the case.

    An expert review ends with its `outcome` (passed, not_passed, unclear) and what was found in
    words. Raises WrongInput without them.
    """
    item = own_item(item_id, by)
    kind = _stop_kind(item)
    if kind == "expert_review":
        require_words(
            finding,
            "finding",
            "请写下专家是怎么看的，一两句就行。",
            "Write down what the experts found; a sentence or two will do.",
        )
    notes = sealed_notes(item.case.applicant, evidence=finding, message=message)
    known: dict[str, Outcome] = {
        "passed": "passed",
        "not_passed": "not_passed",
        "unclear": "unclear",
    }
    command = casework.Resume(
        item.key, officer(item, by), known.get(outcome), digest_of(notes, "evidence")
    )
    return decide(item, command, notes, guard=partial(heard, item.key))


def ask_extension(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Ask for more time, once, for a declared reason; the post that may agree is told."""
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, request=message)
    return decide(item, casework.AskExtension(item.key, officer(item, by), reason), notes)


def answer_extension(item_id: int, *, by: Account, granted: bool) -> Case:
    """Agree, or not, to more time; granted, the applicant is told the new day and why."""
    item = Item.objects.select_related("case__applicant").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    try:
        access.require_asked(item, by)
        who = f"post:{item.asks_post}/account:{by.pk}"
        return take_step(item.case_id, casework.AnswerExtension(item.key, who, granted))
    except (Conflict, NotAllowed) as error:
        raise _answered_already(item, by) or error from error


def transfer_item(item_id: int, *, by: Account, to: str, handover: str = "") -> Case:
    """Pass an item to another post, with its clock; `handover` is for the colleague there."""
    item = own_item(item_id, by)
    require_words(
        handover,
        "handover",
        "请给接手的人写一句：为什么转，办到哪里了。",
        "Write a line for your colleague: why, and how far it is.",
    )
    notes = sealed_notes(item.case.applicant, handover=handover)
    posts = catalogue.packs().district.posts
    same = to in posts and posts[to].department == posts[item.post].department
    return decide(item, casework.Transfer(item.key, officer(item, by), to, same), notes)


def correct_item(
    item_id: int, *, by: Account, reason: str, values: Mapping[str, str], message: str = ""
) -> Case:
    """Put right what a certificate says; a new one replaces it. Returns the case.

    `values` are the new words by field, of those printed on it. Raises WrongInput naming the
    field, and when nothing differs.
    """
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)

    def same_certificate(case: Case, spec: ServiceSpec, state: CaseState) -> None:
        if state.items[item.key].attempt != item.attempt:
            raise _corrected_already(case, item.key)

    def also(case: Case, spec: ServiceSpec, at: datetime) -> list[Event]:
        return correct_printed(case, spec, item.key, values, at=at)

    command = casework.Correct(item.key, officer(item, by), reason)
    return decide(item, command, notes, guard=same_certificate, also=also)


def object_item(
    case_id: int, item: str, *, by: Account, words: str, file: Paper | None = None
) -> Case:
    """Object to a refusal, as the applicant or who acts for them; another post looks at it.

    Returns the case. Raises NotFound for a stranger and for an agent whose mandate has ended; with a
    `file` that isn't what it says WrongInput, and nothing is kept.
    """
    require_words(
        words,
        "objection",
        "请写下您为什么不同意这个决定。",
        "Write down why you don't agree with the decision.",
    )
    actor = agents.actor_in(case_id, by)
    notes = sealed_notes(actor.applicant(by), objection=words)

    def also(case: Case, spec: ServiceSpec, at: datetime) -> list[Event]:
        agents.require_still(actor, by, case)
        actor.note("objected", by, case)
        return []

    command = casework.Objection(item, actor.by, digest_of(notes, "objection"))
    with transaction.atomic():
        case = take_step(case_id, command, notes=notes, also=also)
        if file is not None:
            case = attach_file(case_id, item, by=by, file=file)
    return case


def decide_objection(
    item_id: int, *, by: Account, upheld: bool, reason: str = "", message: str = ""
) -> Case:
    """Decide an objection: done again by somebody else, or the refusal stands for good."""
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)
    command = casework.DecideObjection(item.key, officer(item, by), upheld, reason)
    return decide(item, command, notes)


def _answered_already(item: Item, by: Account) -> Conflict | None:
    """Return who of the approver's post has answered a request for more time, and how, or None."""
    found = _last(item.case, item.key, "extended", "extension_refused")
    posts = {post.key for post in people.posts_of(by)}
    if found is None or found.by.partition("/")[0].removeprefix("post:") not in posts:
        return None
    who, is_granted = _display(found.by), found.kind == "extended"
    zh, en = ("批准了延期", "agreed to more time") if is_granted else ("没有批延期", "refused it")
    return Conflict(
        "extension_answered",
        f"{who}已经{zh}，您不用再批。回待办看看。",
        f"{who} has answered already: {en}. See your work list.",
        facts={"who": who, "kind": found.kind},
    )


def _corrected_already(case: Case, item: str) -> Conflict:
    """Return who has just had the certificate replaced, or taken the item back."""
    found = _last(case, item, "corrected", "reversed")
    who = _display(found.by) if found else ""
    return Conflict(
        "corrected_already",
        f"{who}刚刚换过这张证，或者撤回重办了。刷新页面，看看还有没有错。",
        f"{who} has just had this certificate replaced, or taken the item back. Reload the page and "
        "see whether anything is still wrong.",
        facts={"who": who, "kind": found.kind if found else ""},
    )


def _last(case: Case, item: str, *kinds: str) -> Entry | None:
    """Return the last event of one of these kinds about an item."""
    entries = audit_reads.history(store.CHAIN, str(case.pk))
    fit = [e for e in entries if e.kind in kinds and e.data.get("item") == item]
    return fit[-1] if fit else None


def _display(by: str) -> str:
    account = by.rpartition("account:")[2]
    return people.account(account).display if account.isdigit() else ""


def _stop_kind(item: Item) -> str:
    declared = catalogue.pinned_spec(item.case.pack_id).reasons.get(item.reason)
    return declared.kind if item.is_stopped and declared is not None else ""


def _post(case: Case, item: Item, spec: ServiceSpec, reason: str, at: datetime) -> None:
    """Post an item for everybody to see, until the last day of its stop."""
    if case.protected:
        raise Conflict(
            "protected_not_posted",
            "这是受保护的案卷，不能公示。请用别的办法核实。",
            "This case is protected and can't be posted. Check in another way.",
        )
    lasts, on = spec.reasons[reason].lasts, store.local_day(at)
    until = catalogue.calendar().add(on, lasts).day if lasts is not None else on
    PublicNotice.objects.create(
        number=new_number(timezone.localtime(at).year),
        item=item,
        attempt=item.attempt,
        reason=reason,
        posted_on=on,
        until=until,
    )
