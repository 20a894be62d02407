"""Packs: find, read with line numbers, prove, run their tests.

`load` gives everything whole or raises with every mistake; `check` reports what would stop a
publication; `service_from` reads back the stored text that running cases are pinned to.
"""

from __future__ import annotations

from minsheng.content.asking import asked_fields, materials_at_hand
from minsheng.content.baselines import Baseline
from minsheng.content.checking import Report, check
from minsheng.content.district import (
    Contact,
    Department,
    District,
    Heading,
    LifeEvent,
    Post,
    Town,
    Window,
)
from minsheng.content.loading import Packs, default_roots, load
from minsheng.content.problems import PackError, Place, Problem
from minsheng.content.service import LoadedService, hash_of, normalise, service_from

__all__ = [
    "Baseline",
    "Contact",
    "Department",
    "District",
    "Heading",
    "LifeEvent",
    "LoadedService",
    "PackError",
    "Packs",
    "Place",
    "Post",
    "Problem",
    "Report",
    "Town",
    "Window",
    "asked_fields",
    "check",
    "default_roots",
    "hash_of",
    "load",
    "materials_at_hand",
    "normalise",
    "service_from",
]
