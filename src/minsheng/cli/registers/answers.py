"""What each register of the demonstration answers, whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from minsheng.cli.registers.store import Store
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.identifiers import citizen_number

READ = ("hospital.birth_record", "population.person", "civil.marriage")
WRITTEN = ("population.household", "card.social")
MODES = ("ok", "slow", "failing", "wrong")


def write(store: Store, register: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Return what `register` answers to a write; the same for the same `key`, however often."""
    answer = partial(_ANSWERS[register], body, key)
    return store.write_once(register, key, body, answer=answer)


def _household(body: Mapping[str, Any], key: str, serial: int) -> dict[str, Any]:
    """Return the new household entry with the child's citizen number."""
    born = date.fromisoformat(str(body.get("child_birth", "")))
    order = (int(hashlib.sha256(key.encode()).hexdigest(), 16) % 498 + 1) * 2
    order += 1 if body.get("child_sex") == "male" else 0
    number = citizen_number(DEMO_PREFIX, born, order)
    result = f"HK-{born.year}-{serial:06d}"
    return {"result": result, "values": {"child_number": number, "household_entry": result}}


def _card(body: Mapping[str, Any], key: str, serial: int) -> dict[str, Any]:
    """Return the number of the new social card."""
    number = f"DEMO{serial:08d}"
    return {"result": number, "values": {"card_number": number}}


_ANSWERS: dict[str, Callable[[Mapping[str, Any], str, int], dict[str, Any]]] = {
    "population.household": _household,
    "card.social": _card,
}
