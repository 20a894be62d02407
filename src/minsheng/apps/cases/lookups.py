"""Port: where a value or material can be got. Filled in `AppConfig.ready()` of apps above.

A register that nobody has offered is asked over HTTP by the protocol of `connect.registers`, so
that a pack may name a new one without any Python. A look-up takes the citizen number it is about
and returns the register's answer. It never raises: a failed one degrades to a question that says
why it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minsheng.apps.cases.connect import registers
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
    if register in _finds:
        return _finds[register](about)
    return registers.find(register, about)


def write(register: str, body: Mapping[str, Any], *, key: str) -> Written:
    """Write to `register` once for each `key`."""
    if register in _writes:
        return _writes[register](body, key=key)
    return registers.write(register, body, key=key)
