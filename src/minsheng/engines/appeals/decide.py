"""What happens when a command comes: the events, or a refusal that says how things stand.

Pure: the app locks the request's row, reads the state, calls `decide`, and writes the events in the
same transaction. A harmless repetition by the same person gives no event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from minsheng.engines.appeals import words
from minsheng.engines.appeals.clocks import Running, running
from minsheng.engines.appeals.fold import apply
from minsheng.engines.appeals.spec import Act, AppealSpec, Grade
from minsheng.engines.appeals.state import (
    CHINA,
    ENDED,
    SYSTEM,
    AddHelper,
    Answer,
    AnswerExtension,
    AnswerHold,
    AskExtension,
    AskHold,
    Classify,
    Command,
    Contact,
    DecideDispute,
    Derive,
    Dispatch,
    EndHold,
    Event,
    Item,
    ItemStatus,
    Json,
    NotAccept,
    NoteLate,
    RaiseDispute,
    Relieve,
    Request,
    RequestStatus,
    SendBack,
    Sign,
    TakeUpAgain,
    Urge,
    VisitBack,
    Withdraw,
    day_of,
    person_of,
)
from minsheng.lib.workdays import (
    Moment,
    Term,
    Unit,
    WorkCalendar,
    add_hours,
    moment_after,
    moment_stopped,
)


@dataclass(slots=True)
class Run:
    """One command on its way: the state as it becomes, and the events so far."""

    spec: AppealSpec
    state: Request
    at: datetime
    by: str
    calendar: WorkCalendar
    events: list[Event] = field(default_factory=list)

    def emit(
        self, kind: str, item: str = "", due: Mapping[str, Json] | None = None, **data: Json
    ) -> None:
        """Add an event and fold it in; `due` are the moments it sets."""
        event = Event(kind, self.at, self.by, item, {**data, **(due or {})})
        self.state = apply(self.state, event)
        self.events.append(event)

    @property
    def grade(self) -> Grade:
        """Return how fast this request must go."""
        return self.spec.grades[self.state.grade]

    def item(self, key: str, *allowed: ItemStatus) -> Item:
        """Return an item in one of these states; raises NotFound or Conflict."""
        found = self.state.items.get(key)
        if found is None:
            raise words.no_item(key)
        if self.state.status == "closed":
            raise words.request_conflict(self.state)
        if allowed and found.status not in allowed:
            raise words.item_conflict(found)
        return found

    def require(self, *allowed: RequestStatus) -> None:
        """Raise Conflict unless the whole request is in one of these states."""
        if self.state.status not in allowed:
            raise words.request_conflict(self.state)

    def reason(self, key: str, act: Act) -> str:
        """Return a reason declared for this act; raises WrongInput."""
        found = self.spec.reasons.get(key)
        if found is None or found.act != act:
            raise words.bad_reason()
        return key

    def after(self, term: Term) -> Moment:
        """Return when a term ends that begins now."""
        return moment_after(self.calendar, self.at, term)


def receive(
    spec: AppealSpec,
    *,
    category: str,
    area: str,
    at: datetime,
    by: str,
    calendar: WorkCalendar,
    grade: str = "",
    channel: str = "portal",
) -> tuple[Request, tuple[Event, ...]]:
    """Return a new request and its first event. Raises WrongInput for what the pack doesn't have."""
    on = day_of(at)
    if on < spec.effective_from or (spec.effective_to is not None and on > spec.effective_to):
        raise words.wrong(
            "not_in_force",
            "这一类诉求今天还不收，请打 12345。",
            "This kind of request isn't taken today; call 12345.",
            field="category",
        )
    grade = _grade(spec, category, grade)
    due = moment_after(calendar, at, spec.grades[grade].dispatch)
    data: dict[str, Json] = {
        "category": category,
        "grade": grade,
        "area": area,
        "channel": channel,
        "calendar": calendar.version,
        **_moment("due", due),
    }
    event = Event("received", at, by, "", data)
    return apply(None, event), (event,)


