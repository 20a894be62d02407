"""What officers, applicants and those who are asked to agree do with a running case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from minsheng.apps.cases import access, agents, facts, statements, store
from minsheng.apps.cases.actions.transition import (
    Also,
    Guard,
    SealedNote,
    sealed_notes,
    step_locked,
    take_step,
)
from minsheng.apps.cases.checks import all_yes, checks_of, fields_of_checks, require_evidence
from minsheng.apps.cases.corrections import correct_values
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.cases.statements import LockedItem
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.engines.casework import state as casework
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, Command, Event
from minsheng.lib.errors import Conflict, WrongInput

_OFFICER = re.compile(r"post:[^/]*/account:(\d+)")


# ── officers ────────────────────────────────────────────────────────────────────────────────────
def approve_item(item_id: int, *, by: Account, evidence: str = "", message: str = "") -> Case:
    """Agree to an item of one's post and return the case.

    `evidence` says how checks that aren't answered yes were settled; WrongInput (field
    "evidence") without it. Raises NotAllowed for another office, Conflict when somebody was
    faster.
    """
    try:
        with transaction.atomic():
            item = _locked_item(item_id, by)
            notes = sealed_notes(item.case.applicant, evidence=evidence, message=message)
            command = casework.Approve(item.key, officer(item, by), digest_of(notes, "evidence"))
            guard = partial(_require_checks, item, is_settled=bool(evidence.strip()))
            step_locked(item.case, command, notes=notes, guard=guard, at=timezone.now())
    except Conflict as error:
        raise _with_colleague(error) from error
    return item.case


def _require_checks(
    locked: LockedItem, case: Case, spec: ServiceSpec, state: CaseState, *, is_settled: bool
) -> None:
    """Raise WrongInput when a check isn't answered yes: then words must say what settled it."""
    item = spec.items[locked.key]
    values = statements.values_of(locked, fields_of_checks(item))
    if values is None:
        raise access.another_office(locked.post)
    if state.items[locked.key].status == "open":
        access.require_heard(case, spec, locked.key, state.items[locked.key].stops)
    # Only an open item is judged: of one that is decided, the engine says by whom.
    if is_settled or state.items[locked.key].status != "open":
        return
    known = facts.for_rules(facts.facts_in(case, values), selected=facts.chosen(spec, state))
    if not all_yes(item, known, on=case.submitted_day):
        require_evidence(checks_of(item, known, on=case.submitted_day))


def refuse_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Refuse an item of one's post for a declared reason and return the case."""
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)
    command = casework.Refuse(item.key, officer(item, by), reason)
    return decide(item, command, notes, guard=partial(heard, item.key))


def heard(item: str, case: Case, spec: ServiceSpec, state: CaseState) -> None:
    """Guard of an act that decides on, or ends, what was posted: every objection was read."""
    access.require_heard(case, spec, item, state.items[item].stops)


def return_item(item_id: int, *, by: Account, reason: str, message: str) -> Case:
    """Ask the applicant once for a correction; the clock stops. Returns the case."""
    require_words(
        message,
        "message",
        "请写清楚要申请人补什么。只能问这一次。",
        "Say clearly what is missing. The applicant is asked only this once.",
    )
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)
    return decide(item, casework.Return(item.key, officer(item, by), reason), notes)


def reverse_item(item_id: int, *, by: Account, reason: str, message: str = "") -> Case:
    """Take a done item back for a declared reason; its certificate is revoked. Returns the case."""
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, message=message)
    return decide(item, casework.Reverse(item.key, officer(item, by), reason), notes)


def release_item(item_id: int, *, by: Account, redo: bool) -> Case:
    """Say that a held item starts again (`redo`) or stands. Returns the case."""
    item = own_item(item_id, by)
    return decide(item, casework.Release(item.key, officer(item, by), redo))


def skip_item(item_id: int, *, by: Account, evidence: str) -> Case:
    """Say that an item whose condition was unknown isn't needed, and why. Returns the case."""
    require_words(
        evidence,
        "evidence",
        "请写明您怎么核实出这一件不用办。",
        "Say how you found that this item isn't needed.",
    )
    item = own_item(item_id, by)
    notes = sealed_notes(item.case.applicant, evidence=evidence)
    command = casework.Skip(item.key, officer(item, by), digest_of(notes, "evidence"))
    return decide(item, command, notes)


# ── residents ───────────────────────────────────────────────────────────────────────────────────
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
    require_words(
        answer,
        "answer",
        "请先写下回答，或说明已经补了什么。",
        "Write your answer first, or say what you have provided.",
    )
    actor = agents.actor_in(case_id, by)
    notes = sealed_notes(actor.applicant(by), answer=answer)

    def also(case: Case, spec: ServiceSpec, at: datetime) -> list[Event]:
        agents.require_still(actor, by, case)
        actor.note("supplied", by, case)
        return correct_values(case, spec, item, corrections or {}, at=at)

    return take_step(case_id, casework.Supply(item, actor.by), notes=notes, also=also)


