"""Port: where a material or value can be got. Filled in `AppConfig.ready()`, here and above.

A look-up takes the citizen number it is about and returns the register's answer. It never raises:
a failed one degrades to a question that says why it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minsheng.apps.cases.connect.registers import Answer, Written

Find = Callable[[str], Answer]
Write = Callable[..., Written]

_finds: dict[str, Find] = {}
_writes: dict[str, Write] = {}


def offer_find(register: str, find: Find) -> None:
    """Say how `register` is asked."""
    _finds[register] = find


def offer_write(register: str, write: Write) -> None:
    """Say how `register` is written to; `write(body, key=…)` must be safe to repeat."""
    _writes[register] = write


def find(register: str, about: str) -> Answer:
    """Return what `register` says about a citizen number."""
    return _finds[register](about)


def write(register: str, body: Mapping[str, Any], *, key: str) -> Written:
    """Write to `register` once for each `key`."""
    return _writes[register](body, key=key)
