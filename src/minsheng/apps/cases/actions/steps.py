"""One transition = one transaction: lock the case, read, decide, write, append, put the effects.

A one-statement "close if nothing is open" leaves cases open for ever when the last two items
finish together; locking the case row first does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, store
from minsheng.apps.cases.checks import checks_of
from minsheng.apps.cases.corrections import correct_values
from minsheng.apps.cases.models import Case, CaseNote, Item
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.people.models import Account
from minsheng.engines.casework import state as casework
from minsheng.engines.casework.advance import advance, apply
from minsheng.engines.casework.state import Command, Event
from minsheng.lib.errors import NotFound, WrongInput

MESSAGE_LENGTH = 500


def approve_item(item_id: int, *, by: Account, evidence: str = "", message: str = "") -> Case:
    """Agree to an item of one's post and return the case.

    `evidence` says how checks that aren't answered yes were settled; it is required where there
    are any. Raises NotAllowed for another office, Conflict when somebody was faster.
    """
    item = _own_item(item_id, by)
    _require_evidence(item, evidence)
    notes = [("evidence", evidence), ("message", message)]
    return _step(
        item.case_id,
        casework.Approve(item.key, _officer(item, by), _digest(evidence)),
        notes=notes,
        by=by,
    )


def refuse_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Refuse an item of one's post for a declared reason and return the case."""
    item = _own_item(item_id, by)
    command = casework.Refuse(item.key, _officer(item, by), reason)
    return _step(item.case_id, command, notes=[("message", message)], by=by)


def return_item(item_id: int, *, by: Account, reason: str, message: str) -> Case:
    """Ask the applicant once for a correction; the clock stops. Returns the case."""
    if not message.strip():
        raise WrongInput(
            "message_missing",
            "请写清楚要申请人补什么。只能问这一次。",
            "Say clearly what is missing. The applicant is asked only this once.",
            field="message",
        )
    item = _own_item(item_id, by)
    command = casework.Return(item.key, _officer(item, by), reason)
    return _step(item.case_id, command, notes=[("message", message)], by=by)


def reverse_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Take a done item back for a declared reason; its certificate is revoked. Returns the case."""
    item = _own_item(item_id, by)
    command = casework.Reverse(item.key, _officer(item, by), reason)
    return _step(item.case_id, command, notes=[("message", message)], by=by)


def release_item(item_id: int, *, by: Account, redo: bool) -> Case:
    """Say that a held item starts again (`redo`) or stands. Returns the case."""
    item = _own_item(item_id, by)
    return _step(item.case_id, casework.Release(item.key, _officer(item, by), redo), by=by)


def pause_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Stop an item's clock for a declared legal reason; the applicant is told. Returns the case."""
    item = _own_item(item_id, by)
    command = casework.Pause(item.key, _officer(item, by), reason)
    return _step(item.case_id, command, notes=[("message", message)], by=by)


def resume_item(item_id: int, *, by: Account) -> Case:
    """Let a stopped clock run again. Returns the case."""
    item = _own_item(item_id, by)
    return _step(item.case_id, casework.Resume(item.key, _officer(item, by)), by=by)


def skip_item(item_id: int, *, by: Account, evidence: str) -> Case:
    """Say that an item whose condition was unknown isn't needed, and why. Returns the case."""
    item = _own_item(item_id, by)
    command = casework.Skip(item.key, _officer(item, by), _digest(evidence))
    return _step(item.case_id, command, notes=[("evidence", evidence)], by=by)


def supply_item(
    case_id: int,
    item: str,
    *,
    by: Account,
    answer: str,
    corrections: Mapping[str, str] | None = None,
) -> Case:
    """Answer what an officer asked; the clock runs again. Returns the case.

    `corrections` are new answers, by field, to what the applicant had filled in for this item.
    Raises WrongInput naming the field, with nothing changed.
    """
    if not answer.strip():
        raise WrongInput(
            "answer_missing",
            "请先写下回答，或说明已经补了什么。",
            "Write your answer first, or say what you have provided.",
            field="answer",
        )
    access.require_applicant(case_id, by)
    command = casework.Supply(item, _resident(by))
    with transaction.atomic():
        corrected = correct_values(case_id, item, corrections or {})
        also = [corrected] if corrected else []
        return _step(case_id, command, notes=[("answer", answer)], by=by, also=also)


def consent_case(case_id: int, *, by: Account, given: bool) -> Case:
    """Agree, or not, as the other person this case is about. Returns the case."""
    subject = access.require_subject(case_id, by)
    with transaction.atomic():
        case = _step(case_id, casework.Consent(subject, _resident(by), given), by=by)
        if given and by.person is not None:
            people.give_consent(by.person, purpose=f"case:{case_id}", scope=subject, by=by)
    return case


def withdraw_case(case_id: int, *, by: Account) -> Case:
    """Take one's application back; what is done stays done. Returns the case."""
    access.require_applicant(case_id, by)
    return _step(case_id, casework.Withdraw(_resident(by)), by=by)