def decide(
    spec: AppealSpec, state: Request, command: Command, *, at: datetime, calendar: WorkCalendar
) -> tuple[Request, tuple[Event, ...]]:
    """Return the state after a command and its events; () for a harmless repetition.

    Raises Conflict (somebody was faster: `facts` say who and what), WrongInput, NotFound.
    """
    run = Run(spec, state, at, command.by, calendar)
    ACTS[type(command)](run, command)
    return run.state, tuple(run.events)


def dispatcher_of(spec: AppealSpec, state: Request) -> str:
    """Return the post that dispatches now: the usual one, or who does it again after an answer."""
    return spec.redo if state.round > 1 else spec.dispatcher


def was_answered(state: Request) -> bool:
    """Return whether a lead has answered the requester; what a helper told the lead is no answer."""
    return any(item.is_lead and item.status == "answered" for item in state.items.values())


def may_send_back(spec: AppealSpec, state: Request, item: Item) -> bool:
    """Return whether an office may still say that this isn't for it: once, and never the backstop."""
    before = any(i.post == item.post and i.status == "returned" for i in state.items.values())
    return not before and item.post != spec.backstop_of(state.category)


# ── the dispatcher ──────────────────────────────────────────────────────────────────────────────
def _classify(run: Run, command: Classify) -> None:
    run.require("received")
    grade = _grade(run.spec, command.category, command.grade)
    if (command.category, grade) == (run.state.category, run.state.grade):
        return
    since = run.state.received if run.state.round == 1 and not run.state.items else run.at
    due = moment_after(run.calendar, since, run.spec.grades[grade].dispatch)
    run.emit("classified", due=_moment("due", due), category=command.category, grade=grade)


def _not_accept(run: Run, command: NotAccept) -> None:
    if _said_before(run, "not_accepted"):
        return
    run.require("received")
    reason = run.reason(command.reason, "not_accepted")
    if was_answered(run.state):
        raise words.refusal(
            "accepted_already",
            "这件诉求已经受理并反馈过，不能再不受理。请重新派单。",
            "This request was accepted and answered before, so it must be dispatched.",
        )
    _close(run, "not_accepted", reason=reason)


def _dispatch(run: Run, command: Dispatch) -> None:
    asked = (command.lead, *command.helpers)
    if run.state.status == "handling":
        now = [i for i in run.state.open_items if i.round == run.state.round]
        is_same = {i.post for i in now} == set(asked) and all(
            i.is_lead == (i.post == command.lead) for i in now
        )
        if is_same and {person_of(i.by) for i in now} == {person_of(command.by)}:
            return
    run.require("received")
    if "" in asked or len(set(asked)) < len(asked):
        raise words.wrong(
            "lead",
            "要有一个牵头的岗位，协办的不能和它重复。",
            "One post leads; helpers must be others.",
            field="lead",
        )
    for post in asked:
        _give(run, post, is_lead=post == command.lead)


def _add_helper(run: Run, command: AddHelper) -> None:
    run.require("handling")
    now = [i for i in run.state.open_items if i.post == command.post]
    if now and person_of(now[0].by) == person_of(command.by) and not now[0].is_lead:
        return
    if now or not command.post:
        raise words.wrong(
            "helper",
            "这个岗位已经在办这件诉求，请选别的。",
            "That post is on this request already.",
            field="post",
        )
    _give(run, command.post, is_lead=False)


def _relieve(run: Run, command: Relieve) -> None:
    item = run.item(command.item)
    if item.status == "relieved" and person_of(item.by) == person_of(command.by):
        return
    if item.is_lead or item.status in ENDED:
        raise words.item_conflict(item)
    run.emit("relieved", item.key)


