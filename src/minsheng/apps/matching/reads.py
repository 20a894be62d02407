"""Which class a text may be, and which requests may be about the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.matching.models import Trace
from minsheng.apps.matching.sketching import key, middle_of, sketch_of
from minsheng.engines.matching import (
    NOWHERE,
    Decided,
    Kind,
    Match,
    Model,
    Telling,
    Weights,
    around,
    cell_of,
    matches,
    unpacked,
)
from minsheng.engines.matching.weights import MEASURED
from minsheng.lib.areas import Point

WINDOW = timedelta(days=14)
MOST_OF_EACH = 300
MOST_LEARNED = 3_000
LEAST_CHANCE = 0.3


class Row(NamedTuple):
    """A trace as it is read for comparing."""

    subject: str
    kind: str
    told: datetime
    east: float | None
    north: float | None
    sketch: bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    on: date
    key: bytes
    model: Model


_kept: dict[tuple[Kind, ...], _Kept] = {}


def model(kinds: Sequence[Kind]) -> Model:
    """Return what was learned from the catalogue and the newest decided requests.

    It is learned once a process and day.
    """
    wanted, today = tuple(kinds), timezone.localdate()
    kept = _kept.get(wanted)
    if kept is None or (kept.on, kept.key) != (today, key()):
        decided = Trace.objects.filter(is_decided=True).order_by("-told")
        newest = decided.values_list("subject", "kind", "sketch")[:MOST_LEARNED]
        texts = [
            Decided(kind, unpacked(bytes(held)).grams, subject) for subject, kind, held in newest
        ]
        kept = _Kept(today, key(), Model(wanted, texts, key()))
        _kept[wanted] = kept
    return kept.model


def duplicates(
    text: str,
    *,
    told: datetime,
    kinds: Sequence[str],
    at: Point | None,
    model: Model,
    but: str = "",
    weights: Weights = MEASURED,
    least: float = LEAST_CHANCE,
) -> tuple[Match, ...]:
    """Return the requests that may be about the same thing, the likeliest first.

    `kinds` are the class of the new one, or the likeliest ones, best first.
    """
    new = Telling(key=but, sketch=sketch_of(text), kinds=tuple(kinds), told=told, at=at)
    rows = candidates(told=told, kinds=kinds, at=at)
    olds = (_telling(row) for row in rows if row.subject != but)
    return matches(new, olds, model.weight, weights, least=least)


def candidates(*, told: datetime, kinds: Sequence[str], at: Point | None) -> list[Row]:
    """Return the requests of the two weeks before that are worth comparing.

    Those of a middle class among `kinds` first, then any, in the square of the place or one beside it;
    where nobody knows the place, those of a middle class among `kinds` wherever they are. Of each the
    newest `MOST_OF_EACH`.
    """
    lately = Trace.objects.filter(told__gt=told - WINDOW, told__lte=told, leads=True)
    alike = lately.filter(middle__in={middle_of(kind) for kind in kinds})
    cells = [*around(cell_of(at))]
    if not cells:
        return _rows(alike)
    found = _rows(alike.filter(cell__in=[*cells, NOWHERE])) + _rows(lately.filter(cell__in=cells))
    return list({row.subject: row for row in found}.values())


def _rows(some: QuerySet[Trace]) -> list[Row]:
    """Return the newest, chosen from an index alone: however many there are, few rows are read."""
    newest = some.order_by("-told").values("pk")[:MOST_OF_EACH]
    rows = Trace.objects.filter(pk__in=newest).order_by("-told")
    return [Row._make(row) for row in rows.values_list(*Row._fields)]


def _telling(row: Row) -> Telling:
    at = None if row.east is None or row.north is None else (row.east, row.north)
    return Telling(
        key=row.subject, sketch=unpacked(row.sketch), kinds=(row.kind,), told=row.told, at=at
    )
