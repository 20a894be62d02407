"""The rarer acts: who is on it, acceptance, more time, passing on, new wording, objection.

Each first refuses what can't be, then says what happened; `decide` adds what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minsheng.engines.casework import words
from minsheng.engines.casework.state import (
    Accept,
    AnswerExtension,
    AskExtension,
    Claim,
    Correct,
    DecideObjection,
    Expire,
    Json,
    Objection,
    Transfer,
    Unclaim,
    person_of,
)
from minsheng.engines.casework.step import (
    Run,
    is_claimed,
    is_past,
    open_item,
    order_of,
    post_of,
    require_free,
)

CLAIMABLE = frozenset({"open", "held", "objected"})
MOVABLE = frozenset({"open", "returned", "held"})


def _claim(run: Run, command: Claim) -> None:
    item = run.item(command.item)
    if item.status not in CLAIMABLE:
        raise words.item_conflict(run.spec, run.state, item)
    is_taken = is_claimed(item, run.day)
    if is_taken and item.claimed_by == run.by:
        return
    if is_taken and not command.take_over:
        raise words.claimed(run.spec, item)
    run.emit("claimed", item.key, by=run.by, over=item.claimed_by if is_taken else "")


def _unclaim(run: Run, command: Unclaim) -> None:
    item = run.item(command.item)
    if not item.claimed_by:
        return
    if command.lapsed and is_claimed(item, run.day):
        raise words.claimed(run.spec, item)
    if not command.lapsed:
        require_free(run, item)
    more: dict[str, Json] = {"lapsed": True} if command.lapsed else {}
    run.emit("unclaimed", item.key, by=run.by, **more)


def _accept(run: Run, command: Accept) -> None:
    item = open_item(run, command.item)
    if item.accepted is not None:
        if command.deemed:
            return
        raise words.accepted_already(run.spec, item)
    if command.deemed and not is_past(item.ask_by, run.day):
        raise words.item_conflict(run.spec, run.state, item)
    # Too late to ask: the office has no say any more in the day from which it counts.
    deemed = is_past(item.ask_by, run.day) and item.started is not None
    since = item.started if deemed and item.started else run.day
    more: dict[str, Json] = {"deemed": True} if deemed else {}
    run.emit("accepted", item.key, by=run.by, on=since.isoformat(), **more)


def _ask_extension(run: Run, command: AskExtension) -> None:
    item = open_item(run, command.item)
    declared = run.spec.items[item.key].extend
    if declared is None:
        raise words.not_extendable(run.spec, item)
    if item.extension:
        raise words.extended_once(run.spec, item)
    if item.is_stopped or (item.promised and run.day > item.promised.day):
        raise words.too_late_to_extend(run.spec, item)
    reason = run.reason(command.reason, "extend", item.key)
    run.emit("extension_asked", item.key, by=run.by, reason=reason)


def _answer_extension(run: Run, command: AnswerExtension) -> None:
    item = run.item(command.item)
    declared = run.spec.items[item.key].extend
    if item.status != "open" or item.extension != "asked" or declared is None:
        raise words.item_conflict(run.spec, run.state, item)
    if person_of(run.by) == person_of(item.extension_by):
        raise words.own_request(run.spec, item)
    reason = item.extension_reason
    if not command.granted:
        run.emit("extension_refused", item.key, by=run.by, reason=reason)
        return
    if item.promised and not item.is_stopped and run.day > item.promised.day:
        raise words.too_late_to_extend(run.spec, item)
    run.emit("extended", item.key, by=run.by, reason=reason, extra=declared.by.amount)


def _transfer(run: Run, command: Transfer) -> None:
    item = run.item(command.item)
    if item.status not in MOVABLE:
        raise words.item_conflict(run.spec, run.state, item)
    require_free(run, item)
    declared, now = run.spec.items[item.key], post_of(run.spec, item)
    allowed = command.same_office or command.to in (*declared.transfer_to, declared.post)
    if command.to == now or not allowed:
        raise words.no_such_post(run.spec, item)
    run.emit("transferred", item.key, by=run.by, to=command.to, **{"from": now})


def _correct(run: Run, command: Correct) -> None:
    item = run.item(command.item)
    declared = run.spec.items[item.key]
    if item.status != "done":
        raise words.item_conflict(run.spec, run.state, item)
    if not declared.gives:
        raise words.not_correctable(run.spec, item)
    reason = run.reason(command.reason, "correct", item.key)
    run.emit("corrected", item.key, by=run.by, reason=reason, attempt=item.attempt + 1)


def _expire(run: Run, command: Expire) -> None:
    item = run.item(command.item)
    has_term = run.spec.items[item.key].answer_within is not None
    in_time = item.answer_by is not None and run.day <= item.answer_by
    if item.status != "returned" or in_time or not (has_term or item.answer_by):
        raise words.item_conflict(run.spec, run.state, item)
    run.emit("expired", item.key, by=run.by, reason="expired")


def _object(run: Run, command: Objection) -> None:
    item = run.item(command.item)
    declared = run.spec.items[item.key].objection
    if item.status != "refused":
        raise words.item_conflict(run.spec, run.state, item)
    if declared is None or run.state.withdrawn or item.objected_on is not None:
        raise words.no_objection(run.spec, item)
    if is_past(item.object_by, run.day):
        raise words.too_late_to_object(run.spec, item)
    if run.state.status != "running":
        run.emit("reopened")
    run.emit("objected", item.key, by=run.by, evidence=command.evidence, to=declared.to)


def _decide_objection(run: Run, command: DecideObjection) -> None:
    item = run.item(command.item)
    if item.status != "objected":
        raise words.item_conflict(run.spec, run.state, item)
    require_free(run, item)
    if person_of(run.by) == person_of(item.decided_by):
        raise words.own_refusal(run.spec, item)
    if not command.upheld:
        reason = run.reason(command.reason, "reject", item.key)
        run.emit("objection_rejected", item.key, by=run.by, reason=reason)
        return
    run.emit("upheld", item.key, by=run.by, attempt=item.attempt + 1)
    for key in order_of(run.spec):
        if _may_revive(run, key):
            # One that had begun begins anew: what was asked, accepted or timed is of the old attempt.
            item = run.state.items[key]
            run.emit("revived", key, attempt=item.attempt + (item.started is not None))


def _may_revive(run: Run, key: str) -> bool:
    """Return whether an item was given up only because of a refusal that fell."""
    item, declared, state = run.state.items[key], run.spec.items[key], run.state
    if item.status != "cancelled" or not item.reason.startswith("need:"):
        return False
    return not state.declined.intersection(declared.consent_of) and all(
        state.items[need].status not in ("refused", "cancelled") for need in declared.needs
    )


RARER: Mapping[type, Callable[[Run, Any], None]] = {
    Claim: _claim,
    Unclaim: _unclaim,
    Accept: _accept,
    AskExtension: _ask_extension,
    AnswerExtension: _answer_extension,
    Transfer: _transfer,
    Correct: _correct,
    Expire: _expire,
    Objection: _object,
    DecideObjection: _decide_objection,
}
