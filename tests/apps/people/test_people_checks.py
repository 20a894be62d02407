"""Production refuses to start with anything of the demonstration."""

from __future__ import annotations

import pytest
from django.core.checks import Tags, run_checks
from django.test import override_settings
from tests.apps.people.people_cast import PASSWORD

from minsheng.apps.people import actions, reads
from minsheng.apps.people.models import Household
from minsheng.lib.identifiers import CreditCode


def problems() -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [problem.id for problem in found if str(problem.id).startswith("people.")]


@pytest.mark.parametrize(
    "make",
    [
        lambda: actions.open_account("wangfang", PASSWORD, demo=True),
        lambda: actions.create_person(None, "王芳", demo=True),
        lambda: Household.objects.create(demo=True),
        lambda: actions.create_organisation(
            CreditCode.parse("1150010700927688XM"), "演示单位", demo=True
        ),
    ],
    ids=["account", "person", "household", "organisation"],
)
def test_any_demonstration_row_stops_production(make):
    make()
    assert reads.has_demo_people()
    assert problems() == []
    with override_settings(MINSHENG_MODE="production"):
        assert problems() == ["people.E001"]


def test_an_honest_database_starts():
    actions.open_account("wangfang", PASSWORD)
    actions.create_person(None, "王芳")
    assert not reads.has_demo_people()
    with override_settings(MINSHENG_MODE="production"):
        assert problems() == []