def consent_case(case_id: int, *, by: Account, given: bool) -> Case:
    """Agree, or not (any more), as the other person this case asks. Returns the case."""
    subject = access.require_subject(case_id, by)
    scope = {"purpose": f"case:{case_id}", "scope": subject}
    with transaction.atomic():
        case = take_step(case_id, casework.Consent(subject, resident(by), given))
        if by.person is not None:
            act = people.give_consent if given else people.withdraw_consent
            act(by.person, by=by, **scope)
    return case


def withdraw_case(case_id: int, *, by: Account) -> Case:
    """Take one's application back; what is done stays done. Returns the case."""
    actor = agents.actor_in(case_id, by)

    def also(case: Case, spec: ServiceSpec, at: datetime) -> list[Event]:
        agents.require_still(actor, by, case)
        actor.note("withdrew", by, case)
        return []

    return take_step(case_id, casework.Withdraw(actor.by), also=also)


def rate_case(case_id: int, *, by: Account, score: int) -> Case:
    """Keep the score of a closed case and return the case; words and details are `ratings`'."""
    access.require_applicant(case_id, by)
    return take_step(case_id, casework.Rate(resident(by), score))


def keep_score(case_id: int, *, score: int, by: str) -> Case:
    """Keep the score that the applicant gave to somebody else, who wrote it down; return the case.

    Who may write it down, and what else was said, is `ratings`'.
    """
    return take_step(case_id, casework.Rate(by, score))


def finish_effect(case_id: int, item: str, *, attempt: int, result: str) -> Case:
    """Record that the outside register has confirmed; repeating it changes nothing."""
    return take_step(case_id, casework.EffectDone(item, attempt, result))


def decide(
    item: Item,
    command: Command,
    notes: Sequence[SealedNote] = (),
    *,
    guard: Guard | None = None,
    also: Also | None = None,
) -> Case:
    """Take an officer's step; who comes too late is told who of their post was faster.

    Whose item it is, is looked at again once the case is locked: it may have been passed on.
    """

    def guarded(case: Case, spec: ServiceSpec, state: CaseState) -> None:
        if store.whose(spec, case, state.items[item.key])[1] != item.post:
            raise access.passed_on()
        if guard is not None:
            guard(case, spec, state)

    try:
        return take_step(item.case_id, command, notes=notes, guard=guarded, also=also)
    except Conflict as error:
        raise _with_colleague(error) from error


def _with_colleague(error: Conflict) -> Conflict:
    """Return the refusal with the name of the colleague who decided, or who is on it."""
    is_claimed = "claimed_by" in error.facts
    by = error.facts.get("claimed_by" if is_claimed else "decided_by", "")
    match = _OFFICER.fullmatch(str(by))
    if match is None:
        return error
    who = people_reads.account(match[1]).display
    if is_claimed:
        return Conflict(
            error.code,
            f"{who}今天在办这一件。要接过来，请先点“接手”，{who}会看到。",
            f"{who} is on this item today. To go on yourself, take it over first; they will see it.",
            facts={**error.facts, "who": who},
        )
    return Conflict(
        error.code,
        f"{who}先办了一步。{error.zh}",
        f"{who} was faster. {error.en}",
        facts={**error.facts, "who": who},
    )


def _locked_item(item_id: int, by: Account) -> LockedItem:
    """Return an item of one's post with its case locked: one statement, so that it may be hot."""
    item = statements.lock_item(item_id, by, on=timezone.localdate())
    if item is None:
        raise access.no_such_item()
    access.require_another(item.case, by)
    if not item.is_mine:
        raise access.another_office(item.post)
    return item


def own_item(item_id: int, by: Account) -> Item:
    """Return an item of one of this account's posts; raises NotFound or NotAllowed."""
    item = Item.objects.select_related("case__applicant").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    access.require_post(item, by)
    return item


def require_words(text: str, field: str, zh: str, en: str) -> None:
    """Raise WrongInput for a field that must not be empty."""
    if not text.strip():
        raise WrongInput(f"{field}_missing", zh, en, field=field)


def officer(item: Item | LockedItem, by: Account) -> str:
    """Return who acts, as events say it: the duty, and who fills it today."""
    return f"post:{item.post}/account:{by.pk}"


def resident(by: Account) -> str:
    """Return which resident acts, as events say it."""
    return f"account:{by.pk}"


def digest_of(notes: list[SealedNote], kind: str) -> str:
    """Return the digest of one kind of sealed words, or ""."""
    return next((note.digest for note in notes if note.kind == kind), "")
