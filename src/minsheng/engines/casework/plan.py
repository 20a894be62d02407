"""What will happen, before anything is submitted: items, offices, days, and what still misses.

The plan is a promise at the latest: every office uses its whole term, everything that may be
needed is needed, everyone who must agree does so on the day of submission.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.engines.casework.clocks import due_day_of
from minsheng.engines.casework.spec import AdmissionSpec, MaterialSpec, ServiceSpec, Source
from minsheng.engines.casework.state import CaseState
from minsheng.engines.casework.step import order_of
from minsheng.lib.errors import WrongInput
from minsheng.lib.workdays import Due, Term, WorkCalendar
from minsheng.rules import Missing, Rule, Unknown, Verdict

Facts = Mapping[str, object]
SELECTED = "selected"
MATERIALS = "materials"
DONE_BEFORE = "done_before"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item as planned. Working days are numbered from the first after submission.

    selected: True, or None where it may be needed and `missing` would settle it. clock_starts is
    the day its clock starts (not counted), earliest the first day that counts. critical: a later
    end here makes the whole later.
    """

    key: str
    office: str
    term: Term
    selected: bool | None
    waits_for: tuple[str, ...]
    clock_starts: date
    earliest: date
    start_workday: int
    end_workday: int
    due: Due
    critical: bool
    missing: frozenset[Missing] = frozenset()


@dataclass(frozen=True, slots=True)
class UnknownCondition:
    """An item whose condition can't be settled yet, and the facts that would settle it."""

    key: str
    missing: frozenset[Missing]