def _decide_dispute(run: Run, command: DecideDispute) -> None:
    item = run.item(command.item)
    if _repeats(item, command.by, "moved" if command.to else "open"):
        return
    item = run.item(command.item, "disputed")
    if command.to in ("", item.post):
        run.emit("stays", item.key, _again(run, item))
        return
    if any(i.post == command.to for i in run.state.open_items):
        raise words.wrong(
            "to",
            "这个岗位已经在办这件诉求，请选别的。",
            "That post is on this request already.",
            field="to",
        )
    run.emit("moved", item.key, to=command.to)
    _give(run, command.to, is_lead=item.is_lead)


# ── the office ──────────────────────────────────────────────────────────────────────────────────
def _sign(run: Run, command: Sign) -> None:
    item = run.item(command.item)
    if _repeats(item, command.by, "open"):
        return
    run.item(command.item, "waiting")
    run.emit("signed", item.key)


def _contact(run: Run, command: Contact) -> None:
    item = run.item(command.item, "open")
    if command.way not in run.spec.ways:
        raise words.wrong("way", "请选怎么联系的。", "Say how they were reached.", field="way")
    if item.contacted is not None and command.reached and _is_again(run, item, command.by):
        return
    run.emit("contacted", item.key, reached=command.reached, way=command.way)


def _send_back(run: Run, command: SendBack) -> None:
    item = run.item(command.item)
    if _repeats(item, command.by, "returned"):
        return
    item = run.item(command.item, "waiting", "open")
    reason = run.reason(command.reason, "return")
    if not may_send_back(run.spec, run.state, item):
        raise words.refusal(
            "returned_once",
            "这一单不能再退：退过一次，或者这里是兜底岗位。不归您管，请提职责争议。",
            "This can't be sent back again: it was once, or this post is the backstop. If it isn't "
            "your duty, raise a dispute.",
            item=item.key,
        )
    run.emit("returned", item.key, reason=reason)
    if item.is_lead:
        _relieve_all(run)
        run.emit("back", due=_moment("due", run.after(run.grade.dispatch)))


def _raise_dispute(run: Run, command: RaiseDispute) -> None:
    item = run.item(command.item)
    if _repeats(item, command.by, "disputed"):
        return
    item = run.item(command.item, "waiting", "open")
    reason = run.reason(command.reason, "dispute")
    if item.was_disputed or item.post == run.spec.backstop_of(run.state.category):
        raise words.refusal(
            "disputed_once",
            "这一单的职责已经裁定过，或者这里是兜底岗位。请先办，有意见向上级提。",
            "Whose duty this is has been decided, or this post is the backstop. Please go on; take "
            "objections to your superior.",
            item=item.key,
        )
    due = run.after(run.spec.dispute.within)
    run.emit("disputed", item.key, _moment("due", due), reason=reason)


def _ask_extension(run: Run, command: AskExtension) -> None:
    item = run.item(command.item)
    if item.extension == "asked" and person_of(item.extension_by) == person_of(command.by):
        return
    item = run.item(command.item, "open")
    reason = run.reason(command.reason, "extend")
    if run.grade.extend is None or item.extension:
        raise words.refusal(
            "not_extendable",
            "这一单不能延期：没有这一条，或者已经申请过一次。请按现在的时间办。",
            "This item can't be given more time: the rules don't allow it, or it was asked before.",
            item=item.key,
        )
    if item.finish_due.at < run.at:
        raise words.refusal(
            "too_late_to_extend",
            "已经过了办完的时间，不能再申请延期。请尽快办。",
            "The time is over, so no more can be asked for. Please see to it soon.",
            item=item.key,
        )
    run.emit("extension_asked", item.key, reason=reason)


def _answer_extension(run: Run, command: AnswerExtension) -> None:
    item = run.item(command.item)
    if item.extension == ("granted" if command.granted else "refused") and _is_by(item, command.by):
        return
    if item.extension != "asked" or item.status in ENDED or run.grade.extend is None:
        raise words.item_conflict(item)
    if person_of(item.extension_by) == person_of(command.by):
        raise words.own_wish()
    if not command.granted:
        run.emit("extension_refused", item.key)
        return
    finish = moment_after(run.calendar, item.finish_due.at, run.grade.extend.by)
    run.emit("extended", item.key, _moment("finish", finish))


