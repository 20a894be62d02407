"""Two approve at once, and one of them dies: published once, with its event, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.factories import District

from minsheng.apps.audit import reads as audit
from minsheng.apps.policies.models import Override
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import publishing
from minsheng.apps.screening.publishing import NewValue

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("approver.py")
FLEXIBLE = "flexible-insurance"


def proposed(district: District, name: str = "share", value: str = "1/2") -> Override:
    new = NewValue(
        policy=FLEXIBLE, name=name, value=value, since=timezone.localdate() + timedelta(days=1),
        reason="试", source="演示文件 1 号",
    )  # fmt: skip
    return publishing.propose(new, by=district.account("tangli"))


def approver(number: int, start: Path) -> subprocess.Popen[str]:
    here = connection.settings_dict
    database = (
        f"sqlite://{here['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgresql://{here['USER']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MINSHENG_VAR": str(settings.MINSHENG_VAR),
        "MINSHENG_DATABASE": database,
    }
    made = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(number), "zhoujing", str(start)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.stdout is not None
    assert made.stdout.readline().strip() == "ready"
    return made


def approved() -> int:
    return sum(one.kind == "approved" for one in audit.since(0, 10_000) if one.stream == "policy")


def test_of_four_who_approve_at_once_one_publishes(district: District, tmp_path: Path) -> None:
    row, start = proposed(district), tmp_path / "start"
    running = [approver(row.pk, start) for _ in range(4)]
    start.touch()
    said = sorted(one.communicate()[0].strip() for one in running)
    assert said == ["approved", "conflict", "conflict", "conflict"]
    assert approved() == 1
    done = Override.objects.get(pk=row.pk)
    assert (done.state, done.becomes) == ("approved", policy(FLEXIBLE, row.since).version)


def test_of_two_proposals_for_one_version_only_one_is_approved(
    district: District, tmp_path: Path
) -> None:
    first, start = proposed(district), tmp_path / "start"
    second = proposed(district, "most_months", "24")
    running = [approver(one.pk, start) for one in (first, second)]
    start.touch()
    said = sorted(one.communicate()[0].strip() for one in running)
    assert said == ["approved", "conflict"], "the other was proposed for what no longer stands"
    assert approved() == 1


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.06, 0.15])
def test_killed_while_approving_it_is_published_with_its_event_or_still_waits(
    district: District, tmp_path: Path, delay: float
) -> None:
    row, start = proposed(district), tmp_path / "start"
    one = approver(row.pk, start)
    start.touch()
    time.sleep(delay)
    one.send_signal(signal.SIGKILL)
    one.communicate()
    state = Override.objects.get(pk=row.pk).state
    assert (state, approved()) in {("proposed", 0), ("approved", 1)}
    if state == "proposed":
        publishing.decide(row.pk, approve=True, by=district.account("zhoujing"))
    assert approved() == 1
