"""A process that carries a run on, batch by batch, until it is killed; a line for each batch done.

`python carrier.py RUN`
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from minsheng.apps.screening import actions, batches  # noqa: E402
from minsheng.apps.screening.models import RUNNING, Run  # noqa: E402

batches.HOUSEHOLDS_AT_ONCE = 1


def carry(run_id: int) -> None:
    """Carry the run on and say each batch that is committed."""
    while True:
        with transaction.atomic():
            row = Run.objects.select_for_update().get(pk=run_id)
            if row.state != RUNNING:
                return
            actions.carry_on(row)
            time.sleep(0.05)  # so that a kill meets a batch that isn't committed
        sys.stdout.write(f"{row.batches}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    carry(int(sys.argv[1]))
