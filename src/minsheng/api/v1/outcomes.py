"""How one case went: what it saved against a cited line, and where its late days came from."""

from __future__ import annotations

from datetime import date
from typing import Literal

from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.cases.reads import CaseSavings, Delay
from minsheng.engines.casework.savings import Measure, Saving


class Comparison(Shape):
    """The cited line that a case is compared with. `items`: for so many together it was measured."""

    title: Words
    place: Words
    year: str
    items: int
    source: Words


class MeasureSaved(Shape):
    """One measure: before by the cited line, now by the ledger.

    `bound` is at_least where the source says so: then at least `saved` were saved. Negative where
    it got worse.
    """

    measure: Measure
    before: int
    bound: Literal["exact", "at_least", "at_most"]
    now: int
    saved: int
    percent: float


class CaseSaved(Shape):
    """What a finished case took and saved.

    `zero_material`: the share of its documents that an earlier item, a licence or a register gave;
    null where it needed none. `saved` is empty where no cited line of the same extent fits: then
    nothing is claimed. `comparison` is the service's line, also where it doesn't fit.
    """

    case: str
    items: int
    workdays: int
    visits: int
    documents_asked: int
    documents_not_asked: int
    zero_material: float | None
    comparison: Comparison | None
    saved: list[MeasureSaved]


class LatePlace(Shape):
    """One place where a case lost late days: item, office, what it stood for, since which day."""

    item: Words
    office: Words
    step: str
    reason: Words
    days: int
    first: date


class CaseLateness(Shape):
    """Where the late working days of a case came from; the places add up to `late_days`.

    The chain is the critical path: walking back from the end (or from today), each working day
    belongs to the item that the end waited for.
    """

    case: str
    submitted: date
    promised: date
    until: date
    is_over: bool
    late_days: int
    places: list[LatePlace]


def saved(number: str, found: CaseSavings) -> CaseSaved:
    """Return the savings of a case as the API tells them."""
    used, line = found.taken, found.line
    return CaseSaved(
        case=number,
        items=used.items,
        workdays=used.workdays,
        visits=used.visits,
        documents_asked=used.papers,
        documents_not_asked=used.avoided,
        zero_material=None if used.zero_material is None else round(float(used.zero_material), 4),
        comparison=Comparison(
            title=words(line.title),
            place=words(line.place),
            year=line.year,
            items=line.items,
            source=words(line.cite.title),
        )
        if line
        else None,
        saved=[_measure(one) for one in found.savings],
    )


def lateness(found: Delay) -> CaseLateness:
    """Return where the late days of a case came from as the API tells it."""
    return CaseLateness(
        case=found.number,
        submitted=found.submitted,
        promised=found.found.promised,
        until=found.found.until,
        is_over=found.found.is_over,
        late_days=len(found.found.late),
        places=places(found),
    )


def places(found: Delay) -> list[LatePlace]:
    """Return the places where a case lost late days, most first."""
    return [
        LatePlace(
            item=words(line.title),
            office=words(line.office),
            step=line.step,
            reason=words(line.reason),
            days=line.days,
            first=line.first,
        )
        for line in found.lines
    ]


def _measure(one: Saving) -> MeasureSaved:
    return MeasureSaved(
        measure=one.measure,
        before=one.before.value,
        bound=one.before.bound,
        now=one.now,
        saved=one.saved,
        percent=round(float(one.percent), 1),
    )
