"""One service: from the nodes of `service.yaml` to a proved-in-itself spec, and to its hash.

The order of keys in a file means nothing; items, fields and materials are put into one order that
follows from the content, so that what is stored under a hash is what people see.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from minsheng.content.problems import PackError, Place, error_at
from minsheng.content.reading import MAX_BYTES, Node, node_from_plain, read_file
from minsheng.content.references import KEPT, SELECTED, wrong_references
from minsheng.content.schema import Builder, plain
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Schema, ValueType
from minsheng.rules.schema import is_name

_RULE_TYPES: Mapping[str, ValueType] = {
    "date": "date",
    "choice": "choice",
    "boolean": "boolean",
    "integer": "integer",
    "money": "money",
}
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedService:
    """A service as it lies in its folder. `hash` names this version for ever."""

    spec: ServiceSpec
    hash: str
    normalised: str
    folder: Path
    tests: tuple[Path, ...] = ()


def load_service(folder: Path, *, shown: str, slug: str = "") -> LoadedService:
    """Return the service in one folder. Raises PackError with everything that is wrong.

    `slug` names the service of a later form, whose folder is named by a day; without tests of its
    own it answers to those of the form before.
    """
    spec = service_from_node(read_file(folder / "service.yaml", shown=f"{shown}/service.yaml"))
    slug = slug or folder.name
    if spec.slug != slug:
        place = Place(f"{shown}/service.yaml", 1, "service")
        raise PackError(
            [
                error_at(
                    place,
                    f"service 写的是“{spec.slug}”，文件夹叫“{slug}”，要一样",
                    f"service is '{spec.slug}' but its folder is '{slug}'",
                )
            ]
        )
    own = folder / "tests"
    tests = own if own.is_dir() or folder.name == slug else folder.parent / "tests"
    return loaded_from(spec, folder=folder, tests=tuple(sorted(tests.glob("*.yaml"))))


def loaded_from(
    spec: ServiceSpec, *, folder: Path | None = None, tests: tuple[Path, ...] = ()
) -> LoadedService:
    """Return a service with its normalised text and its hash; a stored one has no folder."""
    text = normalise(spec)
    return LoadedService(
        spec=spec, hash=hash_of(text), normalised=text, folder=folder or Path(), tests=tests
    )


def service_from(normalised: str) -> ServiceSpec:
    """Return the service of a stored, normalised text: equal to the one it was made from."""
    place = Place("normalised")
    if len(normalised) > 4 * MAX_BYTES:
        raise PackError([error_at(place, "存下来的内容太大", "the stored text is too large")])
    try:
        value = json.loads(normalised)
    except (ValueError, RecursionError) as cause:
        raise PackError(
            [error_at(place, "存下来的内容读不懂", "the stored text is not JSON")]
        ) from cause
    return service_from_node(node_from_plain(value, place=place))


def normalise(spec: ServiceSpec) -> str:
    """Return the one canonical text of a service: JSON with sorted keys and no default values."""
    return normalise_any(spec)


def normalise_any(spec: object) -> str:
    """Return the canonical text of any spec of a pack, as `normalise` does."""
    return json.dumps(plain(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(normalised: str) -> str:
    """Return the content hash with the id of its suite: `a1:` and 64 hexadecimal digits."""
    return f"a1:{hashlib.sha256(normalised.encode()).hexdigest()}"


def service_from_node(node: Node) -> ServiceSpec:
    """Return the service that `node` holds, its references checked and its parts in order."""
    builder = Builder(rules=rule_schema(node))
    spec = builder.build(ServiceSpec, node)
    problems = list(wrong_references(spec, node))
    if problems:
        raise PackError(problems)
    return in_order(spec)


def rule_schema(node: Node) -> Schema:
    """Return what conditions of this service may name: its fields, and which items are chosen.

    A field that is itself wrong is left out; the whole build then says so.
    """
    fields: dict[str, FieldSpec] = {}
    declared = node.mapping.get("fields")
    for key, inner in declared.mapping.items() if declared else ():
        try:
            bare = {name: part for name, part in inner.mapping.items() if name != "when"}
            fields[key] = Builder().build_keyed(FieldSpec, key, Node(bare, inner.place))
        except PackError:
            continue
    items = node.mapping.get("items")
    return schema_of(fields, items.mapping if items else ())


def schema_of(fields: Mapping[str, FieldSpec], items: Iterable[str]) -> Schema:
    """Return the rule schema of these fields and items."""
    kinds = {
        key: FieldKind(
            _RULE_TYPES.get(field.type, "text"),
            options=tuple(option.key for option in field.options),
            label=field.label,
            labels=tuple(option.label for option in field.options),
        )
        for key, field in fields.items()
        if key not in KEPT and is_name(key)
    }
    kinds[SELECTED] = FieldKind(
        "set", options=tuple(items), label=Text("选办的事项", "chosen items")
    )
    return Schema(kinds)


# ── one order ───────────────────────────────────────────────────────────────────────────────────


def in_order(spec: ServiceSpec) -> ServiceSpec:
    """Return the service with every mapping in the order that follows from its content.

    Items come after those they need, fields as the form asks them, materials as items use them;
    ties go by key.
    """
    items = _by_need({key: item.needs for key, item in spec.items.items()})
    asked = [key for step in spec.steps for key in step.fields]
    used = [key for name in items for key in spec.items[name].materials]
    given = [spec.items[name].gives for name in items]
    return replace(
        spec,
        subjects=_sorted(
            spec.subjects, [k for k, subject in spec.subjects.items() if subject.applicant]
        ),
        fields=_sorted(spec.fields, asked),
        materials=_sorted(spec.materials, used),
        items=_sorted(spec.items, items),
        certificates=_sorted(spec.certificates, given),
        reasons=dict(sorted(spec.reasons.items(), key=lambda pair: (pair[1].act, pair[0]))),
    )


def _by_need(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys so that each comes after those it needs; a cycle ends the order early."""
    done: list[str] = []
    left = sorted(needs)
    while left:
        ready = next((k for k in left if all(n in done or n not in needs for n in needs[k])), "")
        if not ready:
            return done + left
        done.append(ready)
        left.remove(ready)
    return done


def _sorted(things: Mapping[str, Thing], first: Iterable[str]) -> dict[str, Thing]:
    rank: dict[str, int] = {}
    for key in first:
        rank.setdefault(key, len(rank))
    order = sorted(things, key=lambda key: (rank.get(key, len(rank)), key))
    return {key: things[key] for key in order}
