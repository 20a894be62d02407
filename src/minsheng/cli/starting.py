"""Starting Django, and refusing to where the start checks find what may not be there."""

from __future__ import annotations

import sys

from minsheng.lib.errors import Unavailable

START = "start"
"""The tag of the checks that a web server, a worker and a command must pass."""


def start_django() -> None:
    """Set Django up; commands that need tables call it first.

    Raises Unavailable, naming every reason, where this installation may not start.
    """
    import django

    django.setup()
    refuse_unfit_start()


def refuse_unfit_start() -> None:
    """Raise Unavailable with every reason why this installation may not start; print warnings."""
    from django.conf import settings
    from django.core import checks
    from django.db import connections

    if settings.DEMO:
        return
    found = checks.run_checks(tags=[START], include_deployment_checks=True, databases=["default"])
    connections.close_all()  # a server forks after this
    for warning in found:
        if not warning.is_serious():
            print(f"注意：{warning.msg} / Note: {warning.hint}", file=sys.stderr)
    reasons = [error for error in found if error.is_serious()]
    if reasons:
        raise Unavailable(
            "unfit_start",
            "没有启动。先改好这几样：\n" + "\n".join(f"  · {error.msg}" for error in reasons),
            "Not started. Mend these first:\n"
            + "\n".join(f"  · {error.hint}" for error in reasons),
        )
