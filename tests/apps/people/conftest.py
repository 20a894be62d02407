"""The cast of these tests: 王芳 the mother, 李强 the stranger, 赵敏 the clerk, 何军 the auditor."""

from __future__ import annotations

import pytest
from tests.apps.people.people_cast import LI, REGIONS, WANG, proved, staff

from minsheng.apps.people import numbers
from minsheng.apps.people.models import Account


@pytest.fixture(autouse=True)
def _few_regions(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(numbers, "regions", lambda: REGIONS)


@pytest.fixture
def wang() -> Account:
    return proved("wangfang", "王芳", WANG)


@pytest.fixture
def li() -> Account:
    return proved("liqiang", "李强", LI)


@pytest.fixture
def zhao() -> Account:
    return staff("zhaomin", "hall.window")


@pytest.fixture
def he() -> Account:
    return staff("hejun", "office.audit")
