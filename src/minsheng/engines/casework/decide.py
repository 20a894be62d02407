"""What follows from a command: pure, without a calendar, one function per act.

Each act first refuses what can't be, then says what happened; `_settle` adds what follows from
it (items that open, items that can't come any more, the end of the case).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from minsheng.engines.casework import words
from minsheng.engines.casework.fold import ItemStep, apply
from minsheng.engines.casework.rarer import RARER
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import (
    TERMINAL,
    Approve,
    CaseState,
    CaseStatus,
    Command,
    Consent,
    EffectDone,
    Event,
    Json,
    Outcome,
    Pause,
    Rate,
    Refuse,
    Release,
    Resume,
    Return,
    Reverse,
    Skip,
    Supply,
    Withdraw,
)
from minsheng.engines.casework.step import (
    Run,
    is_past,
    item_to_decide,
    open_item,
    order_of,
    require_free,
    stop_kind,
    was_asked,
)
from minsheng.lib.errors import WrongInput

Start = Literal["waiting", "maybe", "skipped"]
STANDS_ON_NEEDED = frozenset({"open", "returned", "external", "done"})


def begin(
    spec: ServiceSpec,
    starts: Mapping[str, Start],
    wanted: Iterable[str],
    *,
    at: datetime,
    by: str,
    data: Mapping[str, Json] | None = None,
) -> tuple[Event, ...]:
    """Return the first events of a case: how each item begins and whose consent is needed."""
    first = Event("submitted", at, by, data=dict(data or {}))
    run = Run(spec, apply(spec, None, first), at, events=[first])
    for key in spec.items:
        _plan(run, key, starts[key])
    for subject in wanted:
        run.emit("consent_wanted", subject=subject)
    _settle(run)
    return tuple(run.events)


def moved(
    spec: ServiceSpec,
    state: CaseState,
    starts: Mapping[str, Start],
    *,
    at: datetime,
    by: str,
    data: Mapping[str, Json],
) -> tuple[Event, ...]:
    """Return what happens when a running case goes over to `spec`, whose new items begin so.

    Whether it may is asked before (`moving.assess`): each item of the case stands in `spec`.
    """
    first = Event("moved", at, by, data=dict(data))
    run = Run(spec, apply(spec, state, first), at, events=[first])
    for key in spec.items:
        if key not in state.items:
            _plan(run, key, starts[key])
    _settle(run)
    return tuple(run.events)


def decide(
    spec: ServiceSpec, state: CaseState, command: Command, *, at: datetime
) -> tuple[Event, ...]:
    """Return what happens when `command` comes at `at`: nothing for a harmless repetition.

    Raises Conflict (too late, too early, somebody was faster), WrongInput or NotFound.
    """
    return tuple(_worked_out(spec, state, command, at).events)


def state_after(
    spec: ServiceSpec,
    state: CaseState,
    command: Command,
    *,
    at: datetime,
    item_after: ItemStep | None = None,
) -> CaseState:
    """Return the state that `decide`'s events lead to; `item_after` as in `apply`."""
    return _worked_out(spec, state, command, at, item_after).state


def _worked_out(
    spec: ServiceSpec,
    state: CaseState,
    command: Command,
    at: datetime,
    item_after: ItemStep | None = None,
) -> Run:
    run = Run(spec, state, at, by=getattr(command, "by", ""), item_after=item_after)
    ACTS[type(command)](run, command)
    if run.events:
        _settle(run)
    return run


def _plan(run: Run, key: str, start: Start) -> None:
    planned: dict[str, Json] = {
        "status": "skipped" if start == "skipped" else "waiting",
        "attempt": 1,
    }
    if start == "maybe":
        planned["maybe"] = True
    event = Event("planned", run.at, item=key, data=planned)
    run.state = apply(run.spec, run.state, event)
    run.events.append(event)


def _approve(run: Run, command: Approve) -> None:
    item = item_to_decide(run, command.item)
    run.emit("approved", item.key, by=run.by, evidence=command.evidence)
    if not run.spec.items[item.key].effect:
        run.emit("done", item.key)


