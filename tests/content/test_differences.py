"""The difference between two forms of a service is said in plain words, and nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests.engines.casework_specs import rule
from tests.product_packs import PACKS

from minsheng.content import differences
from minsheng.content.differences import WORDS
from minsheng.engines.casework import spec
from minsheng.engines.casework.spec import Cite, ServiceSpec, Source
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term
from minsheng.rules import Rule

NEWBORN = PACKS.services["newborn"].spec


def with_item(spec: ServiceSpec, key: str, **more: Any) -> ServiceSpec:
    return replace(spec, items={**spec.items, key: replace(spec.items[key], **more)})


def said(old: ServiceSpec, new: ServiceSpec) -> list[str]:
    return [one.text.zh for one in differences(old, new)]


def test_a_changed_term_is_one_sentence_in_both_languages():
    new = with_item(NEWBORN, "household", due=Term.parse("2wd"))
    old = with_item(NEWBORN, "household", due=Term.parse("3wd"))
    (only,) = differences(old, new)
    title = NEWBORN.items["household"].title
    assert only.text.zh == f"{title.zh}：时限从 3 个工作日改为 2 个工作日"
    assert only.text.en == f"{title.en}: the term is 2 working days instead of 3 working days"
    assert (only.part, only.key) == ("items", "household")


def test_what_comes_and_goes_is_called_by_its_name():
    extra = replace(NEWBORN.items["household"], key="extra", title=Text("预防接种", "Vaccination"))
    more = replace(NEWBORN, items={**NEWBORN.items, "extra": extra})
    assert said(NEWBORN, more) == ["事项多了“预防接种”"]
    assert said(more, NEWBORN) == ["事项少了“预防接种”"]
    assert differences(NEWBORN, more)[0].text.en == "Items: “Vaccination” is new"
    needed = NEWBORN.items["household"].needs[0]
    alone = with_item(NEWBORN, "household", needs=())
    assert said(NEWBORN, alone) == [
        f"{NEWBORN.items['household'].title.zh}：要等哪一件少了“{NEWBORN.items[needed].title.zh}”"
    ]


def test_another_order_of_sources_is_another_policy_and_is_said():
    key, material = next((k, m) for k, m in NEWBORN.materials.items() if len(m.sources) > 1)
    turned = replace(material, sources=tuple(reversed(material.sources)))
    new = replace(NEWBORN, materials={**NEWBORN.materials, key: turned})
    (only,) = said(NEWBORN, new)
    assert only.startswith(f"{material.title.zh}：从哪里取，先后")


def test_a_form_does_not_differ_from_itself():
    assert differences(NEWBORN, NEWBORN) == ()


def _other(value: Any) -> Any:
    """Return another value of the same kind."""
    match value:
        case Text():
            return Text(value.zh + "改", value.en + " changed")
        case Term():
            return Term(value.amount + 1, value.unit)
        case Rule():
            return rule("insured")
        case Source():
            return Source("register", "another.register")
        case bool():
            return not value
        case date():
            return value + timedelta(days=1)
        case int():
            return value + 1
        case str():
            return value + "x"
        case None:
            return Cite(Text("新的依据", "a new basis"), "L")
    return None


def _variants(value: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Yield, with its path, every copy of `value` in which exactly one thing is different."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{'.'.join(path)} without {key}", {k: v for k, v in value.items() if k != key}
            for name, other in _variants(inner, *path, key):
                yield name, {**value, key: other}
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield f"{'.'.join(path)} without {place}", value[:place] + value[place + 1 :]
            for name, other in _variants(inner, *path, str(place)):
                yield name, (*value[:place], other, *value[place + 1 :])
        if len(set(map(repr, value))) > 1:
            yield f"{'.'.join(path)} turned", tuple(reversed(value))
    elif is_dataclass(value) and not isinstance(value, Text | Term | Rule | Source):
        for part in fields(value):
            for name, other in _variants(getattr(value, part.name), *path, part.name):
                yield name, replace(value, **{part.name: other})
    elif not isinstance(value, type) and (other := _other(value)) is not None:
        yield ".".join(path), other


def test_no_single_change_anywhere_in_a_service_goes_unsaid():
    """Every place of the real pack is changed alone: each change is told, in both languages."""
    silent, count = [], 0
    for name, other in _variants(NEWBORN):
        found = differences(NEWBORN, other)
        count += 1
        if not found or any(not one.text.zh or not one.text.en for one in found):
            silent.append(name)
    assert not silent
    assert count > 500


def test_every_field_of_a_service_has_words_of_its_own():
    kinds = [one for one in vars(spec).values() if getattr(one, "__module__", "") == spec.__name__]
    names = {part.name for kind in kinds if is_dataclass(kind) for part in fields(kind)}
    assert names - set(WORDS) - {"key", "slug", "icon", "name", "kind", "note", "part"} == set()
