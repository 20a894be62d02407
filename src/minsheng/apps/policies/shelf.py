"""The policies of this installation."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from django.utils import timezone

from minsheng.apps.people.installed import packs, roots
from minsheng.apps.policies.models import APPROVED, Override
from minsheng.content.policies import Shelf, with_shared, with_text
from minsheng.content.problems import PackError
from minsheng.engines.policies.entering import with_later
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Param, ParamValue, Value
from minsheng.rules.schema import read_value

Number = tuple[str, str, str, date, str]
"""A published value: policy ("" for a shared number), name, value, first day, source."""
Edition = tuple[str, int, str]
"""A policy, the override that holds its text, and the text's fingerprint."""


def shelf(on: date | None = None) -> Shelf:
    """Return every policy as it stands: packs, with what two officers published since.

    on: of policies with several published texts the one in force that day, today's if not said.
    Numbers are dated in themselves. NotFound where packs hold none.
    """
    found = installed_shelf()
    rows = _published()
    if not rows:
        return found
    return _merged(_numbers(rows), _in_force(rows, on or timezone.localdate()), id(found))


def policy_as_begun(slug: str, edition: int | None) -> Policy:
    """Return a policy in the text that a claim began with (None: the packs'), numbers as they are now."""
    rows = _published()
    if not rows:
        return policy(slug)
    editions = tuple((slug, pk, number[2]) for pk, number in rows if pk == edition)
    found = _merged(_numbers(rows), editions, id(installed_shelf())).policies.get(slug)
    return found or policy(slug)


def edition_in_force(slug: str, on: date) -> int | None:
    """Return which published text of a policy is in force on a day; None: the packs'."""
    return next((pk for one, pk, _ in _in_force(_published(), on) if one == slug), None)


def shelf_with(row: Override, on: date) -> Shelf:
    """Return the shelf as it would be on a day with one more row published, kept or not.

    Raises PackError for a text that can't be read.
    """
    rows, found = _published(), installed_shelf()
    editions = _in_force(rows, on)
    if row.is_text:
        others = tuple(one for one in editions if one[0] != row.policy)
        return _merged(_numbers(rows), others, id(found), row.policy, row.text)
    number = (row.policy, row.name, row.value, row.since, row.source)
    return _merged((*_numbers(rows), number), editions, id(found))


def text_in_force(slug: str, on: date) -> str:
    """Return the text of a policy as it stands on a day, published or of the packs."""
    for one, pk, mark in _in_force(_published(), on):
        if one == slug:
            return _text(pk, mark)
    return text_of_packs(slug)


def text_of_packs(slug: str) -> str:
    """Return the text of a policy as the packs write it; NotFound where it has no file of its own."""
    found = ""
    for root in roots():
        file = root / "policies" / slug / "policy.yaml"
        if file.is_file():
            found = file.read_text(encoding="utf-8")
    if not found:
        raise NotFound(
            "policies.no_text",
            "这一项还没有写成规则，先在规则包里写。",
            "This policy isn't written as rules yet; write it in the packs first.",
        )
    return found


def has_text(slug: str) -> bool:
    """Whether a policy is written as rules, in a file of its own."""
    return any((root / "policies" / slug / "policy.yaml").is_file() for root in roots())


def unfit_editions(on: date) -> tuple[str, ...]:
    """Return the policies whose published text no longer fits the packs: those stand as the packs say."""
    rows, shared = _published(), id(installed_shelf())
    found = []
    for slug, pk, mark in _in_force(rows, on):
        try:
            with_text(_with_shared(_shared(_numbers(rows)), shared), slug, _text(pk, mark))
        except PackError:
            found.append(slug)
    return tuple(found)


def _published() -> list[tuple[int, Number]]:
    rows = Override.objects.filter(state=APPROVED).order_by("pk")
    return [
        (pk, (slug, name, value, since, source))
        for pk, slug, name, value, since, source in rows.values_list(
            "pk", "policy", "name", "value", "since", "source"
        )
    ]


def _numbers(rows: Iterable[tuple[int, Number]]) -> tuple[Number, ...]:
    return tuple(number for _, number in rows if number[1])


def _in_force(rows: Iterable[tuple[int, Number]], on: date) -> tuple[Edition, ...]:
    """Return the text of each policy with the latest first day that has come; of one day the last."""
    latest: dict[str, tuple[date, int, str]] = {}
    for pk, (slug, name, mark, since, _) in rows:
        if not name and since <= on:
            latest[slug] = max(latest.get(slug, (date.min, 0, "")), (since, pk, mark))
    return tuple((slug, pk, mark) for slug, (_, pk, mark) in sorted(latest.items()))


def _shared(numbers: Iterable[Number]) -> tuple[Number, ...]:
    return tuple(one for one in numbers if not one[0])


@lru_cache(maxsize=16)
def _merged(
    numbers: tuple[Number, ...],
    editions: tuple[Edition, ...],
    packs_id: int,
    slug: str = "",
    text: str = "",
) -> Shelf:
    """Return the shelf with what was published put over the packs; what no longer fits is left out.

    slug, text: one policy in a text that isn't published; that one raises PackError.
    """
    found = _with_shared(_shared(numbers), packs_id)
    for one, pk, mark in editions:
        with suppress(PackError):
            found = with_text(found, one, _text(pk, mark))
    if slug:
        found = with_text(found, slug, text)
    later: dict[str, dict[str, list[ParamValue]]] = {}
    for one, name, value, since, source in numbers:
        known = found.policies.get(one)
        if known is not None and name in known.params:
            entry = _entry(known.params[name], value, since, source)
            later.setdefault(one, {}).setdefault(name, []).append(entry)
    changed = {one: with_later(found.policies[one], values) for one, values in later.items()}
    return replace(found, policies={**found.policies, **changed})


@lru_cache(maxsize=8)
def _with_shared(numbers: tuple[Number, ...], _: int) -> Shelf:
    """Return the shelf of the packs with published values of shared numbers; all is read anew once."""
    found = installed_shelf()
    known = found.vocabulary.model.params
    later: dict[str, tuple[ParamValue, ...]] = {}
    for _slug, name, value, since, source in numbers:
        if name in known:
            entry = _entry(known[name], value, since, source)
            later[name] = (*later.get(name, ()), entry)
    return with_shared(found, later) if later else found


@lru_cache(maxsize=64)
def _text(pk: int, _: str) -> str:
    """Return the text of an approved row: it never changes."""
    return Override.objects.values_list("text", flat=True).get(pk=pk)


def _entry(param: Param, value: str, since: date, source: str) -> ParamValue:
    return ParamValue(since, value_written(param, value), Text(source), mark="M")


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


def policy(slug: str, on: date | None = None) -> Policy:
    """Return one policy as it stands on a day, today if not said; NotFound for a name that isn't one."""
    found = shelf(on).policies.get(slug)
    if found is None:
        raise NotFound(
            "policies.no_such",
            "没有这项政策，请从清单里选。",
            "No such policy; choose from the list.",
        )
    return found
