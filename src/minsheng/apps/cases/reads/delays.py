"""Where late days come from: of one case day by day, and of all late cases of a period together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.cases.reads.figures import ENDED, Scope, open_cases, overdue
from minsheng.apps.cases.reads.running import find_case, office_title
from minsheng.engines.casework.lateness import Lateness, Spent, Step, lateness
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

MOST_CASES = 300
"""So many late cases are looked into at once, the newest; the page says so when there are more."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """One place where days are lost: office, item and what it stood for; in which cases."""

    slug: str
    item: str
    office: str
    step: Step
    title: Text
    office_title: Text
    reason: Text
    days: int
    cases: int
    reason_key: str = ""
    case_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HotSpots:
    """The places where the late days of a period come from, most first; they add up to `days`."""

    rows: tuple[HotSpot, ...]
    days: int
    cases: int
    late_cases: int


@dataclass(frozen=True, slots=True)
class DelayLine:
    """One place where a case lost late days."""

    title: Text
    office: Text
    step: Step
    reason: Text
    days: int
    first: date


@dataclass(frozen=True, slots=True)
class Delay:
    """One case day by day, without anything personal."""

    number: str
    spec: ServiceSpec
    status: str
    submitted: date
    found: Lateness
    lines: tuple[DelayLine, ...]
    items: tuple[Item, ...]


def late_cases(scope: Scope, on: date) -> Q:
    """Return which cases are late: ended late in the scope, or late and still running."""
    ended = Q(
        status__in=ENDED,
        closed_day__range=(scope.since, scope.until),
        closed_day__gt=F("promised_day"),
        promised_provisional=False,
    )
    return ended | overdue(on)


def hot_spots(scope: Scope, *, on: date) -> HotSpots:
    """Return where the late days of a scope come from: three queries."""
    found = open_cases(scope.slug).filter(late_cases(scope, on))
    late = found.count()
    cases = list(found.order_by("-pk")[:MOST_CASES])
    days: Counter[tuple[str, str, str, Step, str]] = Counter()
    hit: dict[tuple[str, str, str, Step, str], set[int]] = defaultdict(set)
    for case, told in zip(cases, _told(cases, on), strict=True):
        for one in told.late:
            key = (case.slug, one.item, one.office, one.step, one.reason)
            days[key] += 1
            hit[key].add(case.pk)
    specs = {case.slug: catalogue.pinned_spec(case.pack_id) for case in reversed(cases)}
    rows = tuple(
        HotSpot(
            slug=slug,
            item=item,
            office=office,
            step=step,
            title=_item_title(specs[slug], item),
            office_title=office_title(office) if office else Text(""),
            reason=_reason(specs[slug], step, reason),
            days=count,
            cases=len(hit[slug, item, office, step, reason]),
            reason_key=reason,
            case_ids=tuple(sorted(hit[slug, item, office, step, reason], reverse=True)),
        )
        for (slug, item, office, step, reason), count in sorted(
            days.items(), key=lambda pair: (-pair[1], pair[0])
        )
    )
    return HotSpots(rows, sum(days.values()), len(cases), late)


def delay(number: str, *, on: date) -> Delay:
    """Return one case day by day; NotFound for a protected one, as if there were none."""
    return delay_of(find_open_case(number), on=on)


def find_open_case(number: str) -> Case:
    """Return a case that leaders may look at; NotFound for a protected one, as if there were none."""
    case = find_case(number)
    if case.protected:
        raise NotFound(
            "no_such_case",
            "没有这个案卷。请核对案卷号。",
            "There is no such case. Check the number.",
        )
    return case


def delay_of(case: Case, *, on: date) -> Delay:
    """Return a case day by day. Who asks is already known to be let into it."""
    spec = catalogue.pinned_spec(case.pack_id)
    (found,) = _told([case], on)
    return Delay(
        number=case.number,
        spec=spec,
        status=case.status,
        submitted=case.submitted_day,
        found=found,
        lines=tuple(_line(spec, day, count) for day, count in found.by_step),
        items=tuple(case.items.order_by("position")),
    )


def _told(cases: Sequence[Case], on: date) -> list[Lateness]:
    entries = audit.histories(store.CHAIN, [str(case.pk) for case in cases])
    calendar = catalogue.calendar()
    return [
        lateness(
            catalogue.pinned_spec(case.pack_id),
            store.events_in(entries[str(case.pk)]),
            on=on,
            calendar=calendar,
        )
        for case in cases
    ]


def _line(spec: ServiceSpec, day: Spent, count: int) -> DelayLine:
    return DelayLine(
        title=_item_title(spec, day.item),
        office=office_title(day.office) if day.office else Text(""),
        step=day.step,
        reason=_reason(spec, day.step, day.reason),
        days=count,
        first=day.day,
    )


def _item_title(spec: ServiceSpec, item: str) -> Text:
    return spec.items[item].title if item in spec.items else Text("整件事", "The whole case")


def _reason(spec: ServiceSpec, step: Step, reason: str) -> Text:
    if step == "consent":
        return spec.subjects[reason].title
    declared = spec.reasons.get(reason)
    return declared.text if declared else Text("")