def _ask_hold(run: Run, command: AskHold) -> None:
    item = run.item(command.item)
    if item.hold == "asked" and person_of(item.hold_by) == person_of(command.by):
        return
    item = run.item(command.item, "open")
    reason = run.reason(command.reason, "hold")
    if item.hold == "asked":
        raise words.item_conflict(item)
    last = moment_after(run.calendar, run.at, run.spec.hold.most).at
    if not day_of(run.at) < command.until <= day_of(last):
        said = run.spec.hold.most.text
        raise words.wrong(
            "until",
            f"复查日要在明天以后、{said.zh}以内。",
            f"The review date lies after today and within {said.en}.",
            field="until",
        )
    run.emit("hold_asked", item.key, reason=reason, until=command.until.isoformat())


def _answer_hold(run: Run, command: AnswerHold) -> None:
    item = run.item(command.item)
    if item.hold == ("granted" if command.granted else "refused") and _is_by(item, command.by):
        return
    item = run.item(command.item, "open")
    if item.hold != "asked":
        raise words.item_conflict(item)
    if person_of(item.hold_by) == person_of(command.by):
        raise words.own_wish()
    is_past = item.hold_until is not None and item.hold_until <= day_of(run.at)
    run.emit("held" if command.granted and not is_past else "hold_refused", item.key)


def _end_hold(run: Run, command: EndHold) -> None:
    item = run.item(command.item)
    if item.status == "open" and not item.hold and person_of(item.by) == person_of(command.by):
        return
    item = run.item(command.item, "held")
    due = item.hold_until
    if command.by == SYSTEM and due is not None and day_of(run.at) < due:
        raise words.item_conflict(item)
    run.emit("hold_ended", item.key, _again(run, item))


def _answer(run: Run, command: Answer) -> None:
    item = run.item(command.item)
    if _repeats(item, command.by, "answered"):
        return
    item = run.item(command.item, "open")
    if not command.result:
        raise words.wrong("result", "请选办得怎样。", "Say how it went.", field="result")
    if item.is_lead:
        _require_contact(run, item)
        helpers = [i for i in run.state.open_items if not i.is_lead]
        if helpers:
            raise words.refusal(
                "helpers_first",
                f"还有 {len(helpers)} 个协办没有反馈。等他们反馈，或者请派单岗免去协办，再由您统一反馈。",
                f"{len(helpers)} helping offices have not answered. Wait for them, or have them "
                "relieved; then answer for all.",
                helpers=len(helpers),
            )
    run.emit("answered", item.key, result=command.result)
    if item.is_lead:
        run.emit("to_visit", due=_moment("due", run.after(run.spec.visit.within)))


def _require_contact(run: Run, item: Item) -> None:
    if item.contacted is None and item.tries < run.spec.visit.attempts:
        raise words.refusal(
            "contact_first",
            f"还没有联系上提诉求的人：先联系，或者记满 {run.spec.visit.attempts} 次没联系上，再反馈。",
            "Nobody has spoken to the requester yet: do so, or write down "
            f"{run.spec.visit.attempts} calls in vain, and answer then.",
            item=item.key,
        )


