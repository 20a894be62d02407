"""The stories that no service pack tells, walked over HTTP on the installation that the journeys share.

`minsheng journey NAME` walks the same in an installation of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from tests.journeys.conftest import ON_POSTGRES

from minsheng.cli.demo.loading import today
from minsheng.cli.journey_command import STORIES
from minsheng.cli.stack import Stack

FIGURES: dict[str, dict[str, Any]] = {
    "assessment": {
        "before": "unknown", "level": 2, "after": "eligible", "refused": 4, "signatures": 2,
        "review": "signed", "audit_ok": True,
    },
    "courtyard": {
        "sorted_as": "big", "refused_early": 6, "observe_days": 90, "reopened": 1, "archived": True,
        "told": 3, "score": 5, "closed": True, "strangers_refused": 4, "replay_ok": True, "audit_ok": True,
    },
    "entitlement": {
        "found": True, "asked": 2, "paid_fen": 60_000, "months": 1, "clawback": "refused", "books": "balanced",
        "audit_ok": True,
    },
    "firm": {
        "points": [40, 60], "voucher": "30000.00",
        "lost": "1,833,333.37", "borne_by_guarantor": "1,466,666.70", "borne_by_bank": "366,666.67",
        "came_back": 2, "tranches": 2, "part": "1/25", "proceeds": "2400000.00", "refused": 8,
        "accounts_ok": True, "books_ok": True, "audit_ok": True,
    },
    "lesson": {
        "pupils": 45, "answered": 45, "next_exercises": 5, "observers": 2, "dual": 4, "versions": 2,
        "refused": 40, "audit_ok": True,
    },
    "visits": {"entries": 1, "requests": 1, "audit_ok": True},
}  # fmt: skip
OFTEN = ("courtyard", "firm", "lesson")
"""Walked in every run; the first holds the story of repairs. The others with `start.py test --long`."""


@pytest.mark.parametrize(
    "stack",
    [
        pytest.param(
            "sqlite", marks=pytest.mark.skipif(ON_POSTGRES, reason="this run is about PostgreSQL")
        ),
        pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long]),
    ],
    indirect=True,
)
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in OFTEN else pytest.mark.long) for name in FIGURES],
)
def test_a_story_holds(stack: Stack, name: str) -> None:
    story = getattr(import_module(f"minsheng.cli.journeys.{name}"), STORIES[name])
    told = story(stack, today(), lambda words: None).run()
    assert told.wrong == []
    assert {key: told.result[key] for key in FIGURES[name]} == FIGURES[name]
