"""What a stored case would have been under another form of its service. Pure; nothing is written.

Both forms plan the same facts on the same day of submission, and the new form's terms are laid
over the days on which offices really finished.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.engines.casework.fold import replay
from minsheng.engines.casework.moving import fitting
from minsheng.engines.casework.plan import MATERIALS, Facts, Plan, plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import CaseState, Event
from minsheng.lib.texts import Text, day_said
from minsheng.lib.workdays import Clock, WorkCalendar

Kind = Literal["admission", "item", "due", "finish", "material", "consent", "check", "late", "fold"]
ANSWERS = {
    True: Text("是", "yes"),
    False: Text("不是", "no"),
    None: Text("不知道", "unknown"),
}


@dataclass(frozen=True, slots=True)
class TrialChange:
    """One way in which a case would have been different, and about which item."""

    kind: Kind
    item: str
    text: Text


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored case: what was known, which proofs were at hand, what happened."""

    state: CaseState
    facts: Facts
    at_hand: Collection[str]
    events: Sequence[Event]


def trial(
    old: ServiceSpec, new: ServiceSpec, case: Stored, *, calendar: WorkCalendar
) -> tuple[TrialChange, ...]:
    """Return how the case would have differed under `new`; () when not at all."""
    on = case.state.submitted
    before = _planned(old, case, on, calendar)
    after = _planned(new, case, on, calendar)
    return (
        *_admission(before, after),
        *_items(old, new, before, after),
        *_days(new, before, after),
        *_materials(old, new, before, after),
        *_consents(old, new, before, after),
        *_checks(old, new, case, on),
        *_late(old, new, case, calendar),
        *_folds(new, case),
    )


def _planned(spec: ServiceSpec, case: Stored, on: date, calendar: WorkCalendar) -> Plan:
    facts = {**fitting(case.facts, spec), MATERIALS: frozenset(case.at_hand)}
    return plan(spec, facts, on=on, calendar=calendar)


def _admission(before: Plan, after: Plan) -> Iterator[TrialChange]:
    if before.is_admitted == after.is_admitted:
        return
    was, now = ANSWERS[before.is_admitted], ANSWERS[after.is_admitted]
    why = [a.admission.otherwise for a in after.admission if a.verdict.value is False]
    zh, en = (f"：{why[0].zh}", f": {why[0].to('en')}") if why else ("", "")
    yield TrialChange(
        "admission",
        "",
        Text(
            f"能不能受理，从“{was.zh}”变成“{now.zh}”{zh}",
            f"admitted: from “{was.en}” to “{now.en}”{en}",
        ),
    )


def _items(old: ServiceSpec, new: ServiceSpec, before: Plan, after: Plan) -> Iterator[TrialChange]:
    had = {row.key for row in before.items}
    has = {row.key for row in after.items}
    for key in sorted(has - had):
        title = new.items[key].title
        yield TrialChange(
            "item", key, Text(f"多一件：{title.zh}", f"one more item: {title.to('en')}")
        )
    for key in sorted(had - has):
        title = old.items[key].title
        yield TrialChange(
            "item", key, Text(f"少一件：{title.zh}", f"one item less: {title.to('en')}")
        )


def _days(new: ServiceSpec, before: Plan, after: Plan) -> Iterator[TrialChange]:
    days = {row.key: row.due.day for row in before.items}
    for row in after.items:
        was = days.get(row.key)
        if was is None or was == row.due.day:
            continue
        title, then, now = new.items[row.key].title, day_said(was), day_said(row.due.day)
        yield TrialChange(
            "due",
            row.key,
            Text(
                f"{title.zh}：最晚从{then.zh}变成{now.zh}",
                f"{title.to('en')}: due {now.en} instead of {then.en}",
            ),
        )
    if before.finish.day != after.finish.day:
        then, now = day_said(before.finish.day), day_said(after.finish.day)
        yield TrialChange(
            "finish",
            "",
            Text(f"全部办好从{then.zh}变成{now.zh}", f"all done by {now.en} instead of {then.en}"),
        )


def _materials(
    old: ServiceSpec, new: ServiceSpec, before: Plan, after: Plan
) -> Iterator[TrialChange]:
    had = {row.key for row in before.materials_missing}
    has = {row.key for row in after.materials_missing}
    for key in sorted(has - had):
        title = new.materials[key].title
        yield TrialChange(
            "material", "", Text(f"多要一份：{title.zh}", f"one more proof: {title.to('en')}")
        )
    for key in sorted(had - has):
        title = old.materials[key].title
        yield TrialChange(
            "material", "", Text(f"少要一份：{title.zh}", f"one proof less: {title.to('en')}")
        )


def _consents(
    old: ServiceSpec, new: ServiceSpec, before: Plan, after: Plan
) -> Iterator[TrialChange]:
    had = {row.subject for row in before.consents_wanted}
    has = {row.subject for row in after.consents_wanted}
    for key in sorted(has - had):
        who = new.subjects[key].title
        yield TrialChange(
            "consent", "", Text(f"多一人同意：{who.zh}", f"{who.to('en')} must agree as well")
        )
    for key in sorted(had - has):
        who = old.subjects[key].title
        yield TrialChange(
            "consent", "", Text(f"不用{who.zh}同意", f"{who.to('en')} need not agree")
        )


def _checks(old: ServiceSpec, new: ServiceSpec, case: Stored, on: date) -> Iterator[TrialChange]:
    """Yield the checks that would have been answered otherwise than the same check was."""
    for key in new.items.keys() & old.items.keys() & case.state.items.keys():
        if case.state.items[key].status == "skipped":
            continue
        was = {c.rule: c.rule.decide(case.facts, on=on).value for c in old.items[key].checks}
        for check in new.items[key].checks:
            if check.rule in was:
                continue
            answer = check.rule.decide(case.facts, on=on).value
            if answer is True:
                continue
            title, said = new.items[key].title, ANSWERS[answer]
            yield TrialChange(
                "check",
                key,
                Text(
                    f"{title.zh}：新的核对“{check.text.zh}”会答“{said.zh}”",
                    f"{title.to('en')}: the new check “{check.text.to('en')}” says {said.en}",
                ),
            )


def _late(
    old: ServiceSpec, new: ServiceSpec, case: Stored, calendar: WorkCalendar
) -> Iterator[TrialChange]:
    """Yield the items that were in time, and would have been late under the new term."""
    for key, item in case.state.items.items():
        if item.started is None or item.finished is None or item.is_stopped:
            continue
        if key not in new.items or item.status not in ("done", "refused"):
            continue
        terms = (old.items[key].due, new.items[key].due)
        was, now = (
            Clock(item.started, term, item.stops).reading(calendar, item.finished).due.day
            for term in terms
        )
        if now < item.finished <= was:
            title, day = new.items[key].title, day_said(item.finished)
            yield TrialChange(
                "late",
                key,
                Text(
                    f"{title.zh}：{day.zh}办好，按新时限就超期了",
                    f"{title.to('en')}: finished on {day.en}, late under the new term",
                ),
            )


def _folds(new: ServiceSpec, case: Stored) -> Iterator[TrialChange]:
    """Yield that the history doesn't fit, where it speaks of an item that the new form hasn't."""
    try:
        replay(new, case.events)
    except ValueError:
        gone = sorted({e.item for e in case.events if e.item and e.item not in new.items})
        named = "、".join(gone)
        yield TrialChange(
            "fold",
            "",
            Text(
                f"办过的记录里有新版没有的事项：{named}",
                f"its history speaks of items the new form doesn't have: {', '.join(gone)}",
            ),
        )
