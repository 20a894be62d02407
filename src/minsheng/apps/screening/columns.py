"""The columns of a district, kept in memory between trials while what they rest on stays as it is.

They hold no names or numbers of persons. Whoever refuses or withdraws consent, and every fact that
changes, makes them be read anew at the next trial; after MOST_SECONDS nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from django.db.models import Count, Max

from minsheng.apps.payouts.models import Instalment
from minsheng.apps.people.models import Consent, HouseholdMember, Person
from minsheng.apps.policies.models import Dossier, HouseholdDossier
from minsheng.apps.screening.models import Refusal
from minsheng.rules import Model
from minsheng.rules.columns import Population, population_of

MOST_SECONDS = 600
_LOCK = Lock()


@dataclass(slots=True)
class _Kept:
    """The last columns that were read, what for, on what they rest, and when."""

    key: Hashable = None
    population: Population | None = None
    at: float = 0.0


_LAST = _Kept()


def kept(
    key: Hashable, read: Callable[[], Sequence[Mapping[str, object]]], *, model: Model
) -> Population:
    """Return the columns for a key, those of before where nothing has changed; one reads at a time."""
    with _LOCK:
        whole = (key, standing(), tuple(model.schemas["person"].fields))
        if _LAST.population is None or _LAST.key != whole or monotonic() - _LAST.at > MOST_SECONDS:
            _LAST.population = None  # never two districts in memory
            _LAST.population = population_of(model, {"person": list(read())})
            _LAST.key, _LAST.at = whole, monotonic()
        return _LAST.population


def forget() -> None:
    """Keep nothing."""
    with _LOCK:
        _LAST.population = None


def standing() -> Hashable:
    """Return a mark that changes whenever what columns rest on does: a few counts and latest times."""
    return (
        _mark(Person, "created_at", "erased_at"),
        _mark(HouseholdMember, "pk", "since", "until"),
        _mark(Dossier, "updated_at"),
        _mark(HouseholdDossier, "updated_at"),
        _mark(Refusal, "at"),
        _mark(Consent, "given_at", "withdrawn_at"),
        tuple(Instalment.objects.values_list("state").annotate(Count("pk")).order_by("state")),
    )


def _mark(model: type, *fields: str) -> tuple[object, ...]:
    asked = {f"latest_{name}": Max(name) for name in fields}
    counted = {f"many_{name}": Count(name) for name in fields}
    rows = model.objects.aggregate(all=Count("pk"), **asked, **counted)  # type: ignore[attr-defined]
    return tuple(rows.values())
