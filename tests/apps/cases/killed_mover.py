"""A worker that hangs in the middle of moving a case, until it is killed. A process of its own.

`python killed_mover.py PLACE TIME PACKS` hangs after PLACE has written, as if it were TIME.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from minsheng.apps.cases import actions, store  # noqa: E402
from minsheng.apps.cases.actions import moves  # noqa: E402
from minsheng.apps.outbox.actions import run_due  # noqa: E402


def hang_after(module: Any, name: str) -> None:
    """Let a function do its work and never return."""
    whole = getattr(module, name)

    def hanging(*arguments: Any, **named: Any) -> None:
        whole(*arguments, **named)
        sys.stdout.write("hanging\n")
        sys.stdout.flush()
        time.sleep(60)

    setattr(module, name, hanging)


if __name__ == "__main__":
    place, at, packs = sys.argv[1:]
    settings.MINSHENG_PACKS = [Path(packs)]
    now = datetime.fromisoformat(at)
    timezone.now = lambda: now
    hang_after(moves if place == "put_follow" else store, place)
    run_due({actions.MOVE: actions.carry_move}, now=now, worker="doomed")
