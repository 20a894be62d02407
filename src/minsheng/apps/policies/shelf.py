"""The policies of this installation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from minsheng.apps.people.installed import packs
from minsheng.apps.policies.models import APPROVED, Override
from minsheng.content.policies import Shelf
from minsheng.engines.policies.entering import with_later
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Param, ParamValue, Value
from minsheng.rules.schema import read_value


def shelf() -> Shelf:
    """Return every policy as it stands: packs, with what two officers published since.

    NotFound where packs hold none.
    """
    found = installed_shelf()
    rows = Override.objects.filter(state=APPROVED).order_by("pk")
    published = tuple(rows.values_list("policy", "name", "value", "since", "source"))
    return _merged(published, id(found)) if published else found


@lru_cache(maxsize=4)
def _merged(published: tuple[tuple[str, str, str, date, str], ...], _: int) -> Shelf:
    """Return the shelf of the packs with published values put in; one that no longer fits is left out."""
    found = installed_shelf()
    later: dict[str, dict[str, list[ParamValue]]] = {}
    for slug, name, value, since, source in published:
        known = found.policies.get(slug)
        if known is not None and name in known.params:
            read = value_written(known.params[name], value)
            entry = ParamValue(since, read, Text(source), mark="M")
            later.setdefault(slug, {}).setdefault(name, []).append(entry)
    changed = {slug: with_later(found.policies[slug], values) for slug, values in later.items()}
    return replace(found, policies={**found.policies, **changed})


def value_written(param: Param, text: str) -> Value:
    """Return a value as an override keeps it: fen for money, "2/3" for a share. Raises ValueError."""
    plain: object = text
    if param.type in ("money", "integer"):
        plain = int(text)
    elif param.type == "number":
        plain = Fraction(text)
    elif param.type == "boolean":
        plain = {"True": True, "False": False}[text]
    value = read_value(FieldKind(param.type), plain)
    if value is None:
        raise ValueError(text)
    return value


def installed_shelf() -> Shelf:
    """Return every policy as the packs write it."""
    found = packs().policies
    if found is None:
        raise NotFound(
            "policies.none", "这里还没有政策。", "There are no policies in this installation."
        )
    return found


def policy(slug: str) -> Policy:
    """Return one policy; NotFound for a name that isn't one."""
    found = shelf().policies.get(slug)
    if found is None:
        raise NotFound(
            "policies.no_such",
            "没有这项政策，请从清单里选。",
            "No such policy; choose from the list.",
        )
    return found