# ── after the answer ────────────────────────────────────────────────────────────────────────────
def _visit_back(run: Run, command: VisitBack) -> None:
    state, is_same = run.state, person_of(run.state.closed_by) == person_of(command.by)
    if state.status == "closed" and is_same and command.reached and state.solved == command.solved:
        return
    run.require("visiting")
    if not command.reached:
        _in_vain(run)
        return
    if command.solved is None:
        raise words.wrong("solved", "请选解决了没有。", "Say whether it is solved.", field="solved")
    score = command.score
    if score is not None and (isinstance(score, bool) or not 1 <= score <= run.spec.scale):
        raise words.wrong(
            "score",
            f"请选 1 到 {run.spec.scale} 分。",
            f"Choose from 1 to {run.spec.scale}.",
            field="score",
        )
    run.emit("visited", reached=True, solved=command.solved, score=score)
    if command.solved or command.accepts:
        _close(run, "solved" if command.solved else "explained")
    else:
        run.emit("redone", due=_moment("due", run.after(run.grade.dispatch)))


def _in_vain(run: Run) -> None:
    visit, last = run.spec.visit, run.state.last_visit
    if last is not None and run.at < _gap_after(run.calendar, last, visit.gap):
        said = visit.gap.text
        raise words.refusal(
            "too_soon",
            f"两次回访之间要隔 {said.zh}。晚一点再打。",
            f"Between two calls lie {said.en}. Call again later.",
        )
    run.emit("visited", reached=False)
    if run.state.visits >= visit.attempts:
        _close(run, "unreached")


def _withdraw(run: Run, command: Withdraw) -> None:
    if _said_before(run, "withdrawn"):
        return
    run.require("received", "handling", "visiting")
    _close(run, "withdrawn")


def _urge(run: Run, command: Urge) -> None:
    run.require("received", "handling", "visiting")
    run.emit("urged")


def _note_late(run: Run, command: NoteLate) -> None:
    for one in running(run.state):
        is_it = (one.clock, one.item) == (command.clock, command.item)
        if is_it and one.due.at < run.at and one.version not in run.state.noted:
            run.emit("late", command.item, clock=one.clock, version=one.version)


def _derive(run: Run, command: Derive) -> None:
    """Derive anew from where each clock began; nothing changes before the year's notice is out."""
    for one in list(running(run.state)):
        if not one.due.provisional or run.calendar.is_provisional(day_of(one.due.at)):
            continue
        again = _derived(run, one)
        if again.provisional:
            continue
        kind = "due_known" if one.item else "desk_due_known"
        run.emit(kind, one.item, _moment("due", again), clock=one.clock)


def _derived(run: Run, one: Running) -> Moment:
    """Return a clock's moment by the calendar of now; one that was moved by an act keeps its own."""
    state, grade, item = run.state, run.grade, run.state.items.get(one.item)
    if item is not None:
        # After a hold, a dispute or more time it no longer follows from when the item was given.
        was_moved = item.was_disputed or item.extension == "granted" or bool(item.hold_by)
        if one.clock == "dispute" and item.stopped is not None:
            return moment_after(run.calendar, item.stopped, run.spec.dispute.within)
        if not was_moved:
            term = grade.contact if one.clock == "contact" else grade.finish
            return moment_after(run.calendar, item.dispatched, term)
    elif one.clock == "visit" and state.lead is not None and state.lead.ended is not None:
        return moment_after(run.calendar, state.lead.ended, run.spec.visit.within)
    elif one.clock == "dispatch" and state.round == 1 and not state.items:
        return moment_after(run.calendar, state.received, grade.dispatch)
    return Moment(one.due.at)


def _take_up_again(run: Run, command: TakeUpAgain) -> None:
    if run.state.successor == command.successor:
        return
    run.require("closed")
    if run.state.successor:
        raise words.refusal(
            "taken_up",
            f"这件诉求已经接着办了，新的是 {run.state.successor}。请看那一件。",
            f"This request goes on already in {run.state.successor}. See that one.",
            successor=run.state.successor,
        )
    end = moment_after(run.calendar, run.state.closed or run.at, run.spec.reopen.within)
    if end.at < run.at:
        raise words.refusal(
            "too_late_to_reopen",
            f"办结超过 {run.spec.reopen.within.text.zh}了，请提一件新的诉求。",
            f"It ended more than {run.spec.reopen.within.text.en} ago. Please make a new request.",
        )
    run.emit("taken_up", successor=command.successor)


