"""Approves a proposal when told to begin, and says what became of it; run as its own process."""

from __future__ import annotations

import sys
from pathlib import Path

import django


def main() -> None:
    """Wait for the file to appear, then approve."""
    django.setup()
    from minsheng.apps.people.models import Account
    from minsheng.apps.screening import publishing
    from minsheng.lib.errors import Conflict

    number, username, start = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    by = Account.objects.get(username=username)
    print("ready", flush=True)
    while not start.exists():
        pass
    try:
        row = publishing.decide(number, approve=True, by=by)
    except Conflict:
        print("conflict", flush=True)
    else:
        print(row.state, flush=True)


if __name__ == "__main__":
    main()
