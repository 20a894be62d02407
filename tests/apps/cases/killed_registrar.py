"""A worker that hangs after the register has answered, until it is killed. A process of its own.

`python killed_registrar.py URL` writes to the register at URL and hangs before it keeps the answer.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from minsheng.apps.cases import actions  # noqa: E402
from minsheng.apps.cases.connect.registers import Written  # noqa: E402
from minsheng.apps.outbox.actions import Job, Outside, run_due  # noqa: E402


def _hang(job: Job) -> Written:
    written = actions.call_effect(job)
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    time.sleep(60)
    return written


if __name__ == "__main__":
    settings.MINSHENG_REGISTERS_URL = sys.argv[1]
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 10_000
    run_due(
        {"case.effect": Outside(_hang, actions.finish_call)},
        now=timezone.now(),
        worker="doomed",
    )
