"""What the registers of the demonstration answer, whoever asks.

Which registers there are is read from the services: those they ask, and those their items write to.
A write is answered by what the services say they want to know of it, so a new one needs no code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.policies import asking
from minsheng.cli.registers.store import Store
from minsheng.engines.casework.spec import FieldSpec
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.identifiers import citizen_number

MODES = ("ok", "slow", "failing", "wrong")
SERIALS = {"population.household": "HK-{year}-{serial:06d}", "card.social": "DEMO{serial:08d}"}
"""How a register numbers its entries; another one takes the first letters of its name."""


def written() -> tuple[str, ...]:
    """Return the registers that items of the services write to."""
    services = catalogue.packs().services.values()
    return tuple(
        dict.fromkeys(e for s in services for i in s.spec.items.values() if (e := i.effect))
    )


def read() -> tuple[str, ...]:
    """Return the registers that the services ask, and those that speak of households for policies."""
    found: dict[str, None] = {}
    for loaded in catalogue.packs().services.values():
        spec = loaded.spec
        sources = [thing.sources for thing in spec.fields.values()]
        sources += [thing.sources for thing in spec.materials.values()]
        found |= {s.name: None for each in sources for s in each if s.kind == "register"}
        found[spec.event_key.name] = None
    found |= dict.fromkeys(asking.household_registers())
    return tuple(name for name in found if name not in written())


def write(store: Store, register: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Return what `register` answers to a write; the same for the same `key`, however often.

    Raises ValueError for a body that the register can't use.
    """
    return store.write_once(register, key, body, answer=partial(_entry, register, body, key))


def _entry(register: str, body: Mapping[str, Any], key: str, serial: int) -> dict[str, Any]:
    """Return the new entry: its number, and a value for each field that a service wants."""
    born = body.get("child_birth")
    year = date.fromisoformat(str(born)).year if born else timezone.localdate().year
    form = SERIALS.get(register) or f"{_initials(register)}-{{serial:08d}}"
    result = form.format(year=year, serial=serial)
    values = {part: _value(field, body, key, result) for part, field in _wanted(register)}
    return {"result": result, "values": values}


def _wanted(register: str) -> Iterator[tuple[str, FieldSpec]]:
    for loaded in catalogue.packs().services.values():
        for field in loaded.spec.fields.values():
            for source in field.sources:
                if source.kind == "register" and source.name == register:
                    yield source.part, field


def _value(field: FieldSpec, body: Mapping[str, Any], key: str, result: str) -> str:
    if field.type != "citizen_number":
        return result
    order = (int(hashlib.sha256(key.encode()).hexdigest(), 16) % 498 + 1) * 2
    order += 1 if body.get("child_sex") == "male" else 0
    return citizen_number(DEMO_PREFIX, date.fromisoformat(str(body.get("child_birth", ""))), order)


def _initials(register: str) -> str:
    return "".join(word[0] for word in register.replace("_", ".").split(".") if word).upper()
