"""Whether a running case may go on under another form of its service, and what that changes.

Pure. What was decided stays decided; no promise moves later; nothing is asked again. Where one of
these can't be kept, the case stays where it is, and the obstacles say why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from minsheng.engines.casework.advance import move
from minsheng.engines.casework.clocks import RUNNING, due_of
from minsheng.engines.casework.decide import Start
from minsheng.engines.casework.plan import SELECTED, Facts, Plan, outlook, plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import TERMINAL, CaseState, Event, ItemState, Json, day_of
from minsheng.lib.texts import Text, day_said
from minsheng.lib.workdays import WorkCalendar
from minsheng.rules import Rule

OVER = frozenset({"done", "skipped"})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case can't go over. `item` is empty where it is about the whole case."""

    code: str
    item: str
    text: Text


@dataclass(frozen=True, slots=True)
class MoveChange:
    """What going over changes for one item, or (item "") for the whole case."""

    kind: str
    item: str
    text: Text


@dataclass(frozen=True, slots=True)
class Assessment:
    """One case before it goes over. `events` and `after` are what `move` gives, when it may."""

    obstacles: tuple[Obstacle, ...]
    changes: tuple[MoveChange, ...] = ()
    after: CaseState | None = None
    events: tuple[Event, ...] = ()

    @property
    def may_move(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Moving:
    """A running case with what is known about it: facts, proofs at hand."""

    old: ServiceSpec
    new: ServiceSpec
    state: CaseState
    facts: Facts
    at_hand: Collection[str]

    @property
    def undecided(self) -> dict[str, ItemState]:
        """The items that an office still has to decide."""
        return {k: i for k, i in self.state.items.items() if i.status not in TERMINAL}


def fitting(facts: Facts, spec: ServiceSpec) -> dict[str, object]:
    """Return the facts with the choice cut to the items that `spec` lets people choose."""
    chosen = facts.get(SELECTED)
    if not isinstance(chosen, Collection) or isinstance(chosen, str):
        return dict(facts)
    offered = {key for key, item in spec.items.items() if item.optional}
    return {**facts, SELECTED: frozenset(str(key) for key in chosen) & offered}


def assess(
    case: Moving, *, at: datetime, by: str, calendar: WorkCalendar, data: Mapping[str, Json]
) -> Assessment:
    """Return whether the case may go over at `at`, and what that changes.

    `data` goes into the event `moved`: the hashes of both forms.
    """
    on = day_of(at)
    apart = tuple(_misfits(case))
    if apart:
        return Assessment(apart)
    planned = plan(
        case.new, fitting(case.facts, case.new), on=case.state.submitted, calendar=calendar
    )
    starts = _starts(case, planned)
    obstacles = [*_unasked(case, planned, starts), *_unagreed(case, planned)]
    if obstacles:
        return Assessment(tuple(obstacles))
    after, _ = move(case.new, case.state, starts, at=at, by=by, calendar=calendar, data=data)
    before_view = outlook(case.old, case.state, on=on, calendar=calendar)
    view = outlook(case.new, after, on=on, calendar=calendar)
    promised = case.state.promised or before_view.finish
    late = [*_late_at_once(case, after, on, calendar)]
    if view.finish.day > max(promised.day, before_view.finish.day):
        late.append(_promise_later(promised.day, view.finish.day))
    if late:
        return Assessment(tuple(late))
    nearer: dict[str, Json] = {}
    if view.finish.day < promised.day:
        nearer = {
            "due": view.finish.day.isoformat(),
            "provisional": view.finish.provisional,
        }
    after, events = move(
        case.new, case.state, starts, at=at, by=by, calendar=calendar, data={**data, **nearer}
    )
    days_before = {row.key: row.due.day for row in before_view.items}
    days_after = {row.key: row.due.day for row in view.items}
    changes = [*_changed_items(case, after, days_before, days_after)]
    changes += _changed_checks(case)
    if nearer:
        changes.append(_nearer(promised.day, view.finish.day))
    return Assessment((), tuple(changes), after, events)


# ── what stands in the way ──────────────────────────────────────────────────────────────────────


def _misfits(case: Moving) -> Iterator[Obstacle]:
    """Yield what can't be carried over at all."""
    old, new, state = case.old, case.new, case.state
    if state.status != "running" or state.withdrawn:
        yield Obstacle("closed", "", Text("这一件已经办结或撤回", "the case has ended"))
        return
    whole = (
        ("event", old.event_key != new.event_key, "按什么认定是同一件事，变了", "the key of its event"),
        ("applicant", old.applicant.key != new.applicant.key, "谁来申请，变了", "who applies"),
        ("protected", old.protected != new.protected, "是不是要保护，变了", "whether it is protected"),
    )  # fmt: skip
    for code, differs, zh, en in whole:
        if differs:
            yield Obstacle(code, "", Text(zh, f"{en} is another"))
    for key, item in state.items.items():
        title = old.items[key].title
        if key not in new.items:
            yield Obstacle(
                "item_gone",
                key,
                Text(f"新版里没有“{title.zh}”", f"the new form has no “{title.to('en')}”"),
            )
        elif item.status not in TERMINAL:
            yield from _misfit(case, key, item, title)


def _misfit(case: Moving, key: str, item: ItemState, title: Text) -> Iterator[Obstacle]:
    old, new = case.old.items[key], case.new.items[key]
    if "external" in (item.status, item.before) and old.effect != new.effect:
        yield Obstacle(
            "register",
            key,
            Text(
                f"“{title.zh}”正等登记库回答，新版换了登记库",
                f"“{title.to('en')}” waits for a register that the new form doesn't use",
            ),
        )
    if item.status == "objected" and new.objection is None:
        yield Obstacle(
            "objection",
            key,
            Text(
                f"“{title.zh}”正在复核，新版里没有复核",
                f"“{title.to('en')}” is being looked at again, which the new form doesn't provide",
            ),
        )
    reasons = [stop.reason for stop in item.stops]
    if any(
        reason in case.old.reasons
        and (reason not in case.new.reasons
             or case.new.reasons[reason].act != case.old.reasons[reason].act)
        for reason in reasons
    ):  # fmt: skip
        yield Obstacle(
            "reason_gone",
            key,
            Text(
                f"“{title.zh}”停表的理由，新版里没有",
                f"the reason why the clock of “{title.to('en')}” stood isn't in the new form",
            ),
        )
    if item.status == "waiting":
        return
    for need in new.needs:
        needed = case.state.items.get(need)
        if need in case.new.items and (needed is None or needed.status not in OVER):
            other = case.new.items[need].title
            yield Obstacle(
                "begun_too_early",
                key,
                Text(
                    f"“{title.zh}”已经开始办，新版要先办好“{other.zh}”",
                    f"“{title.to('en')}” has begun, but now needs “{other.to('en')}” first",
                ),
            )


def _starts(case: Moving, planned: Plan) -> dict[str, Start]:
    """Return how the items that only the new form has begin."""
    rows = {row.key: row for row in planned.items}
    starts: dict[str, Start] = {}
    for key, item in case.new.items.items():
        if key in case.state.items:
            continue
        row = rows.get(key)
        if row is None or item.optional:
            starts[key] = "skipped"
        else:
            starts[key] = "waiting" if row.selected else "maybe"
    return starts


def _unasked(case: Moving, planned: Plan, starts: Mapping[str, Start]) -> Iterator[Obstacle]:
    """Yield what the applicant would have to bring or answer: nothing is asked again."""
    todo = set(case.undecided) | {k for k, how in starts.items() if how != "skipped"}
    on = case.state.submitted
    wanted = {key for item in todo for key in case.new.items[item].materials}
    live = {
        k
        for k, i in case.state.items.items()
        if i.status not in {"skipped", "cancelled", "refused"}
    }
    live |= {k for k, how in starts.items() if how != "skipped"}
    for key in sorted(wanted - set(case.at_hand)):
        material = case.new.materials[key]
        comes = any(s.kind == "item" and s.name in live for s in material.sources)
        if comes or _says(material.when, case.facts, on) is False:
            continue
        yield Obstacle(
            "material",
            "",
            Text(f"要多一份“{material.title.zh}”", f"needs “{material.title.to('en')}” as well"),
        )
    read = {key for item in todo for key in case.new.items[item].uses}
    for key in sorted(read - case.facts.keys()):
        field = case.new.fields.get(key)
        if field is None or field.ask != "always" or not field.required:
            continue
        if _says(field.when, case.facts, on) is not False:
            yield Obstacle(
                "question",
                "",
                Text(f"要多问一项“{field.label.zh}”", f"has to ask “{field.label.to('en')}”"),
            )


def _unagreed(case: Moving, planned: Plan) -> Iterator[Obstacle]:
    undecided = case.undecided
    for wanted in planned.consents_wanted:
        waits = [k for k in wanted.items if k in undecided or k not in case.state.items]
        if waits and wanted.subject not in case.state.wanted:
            who = case.new.subjects[wanted.subject].title
            yield Obstacle(
                "consent",
                waits[0],
                Text(f"要多一个人同意：{who.zh}", f"{who.to('en')} would have to agree"),
            )


def _late_at_once(
    case: Moving, after: CaseState, on: date, calendar: WorkCalendar
) -> Iterator[Obstacle]:
    """Yield the items whose shorter term would have run out already: no office is made late."""
    for key, item in case.state.items.items():
        if item.status not in RUNNING or item.started is None or item.is_stopped:
            continue
        before = due_of(case.old, case.state, key, calendar=calendar, on=on).due.day
        now = due_of(case.new, after, key, calendar=calendar, on=on).due.day
        if now < on <= before:
            title = case.new.items[key].title
            yield Obstacle(
                "late_at_once",
                key,
                Text(
                    f"按新版时限，“{title.zh}”今天就已经超期",
                    f"under the new term “{title.to('en')}” would be late already",
                ),
            )


def _promise_later(promised: date, finish: date) -> Obstacle:
    was, now = day_said(promised), day_said(finish)
    return Obstacle(
        "promise_later",
        "",
        Text(
            f"答应过{was.zh}前全部办好，按新版要到{now.zh}",
            f"all was promised by {was.en}; under the new form it would be {now.en}",
        ),
    )


def _says(rule: Rule | None, facts: Facts, on: date) -> bool | None:
    return True if rule is None else rule.decide(facts, on=on).value


# ── what changes ────────────────────────────────────────────────────────────────────────────────


def _changed_items(
    case: Moving, after: CaseState, before: Mapping[str, date], now: Mapping[str, date]
) -> Iterator[MoveChange]:
    for key, item in after.items.items():
        title = case.new.items[key].title
        if key not in case.state.items:
            if item.status != "skipped":
                yield MoveChange(
                    "added", key, Text(f"多办一件：{title.zh}", f"one more item: {title.to('en')}")
                )
            continue
        if item.status in TERMINAL:
            continue
        if before.get(key) != now.get(key) and key in before and key in now:
            was, then = day_said(before[key]), day_said(now[key])
            yield MoveChange(
                "due",
                key,
                Text(
                    f"{title.zh}：从{was.zh}前办好，改为{then.zh}前",
                    f"{title.to('en')}: by {then.en} instead of {was.en}",
                ),
            )
        if case.old.items[key].post != case.new.items[key].post:
            yield MoveChange(
                "post",
                key,
                Text(f"{title.zh}：换了办理的岗位", f"{title.to('en')}: another post decides it"),
            )
        if case.state.items[key].status == "waiting" and item.status == "open":
            yield MoveChange(
                "opens",
                key,
                Text(f"{title.zh}：马上开始办", f"{title.to('en')}: starts at once"),
            )


def _changed_checks(case: Moving) -> Iterator[MoveChange]:
    """Yield the new or changed conditions of undecided items that aren't answered yes."""
    on = case.state.submitted
    for key in case.undecided:
        known = {check.rule for check in case.old.items[key].checks}
        for check in case.new.items[key].checks:
            if check.rule in known or check.rule.decide(case.facts, on=on).value is True:
                continue
            title = case.new.items[key].title
            yield MoveChange(
                "check",
                key,
                Text(
                    f"{title.zh}：多核对一条，现在答不出“是”：{check.text.zh}",
                    f"{title.to('en')}: one more check, not answered yes: {check.text.to('en')}",
                ),
            )


def _nearer(promised: date, finish: date) -> MoveChange:
    was, now = day_said(promised), day_said(finish)
    return MoveChange(
        "finish",
        "",
        Text(
            f"全部办好的日子从{was.zh}提前到{now.zh}",
            f"all will be done by {now.en} instead of {was.en}",
        ),
    )