# ── shared steps ────────────────────────────────────────────────────────────────────────────────
def _give(run: Run, post: str, *, is_lead: bool) -> None:
    key = str(len(run.state.items) + 1)
    due = _moment("finish", run.after(run.grade.finish))
    if is_lead:
        due |= _moment("contact", run.after(run.grade.contact))
    run.emit("dispatched", key, due, post=post, lead=is_lead)


def _close(run: Run, outcome: str, *, reason: str = "") -> None:
    _relieve_all(run)
    run.emit("closed", outcome=outcome, reason=reason)


def _relieve_all(run: Run) -> None:
    for item in run.state.open_items:
        run.emit("relieved", item.key)


def _again(run: Run, item: Item) -> dict[str, Json]:
    """Return the due moments of an item whose clock has stood still until now."""
    if item.stopped is None:
        return {}

    def moved(due: Moment, unit: Unit) -> Moment:
        return moment_stopped(run.calendar, due, unit, since=since, until=run.at)

    since, grade = item.stopped, run.grade
    data = _moment("finish", moved(item.finish_due, grade.finish.unit))
    if item.contact_due is not None and item.contacted is None:
        data |= _moment("contact", moved(item.contact_due, grade.contact.unit))
    return data


def _moment(name: str, moment: Moment) -> dict[str, Json]:
    data: dict[str, Json] = {name: moment.at.astimezone(CHINA).isoformat()}
    if moment.provisional:
        data[f"{name}_provisional"] = True
    return data


def _grade(spec: AppealSpec, category: str, grade: str) -> str:
    if category not in {one.key for one in spec.leaves()}:
        raise words.wrong(
            "category", "请选一个最细的类别。", "Choose one of the categories.", field="category"
        )
    grade = grade or spec.grade_of(category)
    if grade not in spec.grades:
        raise words.wrong("grade", "请选多急。", "Say how urgent it is.", field="grade")
    return grade


def _gap_after(calendar: WorkCalendar, last: datetime, gap: Term) -> datetime:
    if gap.unit == "wh":
        return add_hours(calendar, last, gap.amount)
    if gap.unit == "h":
        return last + timedelta(hours=gap.amount)
    return moment_after(calendar, last, gap).at


def _said_before(run: Run, outcome: str) -> bool:
    """Whether this person has closed it this way already."""
    state = run.state
    return state.outcome == outcome and person_of(state.closed_by) == person_of(run.by)


def _is_by(item: Item, by: str) -> bool:
    return person_of(item.by) == person_of(by)


def _repeats(item: Item, by: str, status: ItemStatus) -> bool:
    """Whether the last step on an item was this one, by the same person."""
    return item.status == status and _is_by(item, by)


def _is_again(run: Run, item: Item, by: str) -> bool:
    """Whether this is the same click again: the same person within a minute."""
    return (
        _is_by(item, by)
        and item.contacted is not None
        and run.at - item.contacted < timedelta(minutes=1)
    )


ACTS: Mapping[type, Callable[[Run, Any], None]] = {
    Classify: _classify,
    NotAccept: _not_accept,
    Dispatch: _dispatch,
    AddHelper: _add_helper,
    Relieve: _relieve,
    DecideDispute: _decide_dispute,
    Sign: _sign,
    Contact: _contact,
    SendBack: _send_back,
    RaiseDispute: _raise_dispute,
    AskExtension: _ask_extension,
    AnswerExtension: _answer_extension,
    AskHold: _ask_hold,
    AnswerHold: _answer_hold,
    EndHold: _end_hold,
    Answer: _answer,
    VisitBack: _visit_back,
    Withdraw: _withdraw,
    Urge: _urge,
    NoteLate: _note_late,
    Derive: _derive,
    TakeUpAgain: _take_up_again,
}
