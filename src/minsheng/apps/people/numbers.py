"""Citizen numbers as people type them, read against the regions of the installed packs."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from minsheng.content.loading import load
from minsheng.lib.identifiers import CitizenNumber
from minsheng.lib.regions import RegionTable


def parse_number(text: str, *, on: date | None = None) -> CitizenNumber:
    """Return the citizen number that was typed; WrongInput says what is wrong with it.

    Numbers of demonstration people pass in demonstration mode only.
    """
    return CitizenNumber.parse(
        text, on=on or timezone.localdate(), regions=regions(), demo=settings.DEMO
    )


def regions() -> RegionTable:
    """Return the regions of the installed packs, read once per process."""
    return _regions(tuple(settings.MINSHENG_PACKS))


@cache
def _regions(roots: tuple[Path, ...]) -> RegionTable:
    return load(roots).regions
