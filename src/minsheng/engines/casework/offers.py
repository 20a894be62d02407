"""What an applicant may want to know of afterwards, with the days worked out for their own case.

Offered, never asked or done: nothing here opens an item, sets a timer or sends anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.engines.casework.spec import NextDay, NextStep, ServiceSpec
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """One day of a next step, and what it is for."""

    day: date
    title: Text
    is_past: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One next step. `days` are in order; empty where the day they count from isn't known."""

    step: NextStep
    days: tuple[OfferedDay, ...] = ()

    @property
    def coming(self) -> OfferedDay | None:
        """The first day that hasn't passed."""
        return next((one for one in self.days if not one.is_past), None)


def offers(spec: ServiceSpec, facts: Mapping[str, object], *, on: date) -> tuple[Offer, ...]:
    """Return the next steps of a service for one case, as of the day `on`.

    A month that has no such day ends on its last one: a month after 31 January is the end of February.
    """
    return tuple(
        _offer(step, facts.get(step.counts_from), on)
        for step in spec.next_steps
        if step.when is None or step.when.decide(facts, on=on).value is True
    )


def _offer(step: NextStep, start: object, on: date) -> Offer:
    if not isinstance(start, date):
        return Offer(step)
    days = sorted((_day(one, start, on) for one in step.days), key=lambda one: one.day)
    return Offer(step, tuple(days))


def _day(declared: NextDay, start: date, on: date) -> OfferedDay:
    day = add_months(start, declared.months)
    return OfferedDay(day, declared.title, is_past=day < on)
