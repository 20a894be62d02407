"""Every service that is a pack alone is walked to its end, over HTTP, with no Python of its own.

Who applies and what is answered stands in `journey.yaml` beside the service; the same walk is
`minsheng journey SLUG`. The installation is the one that the journeys share.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.conftest import ON_POSTGRES

from minsheng.apps.cases import catalogue
from minsheng.cli.demo.loading import today
from minsheng.cli.demo.scripts import script_of
from minsheng.cli.journeys.walk import Walk
from minsheng.cli.stack import Stack

FIGURES: dict[str, dict[str, Any]] = {
    "farewell": {"items": 7, "certificates": 4, "asked_fields": 2, "materials_asked": 0, "workdays": 16},
    "veteran": {"items": 10, "certificates": 5, "asked_fields": 7, "materials_asked": 0, "workdays": 16},
    "health-title": {"items": 2, "certificates": 2, "asked_fields": 3, "materials_asked": 0, "workdays": 13},
    "newborn/mother": {"items": 7, "certificates": 7, "asked_fields": 9, "materials_asked": 2, "workdays": 20},
    "newborn/father": {"items": 7, "certificates": 7, "asked_fields": 9, "materials_asked": 3, "workdays": 20},
}  # fmt: skip
OFTEN = ("veteran", "health-title")
"""Walked in every run; the others, half a minute each, with `start.py test --long`."""


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
def test_a_service_that_is_only_a_pack_is_walked_to_its_end(stack: Stack, name: str) -> None:
    slug, _, story = name.partition("/")
    loaded = catalogue.packs().services[slug]
    script = script_of(loaded, story)
    assert script is not None
    told = Walk(stack, loaded.spec, script, today(), say=lambda words: None).run().result
    assert told["wrong"] == []
    assert (told["closed"], told["audit_ok"]) == (True, True)
    assert {key: told[key] for key in FIGURES[name]} == FIGURES[name]
