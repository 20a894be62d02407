"""The signing authority of this installation, read once and again when its files change."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from minsheng.apps.records.certificates.authority import (
    NEEDED,
    Authority,
    make_demo_authority,
    read_authority,
)


def ensure_demo_authority() -> bool:
    """Make the demonstration's authority where there is none; True when it was made now.

    Does nothing in production, where an operator brings the files: see `authority`.
    """
    return settings.DEMO and make_demo_authority(settings.MINSHENG_AUTHORITY, at=timezone.now())


def authority() -> Authority:
    """Return who signs here. Raises Unavailable with what to do when it can't be used."""
    ensure_demo_authority()
    folder: Path = settings.MINSHENG_AUTHORITY
    stamp = tuple(_changed(folder / name) for name in NEEDED)
    return _read(folder, stamp, timezone.now().replace(minute=0, second=0, microsecond=0))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=4)
def _read(folder: Path, _stamp: tuple[int, ...], hour: datetime) -> Authority:
    """Read and check the files; again every hour, so that an expired certificate is noticed."""
    return read_authority(folder, at=hour, demo=settings.DEMO)
