"""Which fields a person has to answer: the pure half of "nothing is asked twice"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from minsheng.engines.casework.spec import FieldSpec, MaterialSpec, ServiceSpec


def asked_fields(
    spec: ServiceSpec, facts: Mapping[str, object], *, answered: Collection[str], on: date
) -> tuple[FieldSpec, ...]:
    """Return the fields that stand in the form, in its order.

    Those that are always asked, and those that no register has answered (`answered` holds the
    keys one has). A field whose condition is false is left out; an unknown condition asks.
    """
    placed = {key for step in spec.steps for key in step.fields}
    return tuple(
        field
        for field in spec.fields.values()
        if field.key in placed
        and (field.ask == "always" or field.key not in answered)
        and (field.when is None or field.when.decide(facts, on=on).value is not False)
    )


def materials_at_hand(spec: ServiceSpec, *, answered: Collection[str]) -> frozenset[str]:
    """Return the materials that a register has replaced, given the fields registers answered."""
    registers = {
        source.name
        for key in answered
        for source in spec.fields[key].sources
        if source.kind == "register"
    }
    return frozenset(key for key, material in spec.materials.items() if _is_in(material, registers))


def _is_in(material: MaterialSpec, registers: Collection[str]) -> bool:
    return any(s.kind == "register" and s.name in registers for s in material.sources)
