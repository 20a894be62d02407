"""A spring day to stand on, and packs that can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.apps.cases.cases_cast import Clock, Packs
from tests.factories import District

from minsheng.apps.cases import catalogue

TUESDAY = date(2026, 3, 24)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands on Tuesday, 24 March 2026. Ask for it before `district`."""
    return Clock(monkeypatch, TUESDAY)


@pytest.fixture
def spring(clock: Clock, district: District) -> District:
    """The district on the day of `clock`."""
    return district


@pytest.fixture
def packs(settings: Any, tmp_path: Path) -> Iterator[Packs]:
    """A copy of the packs that a test may change; the product reads its own again afterwards."""
    before = settings.MINSHENG_PACKS
    settings.MINSHENG_PACKS = before  # what is published from here on goes with this test
    yield Packs(tmp_path)
    settings.MINSHENG_PACKS = before
    catalogue.reload()
