"""`minsheng worker`: everything that follows is done, and one fault doesn't end it."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError
from tests.cli.cli_caller import call
from tests.factories import District, newborn

from minsheng.apps.outbox import reads as outbox
from minsheng.apps.records.models import Licence
from minsheng.cli.worker_command import _Duty
from minsheng.lib.errors import Conflict, MinshengError


def test_once_prints_what_waits_and_leaves(
    capsys: pytest.CaptureFixture[str], district: District
) -> None:
    from minsheng.apps.cases import actions as cases

    story = newborn(district, until="submitted")
    cases.approve_item(story.item_id("birth_certificate"), by=district.account("linlan"))
    assert sum(outbox.counts().values()) > 0
    assert call(capsys, "worker", "--once").status == 0
    assert sum(outbox.counts().values()) == 0
    assert [licence.kind for licence in Licence.objects.all()] == ["birth-certificate"]


@pytest.mark.parametrize(
    "fault",
    [Conflict("audit.log_ahead", "封印比数据库新", "the seals are ahead"), OperationalError()],
)
def test_a_fault_of_one_duty_is_told_and_the_others_go_on(
    fault: MinshengError | OperationalError, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    def fail() -> int:
        raise fault

    caplog.set_level(logging.ERROR)
    duties = [_Duty(fail), _Duty(lambda: 3)]
    assert [duty.attempt() for duty in duties] == [0, 3]
    assert len(caplog.records) == 1


def test_a_duty_waits_for_its_time() -> None:
    duty = _Duty(lambda: 1, every_seconds=3600)
    assert [duty.attempt(), duty.attempt()] == [1, 0]
