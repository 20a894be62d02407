"""What the pack folders of this installation hold: read once for each process, asked by every app."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from minsheng import content
from minsheng.lib.workdays import WorkCalendar


@lru_cache(maxsize=1)
def packs() -> content.Packs:
    """Return everything in the pack folders, read once for each process."""
    return content.load(settings.MINSHENG_PACKS)


def calendar() -> WorkCalendar:
    """Return the working-day calendar of the packs."""
    return packs().calendar


def roots() -> tuple[Path, ...]:
    """Return the pack folders of this installation."""
    return tuple(settings.MINSHENG_PACKS) or content.default_roots()
