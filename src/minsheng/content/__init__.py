"""Packs: find, read with line numbers, prove, run their tests.

`load` gives everything whole or raises with every mistake; `check` reports what would stop a
publication; `service_from` reads back the stored text that running cases are pinned to.
"""

from __future__ import annotations

from minsheng.content.asking import asked_fields, materials_at_hand
from minsheng.content.baselines import Baseline
from minsheng.content.checking import Report, check, check_form
from minsheng.content.differences import Difference, differences
from minsheng.content.district import (
    Contact,
    Department,
    District,
    Heading,
    LifeEvent,
    Post,
    Window,
)
from minsheng.content.forms import (
    Form,
    Span,
    form_in,
    form_on,
    read_forms,
    span_of,
    wrong_succession,
)
from minsheng.content.loading import Packs, default_roots, load
from minsheng.content.packtests import examples
from minsheng.content.problems import PackError, Place, Problem
from minsheng.content.service import (
    LoadedService,
    hash_of,
    loaded_from,
    normalise,
    service_from,
)

__all__ = [
    "Baseline",
    "Contact",
    "Department",
    "Difference",
    "District",
    "Form",
    "Heading",
    "LifeEvent",
    "LoadedService",
    "PackError",
    "Packs",
    "Place",
    "Post",
    "Problem",
    "Report",
    "Span",
    "Window",
    "asked_fields",
    "check",
    "check_form",
    "default_roots",
    "differences",
    "examples",
    "form_in",
    "form_on",
    "hash_of",
    "load",
    "loaded_from",
    "materials_at_hand",
    "normalise",
    "read_forms",
    "service_from",
    "span_of",
    "wrong_succession",
]