def rate_case(case_id: int, *, by: Account, score: int, comment: str = "") -> Case:
    """Rate a closed case; officers can't see who wrote it. Returns the case."""
    access.require_applicant(case_id, by)
    return _step(case_id, casework.Rate(_resident(by), score), notes=[("rating", comment)], by=by)


def finish_effect(case_id: int, item: str, *, attempt: int, result: str) -> Case:
    """Record that the outside register has confirmed; repeating it changes nothing."""
    return _step(case_id, casework.EffectDone(item, attempt, result))


def _step(
    case_id: int,
    command: Command,
    *,
    by: Account | None = None,
    notes: Sequence[tuple[str, str]] = (),
    also: Sequence[Event] = (),
    at: datetime | None = None,
) -> Case:
    """Run one command on one case in one transaction and return the case.

    `also` are events of this app (their kind has a dot) that happened in the same transaction.
    """
    at = at or timezone.now()
    with transaction.atomic():
        case = _locked(case_id)
        spec = catalogue.pinned_spec(case.pack_id)
        old = store.state_of(case)
        events = advance(spec, old, command, at=at, calendar=catalogue.calendar())
        if not events:
            return case
        events = (*(replace(event, at=at) for event in also), *events)
        new = old
        for event in events:
            new = apply(spec, new, event)
        head = store.append(case, events)
        store.update_items(spec, case, old, new)
        store.write_case(case, new, head, on=store.local_day(at))
        _write_notes(case, command, notes, by, at)
        put_effects(case, events, new)
    return case


def put_effects(case: Case, events: Sequence[Event], new: casework.CaseState) -> None:
    """Put what follows outside: one effect for each register write, one to follow the events."""
    spec = catalogue.pinned_spec(case.pack_id)
    for event in events:
        if event.kind == "approved" and spec.items[event.item].effect:
            attempt = new.items[event.item].attempt
            outbox.put(
                "case.effect",
                f"case:{case.pk}:{event.item}:{attempt}",
                {
                    "case": case.pk,
                    "item": event.item,
                    "attempt": attempt,
                    "register": spec.items[event.item].effect,
                },
            )
    first = case.seq - len(events) + 1
    outbox.put(
        "case.follow", f"case:{case.pk}:{first}", {"case": case.pk, "from": first, "to": case.seq}
    )


def _locked(case_id: int) -> Case:
    try:
        return Case.objects.select_for_update().get(pk=case_id)
    except Case.DoesNotExist as error:
        raise access.no_such_case() from error


def _own_item(item_id: int, by: Account) -> Item:
    try:
        item = Item.objects.select_related("case").get(pk=item_id)
    except Item.DoesNotExist as error:
        raise NotFound(
            "no_such_item",
            "没有这一件，或者它不归您的岗位办。回待办看看。",
            "There is no such item, or it belongs to another post. Go back to your work list.",
        ) from error
    access.require_post(item, by)
    return item


def _write_notes(
    case: Case,
    command: Command,
    notes: Sequence[tuple[str, str]],
    by: Account | None,
    at: datetime,
) -> None:
    for kind, text in notes:
        text = text.strip()
        if len(text) > MESSAGE_LENGTH:
            raise WrongInput(
                "message_too_long",
                f"最多 {MESSAGE_LENGTH} 个字，现在是 {len(text)} 个。请缩短一些，您写的都还在。",
                f"At most {MESSAGE_LENGTH} characters; you wrote {len(text)}. Shorten it a little; "
                "what you wrote is still here.",
                field=kind,
            )
        if text:
            CaseNote.objects.create(
                case=case,
                item=getattr(command, "item", ""),
                kind=kind,
                sealed=people.seal_value(case.applicant, text, purpose_field="note"),
                by=str(getattr(command, "by", "")),
                at=at,
            )


def _officer(item: Item, by: Account) -> str:
    return f"post:{item.post}/account:{by.pk}"


def _resident(by: Account) -> str:
    return f"account:{by.pk}"


def _require_evidence(item: Item, evidence: str) -> None:
    """Raise WrongInput unless all checks are answered yes or the officer says what settled them."""
    if evidence.strip() or item.status != "open":
        return
    doubtful = [one for one in checks_of(item, on=timezone.localdate()) if one.value is not True]
    if doubtful:
        first = doubtful[0].spec.text
        raise WrongInput(
            "evidence_missing",
            f"有 {len(doubtful)} 条不是“是”，比如“{first.zh}”。同意前请写下您怎么核实的。",
            f"{len(doubtful)} of the checks are not answered yes, such as “{first.to('en')}”. "
            "Write down how you settled it before you approve.",
            field="evidence",
        )


def _digest(text: str) -> str:
    """Return a keyed hash: a plain one of a short sentence could be guessed for ever."""
    return keys.blind("note", text.strip()) if text.strip() else ""
