"""A worker is killed in the middle of a run: whole batches stay, the next goes on, nobody is counted twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.apps.screening.test_runs import FLEXIBLE, begun

from minsheng.apps.screening import actions
from minsheng.apps.screening.models import Finding, Run
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("carrier.py")


def test_two_workers_killed_in_the_middle_leave_a_run_that_ends_whole(district: Any) -> None:
    demo.note(timezone.localdate())
    officer = district.account("tangli")
    whole = actions.finish(actions.start(begun(FLEXIBLE), by=officer))
    row = actions.start(begun(FLEXIBLE), by=officer)
    running = [_carrier(row.pk) for _ in range(2)]
    while Run.objects.get(pk=row.pk).batches < 2 and any(one.poll() is None for one in running):
        time.sleep(0.02)
    said: list[int] = []
    for one in running:
        one.kill()
        said += [int(line) for line in one.communicate()[0].split()]
    left = Run.objects.get(pk=row.pk)
    assert left.batches >= max(said), "what was said to be done is there"
    assert len(set(said)) == len(said), "no batch was done twice"
    assert left.state == "running"
    done = actions.finish(left)
    assert (done.counts, done.screened) == (whole.counts, whole.screened)
    people = [
        list(Finding.objects.filter(run=one).order_by("person").values_list("person", flat=True))
        for one in (whole, done)
    ]
    assert people[0] == people[1]


def _carrier(run_id: int) -> subprocess.Popen[bytes]:
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
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(run_id)],
        env=environment,
        stdout=subprocess.PIPE,
    )
