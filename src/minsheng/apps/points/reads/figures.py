"""A circle's public figures: sums by item, nobody named who hasn't agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum

from minsheng.apps.people import reads as people
from minsheng.apps.points.models import (
    ACCEPTED,
    HANDED,
    POSTED,
    Exchange,
    Honour,
    Participant,
    Proposal,
)
from minsheng.apps.points.reads.lines import Thanked, thanked
from minsheng.apps.points.schemes import circle_of
from minsheng.engines.points import Circle, Scheme
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.lib.periods import Period


@dataclass(frozen=True, slots=True)
class Sheet:
    """A circle's public figures for a month or quarter: sums only, nobody named."""

    scheme: Scheme
    circle: Circle
    period: Period
    items: tuple[tuple[Text, int, Text], ...]
    participants: int
    corrected: int
    exchanged: int
    honours: tuple[Thanked, ...]


def earned_in(participant: Participant, period: Period) -> int:
    """Return what a participant earned by proposals with a day in the period, less what was taken."""
    rows = Proposal.objects.filter(
        participant=participant, state=POSTED, day__gte=period.first, day__lte=period.last
    )
    return rows.aggregate(sum=Sum("points"))["sum"] or 0


def sheet(scheme: str, circle: str, period: Period) -> Sheet:
    """Return the public figures of a circle for a period: sums by item, and who agreed to be named."""
    declared, place = circle_of(scheme, circle)
    rows = Proposal.objects.filter(
        participant__scheme=scheme,
        participant__circle=circle,
        day__gte=period.first,
        day__lte=period.last,
    )
    sums = rows.filter(state=POSTED).values("item").annotate(n=Sum("times"), points=Sum("points"))
    by_item = {one["item"]: (one["n"], one["points"]) for one in sums}
    return Sheet(
        declared,
        place,
        period,
        tuple(
            (item.title, by_item[key][0], declared.said(by_item[key][1]))
            for key, item in declared.items.items()
            if key in by_item
        ),
        Participant.objects.filter(scheme=scheme, circle=circle, left_on__isnull=True).count(),
        rows.filter(was_corrected=True).count(),
        Exchange.objects.filter(
            participant__scheme=scheme,
            participant__circle=circle,
            state=HANDED,
            ordered_on__gte=period.first,
            ordered_on__lte=period.last,
        ).count(),
        tuple(honours_shown(scheme, circle)),
    )


def honours_shown(scheme: str, circle: str) -> list[Thanked]:
    """Return the honours of a circle whose person agreed and has not taken it back, with names."""
    rows = Honour.objects.filter(
        participant__scheme=scheme, participant__circle=circle, state=ACCEPTED
    )
    return [
        thanked(row, name=people.name_of(row.person))
        for row in rows.select_related("person", "participant").order_by("-since", "pk")
        if not row.person.is_erased
        and people.has_consent(row.person, "points.honour", scope=f"honour:{row.pk}")
    ]
