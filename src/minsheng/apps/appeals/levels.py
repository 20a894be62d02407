"""How requests of a kind are sorted today, and whose turn it is."""

from __future__ import annotations

from typing import cast

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import Request, Sorted
from minsheng.apps.people import installed
from minsheng.engines.triage import Outcome, Standing, Triage


def sorting_of(request: Request) -> Triage | None:
    """Return how requests of this kind are sorted, or None where they aren't."""
    found = installed.packs().triages.get(request.slug)
    return found.triage if found else None


def level_post(request: Request, triage: Triage, level: int) -> str:
    """Return the post that judges at a level what lies where this request does."""
    return triage.levels[level].post_at(catalogue.area_path(request.area))


def standing_of(row: Sorted) -> Standing:
    """Return how a matter stands, as the engine takes it."""
    return Standing(
        level=row.level,
        outcome=cast(Outcome, row.outcome),
        way=row.way,
        size=row.size,  # type: ignore[arg-type]
        sent_back=frozenset(row.sent_back),
        judged=row.judged,
    )