@dataclass(frozen=True, slots=True)
class MissingMaterial:
    """A material not at hand: who needs it, where to look (best first), whether it's certain."""

    key: str
    items: tuple[str, ...]
    sources: tuple[Source, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class WantedConsent:
    """A subject who must agree, the items that wait for it, whether that's certain."""

    subject: str
    items: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class AdmissionAnswer:
    """A condition of the whole case, answered."""

    admission: AdmissionSpec
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan. `finish` is the latest day, `workdays` its number from submission.

    skipped: items whose condition is false. not_chosen: optional items left out.
    """

    on: date
    items: tuple[PlannedItem, ...]
    finish: Due
    workdays: int
    skipped: tuple[str, ...]
    not_chosen: tuple[str, ...]
    unknown_conditions: tuple[UnknownCondition, ...]
    materials_missing: tuple[MissingMaterial, ...]
    consents_wanted: tuple[WantedConsent, ...]
    admission: tuple[AdmissionAnswer, ...]

    def item(self, key: str) -> PlannedItem:
        """Return the planned item of this key; raise KeyError when it isn't planned."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    @property
    def critical_path(self) -> tuple[str, ...]:
        """The items that decide the finish, in the order of their days."""
        critical = [item for item in self.items if item.critical]
        return tuple(item.key for item in sorted(critical, key=lambda i: (i.due.day, i.earliest)))

    @property
    def is_admitted(self) -> bool | None:
        """Whether the conditions of the whole case hold: yes, no, or None for unknown."""
        values = [answer.verdict.value for answer in self.admission]
        return False if False in values else None if None in values else True


@dataclass(frozen=True, slots=True)
class Outlook:
    """The plan of a running case: what was, is and will be, in the same form as before.

    Working days are numbered from the submission. `late` is how many working days `finish` lies
    after the promised day; 0 when it is kept.
    """

    items: tuple[PlannedItem, ...]
    finish: Due
    workdays: int
    late: int


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which items are in (True), may be in (None), are out; and what would settle them."""

    planned: Mapping[str, bool | None]
    missing: Mapping[str, frozenset[Missing]]
    skipped: tuple[str, ...]
    not_chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """When an item's clock starts and when the item is due."""

    starts: date
    due: Due


def plan(spec: ServiceSpec, facts: Facts, *, on: date, calendar: WorkCalendar) -> Plan:
    """Return what will happen when the case is submitted on the day `on` with these facts.

    Three facts have a fixed meaning: "selected" (the optional items chosen; absent means not asked
    yet), "materials" (those already at hand) and "done_before" (the items that an earlier case for
    the same event has done: they aren't done again). Raises WrongInput for a choice the service
    doesn't offer and NoCalendar beyond the known years.
    """
    choice = _choose(spec, facts, on)
    needs = {
        key: tuple(need for need in spec.items[key].needs if need in choice.planned)
        for key in choice.planned
    }
    slots = _schedule(spec, needs, {}, on=on, calendar=calendar)
    finish = _finish(slots.values(), on)
    return Plan(
        on=on,
        items=_rows(spec, needs, slots, choice, on=on, calendar=calendar),
        finish=finish,
        workdays=calendar.workdays_between(on, finish.day),
        skipped=choice.skipped,
        not_chosen=choice.not_chosen,
        unknown_conditions=tuple(
            UnknownCondition(key, choice.missing[key])
            for key, value in choice.planned.items()
            if value is None
        ),
        materials_missing=_materials_missing(spec, facts, choice, on),
        consents_wanted=_consents_wanted(spec, facts, choice, on),
        admission=tuple(
            AdmissionAnswer(admission, admission.rule.decide(facts, on=on))
            for admission in spec.admission
        ),
    )


def outlook(spec: ServiceSpec, state: CaseState, *, on: date, calendar: WorkCalendar) -> Outlook:
    """Return how a running case stands on a day and how it goes on if every term is used in full.

    What is done keeps its days; what is late is expected today; a stopped clock is taken to run
    again today. Skipped and cancelled items are left out.
    """
    live = {k: i for k, i in state.items.items() if i.status not in ("skipped", "cancelled")}
    needs = {k: tuple(n for n in spec.items[k].needs if n in live) for k in live}
    fixed = {
        key: Slot(item.started, _expected(spec, state, key, on=on, calendar=calendar))
        for key, item in live.items()
        if item.started is not None
    }
    slots = _schedule(spec, needs, fixed, on=on, calendar=calendar)
    first = state.submitted
    finish = _finish(slots.values(), first)
    choice = _Choice(
        {key: None if item.maybe and item.started is None else True for key, item in live.items()},
        dict.fromkeys(live, frozenset()),
        (),
        (),
    )
    promised = finish if state.promised is None else state.promised
    return Outlook(
        items=_rows(spec, needs, slots, choice, on=first, calendar=calendar),
        finish=finish,
        workdays=calendar.workdays_between(first, finish.day),
        late=max(0, calendar.workdays_between(promised.day, finish.day)),
    )


def _expected(
    spec: ServiceSpec, state: CaseState, key: str, *, on: date, calendar: WorkCalendar
) -> Due:
    item = state.items[key]
    if item.finished is not None:
        return Due(item.finished, provisional=False)
    due = due_day_of(spec, state, key, calendar=calendar, on=on)
    return due if due.day >= on else calendar.due(on, on)


def _schedule(
    spec: ServiceSpec,
    needs: Mapping[str, tuple[str, ...]],
    fixed: Mapping[str, Slot],
    *,
    on: date,
    calendar: WorkCalendar,
) -> dict[str, Slot]:
    """Return when each item of `needs` starts and is due; those in `fixed` have begun already."""
    slots: dict[str, Slot] = {}
    for key in order_of(spec):
        if key in fixed:
            slots[key] = fixed[key]
        elif key in needs:
            starts = max([on, *(slots[need].due.day for need in needs[key])])
            slots[key] = Slot(starts, calendar.add(starts, spec.items[key].due))
    return slots


def _rows(
    spec: ServiceSpec,
    needs: Mapping[str, tuple[str, ...]],
    slots: Mapping[str, Slot],
    choice: _Choice,
    *,
    on: date,
    calendar: WorkCalendar,
) -> tuple[PlannedItem, ...]:
    critical = _critical(slots, needs, _finish(slots.values(), on))
    rows = []
    for key, selected in choice.planned.items():
        slot = slots[key]
        earliest = min(calendar.next_workday(slot.starts, inclusive=False), slot.due.day)
        rows.append(
            PlannedItem(
                key=key,
                office=spec.items[key].office,
                term=spec.items[key].due,
                selected=selected,
                waits_for=needs[key],
                clock_starts=slot.starts,
                earliest=earliest,
                start_workday=calendar.workdays_between(on, earliest),
                end_workday=calendar.workdays_between(on, slot.due.day),
                due=slot.due,
                critical=key in critical,
                missing=choice.missing[key],
            )
        )
    return tuple(rows)


def _choose(spec: ServiceSpec, facts: Facts, on: date) -> _Choice:
    chosen = selection(spec, facts)
    planned: dict[str, bool | None] = {}
    missing: dict[str, frozenset[Missing]] = {}
    skipped: list[str] = []
    not_chosen: list[str] = []
    done_before = facts.get(DONE_BEFORE, frozenset())
    if isinstance(done_before, str) or not isinstance(done_before, Collection):
        raise TypeError("the fact 'done_before' is a set of item keys")
    for key, item in spec.items.items():
        verdict = _decide(item.when, facts, on)
        if key in done_before or (verdict is not None and verdict.value is False):
            skipped.append(key)
        elif item.optional and chosen is not None and key not in chosen:
            not_chosen.append(key)
        else:
            known = verdict is None or verdict.value is not None
            asked = not item.optional or chosen is not None
            planned[key] = True if known and asked else None
            missing[key] = frozenset() if verdict is None else verdict.missing
    return _Choice(planned, missing, tuple(skipped), tuple(not_chosen))


def selection(spec: ServiceSpec, facts: Facts) -> frozenset[str] | None:
    """Return the optional items that were chosen, or None when nobody has chosen yet."""
    value = facts.get(SELECTED)
    if value is None or isinstance(value, Unknown):
        return None
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError("the fact 'selected' is a set of item keys")
    chosen = frozenset(str(key) for key in value)
    offered = frozenset(key for key, item in spec.items.items() if item.optional)
    if chosen - offered:
        raise WrongInput(
            "casework.no_such_choice",
            "有一项已经不能选了。请回到上一步重新选，其他的都还在。",
            "One of your choices is no longer offered. Go back and choose again; the rest is kept.",
            field=SELECTED,
            facts={"unknown": sorted(chosen - offered)},
        )
    return chosen


def _decide(rule: Rule | None, facts: Facts, on: date) -> Verdict | None:
    return None if rule is None else rule.decide(facts, on=on)


def _finish(slots: Iterable[Slot], on: date) -> Due:
    dues = [slot.due for slot in slots]
    last = max((due.day for due in dues), default=on)
    return Due(last, any(due.provisional for due in dues))


def _critical(
    slots: Mapping[str, Slot], needs: Mapping[str, tuple[str, ...]], finish: Due
) -> frozenset[str]:
    """Return the items on a chain without a gap that ends on the day of finish."""
    found: set[str] = set()
    todo = [key for key, slot in slots.items() if slot.due.day == finish.day]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += [need for need in needs[key] if slots[need].due.day == slots[key].starts]
    return frozenset(found)


def _materials_missing(
    spec: ServiceSpec, facts: Facts, choice: _Choice, on: date
) -> tuple[MissingMaterial, ...]:
    at_hand = facts.get(MATERIALS, frozenset())
    if isinstance(at_hand, str) or not isinstance(at_hand, Iterable):
        raise TypeError("the fact 'materials' is a set of material keys")
    have = frozenset(str(key) for key in at_hand)
    found = []
    for key, material in spec.materials.items():
        items = tuple(item for item in choice.planned if key in spec.items[item].materials)
        verdict = _decide(material.when, facts, on)
        wanted = True if verdict is None else verdict.value
        if not items or key in have or wanted is False or _comes_from_item(material, choice):
            continue
        sources = tuple(source for source in material.sources if source.kind != "item")
        certain = wanted is True and any(choice.planned[item] for item in items)
        found.append(MissingMaterial(key, items, sources, certain))
    return tuple(found)


def _comes_from_item(material: MaterialSpec, choice: _Choice) -> bool:
    return any(
        source.kind == "item" and choice.planned.get(source.name, False)
        for source in material.sources
    )


def _consents_wanted(
    spec: ServiceSpec, facts: Facts, choice: _Choice, on: date
) -> tuple[WantedConsent, ...]:
    found = []
    for key, subject in spec.subjects.items():
        items = tuple(item for item in choice.planned if key in spec.items[item].consent_of)
        if subject.consent is None or not items:
            continue
        verdict = subject.consent.decide(facts, on=on)
        if verdict.value is not False:
            certain = verdict.value is True and any(choice.planned[item] for item in items)
            found.append(WantedConsent(key, items, certain))
    return tuple(found)