def _refuse(run: Run, command: Refuse) -> None:
    item = item_to_decide(run, command.item)
    reason = run.reason(command.reason, "refuse", item.key)
    run.emit("refused", item.key, by=run.by, reason=reason)


def _return(run: Run, command: Return) -> None:
    item = open_item(run, command.item)
    if was_asked(run.spec, item):
        raise words.asked_once(run.spec, item)
    if item.accepted is not None or is_past(item.ask_by, run.day):
        raise words.accepted_already(run.spec, item)
    reason = run.reason(command.reason, "return", item.key)
    run.emit("returned", item.key, by=run.by, reason=reason)


def _supply(run: Run, command: Supply) -> None:
    item = run.item(command.item)
    if item.status != "returned":
        raise words.item_conflict(run.spec, run.state, item)
    run.emit("supplied", item.key, by=run.by)


def _pause(run: Run, command: Pause) -> None:
    item = open_item(run, command.item)
    if item.is_stopped:
        raise words.item_conflict(run.spec, run.state, item)
    run.emit("paused", item.key, by=run.by, reason=run.reason(command.reason, "stop", item.key))


def _resume(run: Run, command: Resume) -> None:
    item = open_item(run, command.item)
    if not item.is_stopped:
        raise words.item_conflict(run.spec, run.state, item)
    kind = stop_kind(run.spec, item)
    if kind == "public_notice" and item.stop_until and run.day <= item.stop_until:
        raise words.notice_stands(run.spec, item)
    if kind == "expert_review" and command.outcome not in get_args(Outcome):
        raise words.no_outcome()
    outcome = command.outcome if kind == "expert_review" and command.outcome else ""
    run.emit("resumed", item.key, by=run.by, outcome=outcome, evidence=command.evidence)


def _skip(run: Run, command: Skip) -> None:
    item = run.item(command.item)
    if not item.maybe or item.status not in ("waiting", "open", "returned"):
        raise words.item_conflict(run.spec, run.state, item)
    run.emit("skipped", item.key, by=run.by, evidence=command.evidence)


def _consent(run: Run, command: Consent) -> None:
    state, subject = run.state, command.subject
    if state.status != "running":
        raise words.case_closed(state)
    if subject not in state.wanted:
        raise words.refusal(
            "consent_not_wanted",
            "这件事不用您同意，您不用做什么。",
            "Your consent is not needed here; there is nothing for you to do.",
            subject=subject,
        )
    if command.given and subject in state.declined:
        raise words.refusal(
            "consent_declined",
            "您已经说过不同意，等您同意的就不办了。要办，请申请人重新填一张表。",
            "You have already said no, so what waited for your consent isn't going ahead. To have it done, the applicant fills in a new form.",
            subject=subject,
        )
    if subject in (state.consents if command.given else state.declined):
        return
    run.emit("consented" if command.given else "declined", by=run.by, subject=subject)


def _effect_done(run: Run, command: EffectDone) -> None:
    item = run.item(command.item)
    if command.attempt != item.attempt:
        raise words.stale_attempt(item, command.attempt)
    answered = "done" in (item.status, item.before)
    if answered and run.spec.items[item.key].effect:
        if command.result != item.result:
            raise words.answered_differently(item)
        return
    if "external" not in (item.status, item.before):
        raise words.item_conflict(run.spec, run.state, item)
    kind = "answered" if item.status == "held" else "done"
    run.emit(kind, item.key, result=command.result)


def _withdraw(run: Run, command: Withdraw) -> None:
    if run.state.status != "running":
        raise words.case_closed(run.state)
    if run.state.withdrawn:
        raise words.refusal(
            "withdrawn",
            "您已经撤回过了，不用再点。",
            "You have already withdrawn this case; no need to do it again.",
        )
    run.emit("withdrawn", by=run.by)


def _reverse(run: Run, command: Reverse) -> None:
    item = run.item(command.item)
    if item.status != "done":
        raise words.item_conflict(run.spec, run.state, item)
    reason = run.reason(command.reason, "reverse", item.key)
    if run.state.status != "running":
        run.emit("reopened")
    run.emit("reversed", item.key, by=run.by, reason=reason, attempt=item.attempt + 1)
    _follow(run, item.key)


