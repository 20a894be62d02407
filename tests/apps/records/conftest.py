"""The cast, and folders that are thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.apps.records.records_cast import officer, proved

from minsheng.apps.people.models import Account


@pytest.fixture(autouse=True)
def _own_vault(settings: Any, tmp_path: Path) -> None:
    settings.MINSHENG_FILES = tmp_path / "files"


@pytest.fixture
def wang(db: None) -> Account:
    return proved("wangfang", "王芳")


@pytest.fixture
def li(db: None) -> Account:
    return proved("liqiang", "李强")


@pytest.fixture
def sun(db: None) -> Account:
    return officer("sunwei", "police.household")
