"""Whether a running case may go on under another form of its service, and what that changes.

Pure. What was decided stays decided; no promise moves later; nothing is asked again. Where one of
these can't be kept, the case stays where it is, and the obstacles say why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from minsheng.engines.casework.advance import move
from minsheng.engines.casework.decide import Start
from minsheng.engines.casework.obstacles import (
    Moving,
    Obstacle,
    bared,
    misfits,
    promise_later,
    unagreed,
    unasked,
    worsened,
)
from minsheng.engines.casework.plan import SELECTED, Facts, Plan, outlook, plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import TERMINAL, CaseState, Event, Json, day_of
from minsheng.engines.casework.step import post_of
from minsheng.lib.texts import Text, day_said
from minsheng.lib.workdays import WorkCalendar


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
    apart = tuple(misfits(case, on))
    if apart:
        return Assessment(apart)
    planned = plan(
        case.new, fitting(case.facts, case.new), on=case.state.submitted, calendar=calendar
    )
    starts = _starts(case, planned)
    obstacles = [
        *unasked(case, planned, starts),
        *unagreed(case, planned),
        *bared(case, starts),
    ]
    if obstacles:
        return Assessment(tuple(obstacles))
    after, _ = move(case.new, case.state, starts, at=at, by=by, calendar=calendar, data=data)
    before_view = outlook(case.old, case.state, on=on, calendar=calendar)
    view = outlook(case.new, after, on=on, calendar=calendar)
    promised = case.state.promised or before_view.finish
    late = [*worsened(case, after, on, calendar)]
    if view.finish.day > max(promised.day, before_view.finish.day):
        late.append(promise_later(promised.day, view.finish.day))
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
        if post_of(case.old, case.state.items[key]) != post_of(case.new, item):
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