def _release(run: Run, command: Release) -> None:
    item = run.item(command.item)
    if item.status != "held":
        raise words.item_conflict(run.spec, run.state, item)
    require_free(run, item)
    if not command.redo:
        run.emit("released", item.key, by=run.by)
        return
    if item.before == "external":
        raise words.register_pending(run.spec, item)
    run.emit("redone", item.key, by=run.by, reason=item.reason, attempt=item.attempt + 1)
    _follow(run, item.key)


def _rate(run: Run, command: Rate) -> None:
    state, rate = run.state, run.spec.rate
    if state.status == "running":
        raise words.refusal(
            "not_closed",
            "还没全部办完，办完再评。",
            "Not everything is finished yet. Rate once it is.",
        )
    if state.score is not None:
        raise words.refusal(
            "rated",
            "您已经评过了，谢谢。",
            "You have already rated it. Thank you.",
            score=state.score,
        )
    if isinstance(command.score, bool) or not 1 <= command.score <= rate.scale:
        raise WrongInput(
            "casework.score",
            f"请选 1 到 {rate.scale} 分。",
            f"Choose a score from 1 to {rate.scale}.",
            field="score",
        )
    low = command.score <= rate.call_back_at
    run.emit("rated", by=run.by, score=command.score, call_back=low)


def _follow(run: Run, reversed_key: str) -> None:
    """Apply to each item that needs the reversed one what its pack declares."""
    for key, spec in run.spec.items.items():
        item = run.state.items[key]
        if reversed_key not in spec.needs or item.status not in STANDS_ON_NEEDED:
            continue
        policy = spec.on_needed_reversed
        if policy == "keep":
            run.emit("kept", key, need=reversed_key)
        elif policy == "hold" or item.status == "external":
            # An answer is still to come from the register: redoing now could register twice.
            run.emit("held", key, reason=f"need:{reversed_key}")
        else:
            reason = f"need:{reversed_key}"
            run.emit("redone", key, reason=reason, attempt=item.attempt + 1)
            _follow(run, key)


def _settle(run: Run) -> None:
    """Add what follows: items that can't come any more, items that open, the end of the case."""
    for key in order_of(run.spec):
        end = _end_of(run, key)
        if end:
            run.emit("cancelled", key, by=run.by, reason=end)
        elif run.state.items[key].status == "waiting" and _may_open(run, key):
            run.emit("opened", key)
    statuses = {item.status for item in run.state.items.values()}
    if run.state.status == "running" and statuses <= TERMINAL:
        run.emit("closed", status=_outcome(run.state))


def _end_of(run: Run, key: str) -> str:
    """Return why an undecided item can't be decided any more, or ""."""
    item, spec, state = run.state.items[key], run.spec.items[key], run.state
    status = item.before if item.status == "held" else item.status
    if status not in ("waiting", "open", "returned", "objected"):
        return ""
    if state.withdrawn:
        return "withdrawn"
    for subject in spec.consent_of:
        if subject in state.declined:
            return f"consent:{subject}"
    if status == "waiting":
        for need in spec.needs:
            if state.items[need].status in ("refused", "cancelled"):
                return f"need:{need}"
    return ""


def _may_open(run: Run, key: str) -> bool:
    spec, state = run.spec.items[key], run.state
    return all(state.items[need].status in ("done", "skipped") for need in spec.needs) and not (
        state.wanted.intersection(spec.consent_of) - state.consents
    )


def _outcome(state: CaseState) -> CaseStatus:
    statuses = [i.status for i in state.items.values() if i.status != "skipped"]
    if all(status == "done" for status in statuses):
        return "done"
    if "done" in statuses:
        return "partly_done"
    ended = "refused" in statuses or any(i.reason == "expired" for i in state.items.values())
    return "refused" if ended and not state.withdrawn else "withdrawn"


ACTS: Mapping[type, Callable[[Run, Any], None]] = {
    Approve: _approve,
    Refuse: _refuse,
    Return: _return,
    Supply: _supply,
    Pause: _pause,
    Resume: _resume,
    Skip: _skip,
    Consent: _consent,
    EffectDone: _effect_done,
    Withdraw: _withdraw,
    Reverse: _reverse,
    Release: _release,
    Rate: _rate,
    **RARER,
}
