"""Where each late day of a case came from: which office, which item, and what it stood for.

Every working day from the submission to the end (or to today) was spent by exactly one item: the
one that the end waited for. Walking back from the end gives that chain. A day is lost when the
item stood still, waited for somebody, was done again, or went on after its own promised day. A day
within its term is not lost, and a term that wasn't used up is a day gained.

The promise is a plan in which every office uses its whole term, so the days lost less the days
gained are the days late. Of the lost days those count that nothing made good afterwards: the k-th
late day is the last one on which the case crossed from k-1 days late to k.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from minsheng.engines.casework.fold import apply
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import TERMINAL, CaseState, Event, ItemState
from minsheng.lib.workdays import WorkCalendar

Step = Literal[
    "term",  # within its own term: not lost
    "over",  # went on after its own promised day
    "stopped",  # its clock stood still; `reason` says why
    "external",  # after its promised day, waiting for a register to answer
    "held",  # on hold until an officer has looked, since what it needs was reversed
    "again",  # done once more after it was reversed
    "consent",  # `reason` is the subject who hadn't agreed yet
    "idle",  # nothing was under way: closed, and opened again later
]


@dataclass(frozen=True, slots=True)
class Spent:
    """One working day of the chain: which item it was spent by, and how."""

    day: date
    item: str
    office: str
    step: Step
    reason: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether the plan had no such day."""
        return self.step != "term"


@dataclass(frozen=True, slots=True)
class Lateness:
    """Why a case is late. `late` has one entry for each late working day, by day.

    chain: every working day from the submission to `until`, the end or the day of reading.
    """

    promised: date
    until: date
    is_over: bool
    chain: tuple[Spent, ...]
    late: tuple[Spent, ...]

    @property
    def by_step(self) -> tuple[tuple[Spent, int], ...]:
        """How many late days each office, item and step stands for, most first."""
        first = {_where(day): day for day in reversed(self.late)}
        counts = Counter(map(_where, self.late))
        return tuple((first[key], count) for key, count in counts.most_common())


def lateness(
    spec: ServiceSpec, events: Iterable[Event], *, on: date, calendar: WorkCalendar
) -> Lateness:
    """Return where each late working day of a case came from; none for one that is in time.

    The number of late days is the working days from the promised day to the end, or to `on` while
    the case runs. Raises ValueError for a case without events.
    """
    history = _History(spec, events)
    state = history.last
    closed = state.status != "running"
    until = max(history.closed or on if closed else on, state.submitted)
    promised = state.promised.day if state.promised else until
    total = max(0, calendar.workdays_between(promised, until))
    days = list(_workdays(state.submitted, until, calendar))
    chain = tuple(_walk(spec, history, days))
    gains = _gains(history, chain, calendar)
    late = _attributed(chain, gains, total)
    return Lateness(promised, until, closed, chain, late)


class _History:
    """The states of a case at the end of each day on which something happened."""

    def __init__(self, spec: ServiceSpec, events: Iterable[Event]) -> None:
        state: CaseState | None = None
        self.days: list[date] = []
        self.states: list[CaseState] = []
        self.closed: date | None = None
        for event in events:
            state = apply(spec, state, event)
            # Clocks of two machines may differ around midnight: a day never runs backwards.
            day = max(event.day, self.days[-1]) if self.days else event.day
            if event.kind == "closed":
                self.closed = day
            if self.days and self.days[-1] == day:
                self.states[-1] = state
            else:
                self.days.append(day)
                self.states.append(state)
        if state is None:
            raise ValueError("a case without events has no state")
        self.last = state
        self.ends = {
            key: item.finished or date.max for key, item in state.items.items()
        }  # an item that hasn't ended ends last

    def before(self, day: date) -> CaseState:
        """Return the state with which `day` began."""
        return self.states[max(0, bisect_right(self.days, day - timedelta(days=1)) - 1)]


def _walk(spec: ServiceSpec, history: _History, days: Sequence[date]) -> list[Spent]:
    """Return what each working day was spent on, walking back from the last one."""
    current = ""
    spent: list[Spent] = []
    for day in reversed(days):
        state = history.before(day)
        current = _blocking(spec, history, state, current)
        spent.append(_spent(spec, state, current, day))
    return spent[::-1]


def _blocking(spec: ServiceSpec, history: _History, state: CaseState, current: str) -> str:
    """Return the item that the end waited for on a day that began in `state`, or ""."""
    if not current or state.items[current].status in TERMINAL:
        under_way = [key for key, item in state.items.items() if item.status not in TERMINAL]
        current = max(under_way, key=lambda key: (history.ends[key], key), default="")
    while current and state.items[current].status == "waiting":
        missing = [
            need for need in spec.items[current].needs if state.items[need].status not in TERMINAL
        ]
        if not missing:
            break
        current = max(missing, key=lambda key: (history.ends[key], key))
    return current


def _spent(spec: ServiceSpec, state: CaseState, key: str, day: date) -> Spent:
    if not key:
        return Spent(day, "", "", "idle")
    step, reason = _step(spec, state, state.items[key], day)
    return Spent(day, key, spec.items[key].office, step, reason)


def _step(spec: ServiceSpec, state: CaseState, item: ItemState, day: date) -> tuple[Step, str]:
    if item.status == "waiting":
        absent = state.wanted - state.consents
        subject = next((one for one in spec.items[item.key].consent_of if one in absent), "")
        return ("consent", subject) if subject else ("idle", "")
    if item.status == "held":
        return "held", ""
    if item.is_stopped:
        return "stopped", item.stops[-1].reason
    if item.attempt > 1:
        return "again", ""
    if item.promised is None or day <= item.promised.day:
        return "term", ""
    return ("external", "") if item.status == "external" else ("over", "")


def _gains(history: _History, chain: Sequence[Spent], calendar: WorkCalendar) -> list[int]:
    """Return for each day of the chain how many days of a term were left over at its end."""
    gains = [0] * len(chain)
    for index, day in enumerate(chain):
        goes_on = index + 1 < len(chain) and chain[index + 1].item == day.item
        if day.step != "term" or goes_on:
            continue
        item = history.before(day.day).items[day.item]
        if item.promised is not None:
            gains[index] = max(0, calendar.workdays_between(day.day, item.promised.day))
    return gains


def _attributed(chain: Sequence[Spent], gains: Sequence[int], total: int) -> tuple[Spent, ...]:
    """Return `total` days of the chain: the lost ones that no later gain made good."""
    if not total:
        return ()
    level = total - sum(day.is_lost for day in chain) + sum(gains)
    kept: list[Spent] = []
    for day, gain in zip(chain, gains, strict=True):
        if day.is_lost:
            level += 1
            if level > 0:
                kept.append(day)
        for _ in range(gain):
            if level > 0 and kept:
                kept.pop()
            level -= 1
    if len(kept) < total:
        # The chain was longer than the plan (calendar days around a holiday): the last days count.
        chosen = set(kept)
        kept += [day for day in reversed(chain) if day not in chosen][: total - len(kept)]
    return tuple(sorted(kept[:total], key=lambda day: day.day))


def _workdays(after: date, until: date, calendar: WorkCalendar) -> Iterator[date]:
    for step in range(1, (until - after).days + 1):
        day = after + timedelta(days=step)
        if calendar.is_workday(day):
            yield day


def _where(day: Spent) -> tuple[str, str, Step, str]:
    return day.office, day.item, day.step, day.reason
