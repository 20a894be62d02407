"""What one finished case saved, and what a service saves: against cited lines of the same extent only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases.models import Case
from minsheng.apps.cases.reads.delays import find_open_case
from minsheng.apps.cases.reads.figures import FEWEST, Saved, Scope, Share, figures_of_service
from minsheng.apps.cases.reads.running import CaseView
from minsheng.content import Baseline
from minsheng.engines.casework.savings import Saving, Taken, savings, taken

DAYS = 90


@dataclass(frozen=True, slots=True)
class CaseSavings:
    """What a finished case took, and what that is less than a cited line of the same extent.

    `line` is the service's cited line, whether it fits or not; without savings it doesn't, or there
    is none.
    """

    taken: Taken
    line: Baseline | None
    savings: tuple[Saving, ...]


@dataclass(frozen=True, slots=True)
class ServiceSavings:
    """How a service went in the last DAYS days. `saved` is None where no line fits."""

    cases: int
    took: Fraction
    zero_material: Share
    saved: Saved | None


def case_savings(view: CaseView) -> CaseSavings | None:
    """Return what a finished case saved, for its applicant; None for others and while it runs."""
    if not view.is_applicant:
        return None
    return savings_of(view.case, [row.origin for row in view.materials], on=view.on)


def savings_of_number(number: str, *, on: date) -> CaseSavings | None:
    """Return the same for leaders; NotFound for a protected case, None while it runs."""
    case = find_open_case(number)
    origins = list(case.materials.values_list("origin", flat=True))
    return savings_of(case, origins, on=on)


def savings_of(case: Case, origins: Iterable[str], *, on: date) -> CaseSavings | None:
    """Return what a finished case saved, whoever asks; None while it runs or where it came to nothing."""
    if case.status not in {"done", "partly_done"}:
        return None
    used = taken(
        store.state_of(case),
        origins,
        visits=int(case.filed_by.is_staff_member),
        on=on,
        calendar=catalogue.calendar(),
    )
    lines = catalogue.packs().case_baselines(case.slug)
    for line in lines:
        found = savings(
            line.before,
            extent=line.items,
            items=used.items,
            workdays=used.workdays,
            visits=used.visits,
            papers=used.papers,
        )
        if found:
            return CaseSavings(used, line, found)
    return CaseSavings(used, lines[0] if lines else None, ())


def service_savings(slug: str, *, on: date) -> ServiceSavings | None:
    """Return how a service went lately; None where too few cases ended to say so."""
    line = figures_of_service(Scope(on - timedelta(days=DAYS - 1), on, slug))
    if line is None or line.ended < FEWEST or line.took is None:
        return None
    return ServiceSavings(line.ended, line.took, line.zero_material, line.saved)
