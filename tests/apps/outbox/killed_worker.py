"""A worker that hangs in the middle of an effect until it is killed. Run as a process of its own.

`python killed_worker.py inside` hangs inside the closing transaction, after the effect has written
to the database. `outside URL` hangs between the call outside and the closing transaction. Either
prints one line when it hangs.
"""

from __future__ import annotations

import sys
import time
import urllib.request

import django

django.setup()

from django.utils import timezone  # noqa: E402

from minsheng.apps.audit.actions import News, record  # noqa: E402
from minsheng.apps.outbox.actions import Handler, Job, Outside, run_due  # noqa: E402


def write(job: Job, answer: object = None) -> None:
    """Leave a trace in the database: the effect inside."""
    record("test.effect", job.key, News("happened", timezone.now(), job.worker))


def call(job: Job, url: str) -> int:
    """Tell the outside, and return its status."""
    request = urllib.request.Request(url, b"", dict(job.headers), method="POST")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return int(answer.status)


def _hang() -> None:
    sys.stdout.write("hanging\n")
    sys.stdout.flush()
    time.sleep(60)


def _hang_inside(job: Job) -> None:
    write(job)
    _hang()


def _hang_outside(job: Job) -> int:
    status = call(job, sys.argv[2])
    _hang()
    return status


if __name__ == "__main__":
    hanging: dict[str, Handler] = {
        "inside": _hang_inside,
        "outside": Outside(_hang_outside, write),
    }
    run_due({"card": hanging[sys.argv[1]]}, now=timezone.now(), worker="doomed")
