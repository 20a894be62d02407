"""One service: from the nodes of `service.yaml` to a proved-in-itself spec, and to its hash.

The order of keys in a file means nothing; items, fields and materials are put into one order that
follows from the content, so that what is stored under a hash is what people see.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from minsheng.content.problems import PackError, Place, Problem, error_at, unknown_word
from minsheng.content.reading import MAX_BYTES, Node, node_from_plain, read_file
from minsheng.content.schema import Builder, plain
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec, Source
from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Schema, ValueType
from minsheng.rules.schema import is_name

SELECTED = "selected"
MATERIALS = "materials"
KEPT = frozenset({SELECTED, MATERIALS})
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


def load_service(folder: Path, *, shown: str) -> LoadedService:
    """Return the service in one folder. Raises PackError with everything that is wrong."""
    spec = service_from_node(read_file(folder / "service.yaml", shown=f"{shown}/service.yaml"))
    if spec.slug != folder.name:
        place = Place(f"{shown}/service.yaml", 1, "service")
        raise PackError(
            [
                error_at(
                    place,
                    f"service 写的是“{spec.slug}”，文件夹叫“{folder.name}”，要一样",
                    f"service is '{spec.slug}' but its folder is '{folder.name}'",
                )
            ]
        )
    text = normalise(spec)
    return LoadedService(
        spec=spec,
        hash=hash_of(text),
        normalised=text,
        folder=folder,
        tests=tuple(sorted((folder / "tests").glob("*.yaml"))),
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
    return json.dumps(plain(spec), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(normalised: str) -> str:
    """Return the content hash with the id of its suite: `a1:` and 64 hexadecimal digits."""
    return f"a1:{hashlib.sha256(normalised.encode()).hexdigest()}"


def service_from_node(node: Node) -> ServiceSpec:
    """Return the service that `node` holds, its references checked and its parts in order."""
    builder = Builder(rules=rule_schema(node))
    spec = builder.build(ServiceSpec, node)
    problems = list(_wrong_references(spec, node))
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
        if key != SELECTED and is_name(key)
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


# ── references inside one service ───────────────────────────────────────────────────────────────


def place_of(root: Node, *path: str) -> Place:
    """Return the place of the value at `path`, or of the nearest thing around it."""
    node = root
    for step in path:
        inner = _inside(node, step)
        if inner is None:
            return node.place.inner(step)
        node = inner
    return node.place


def _inside(node: Node, step: str) -> Node | None:
    if isinstance(node.value, Mapping):
        return node.value.get(step)
    if isinstance(node.value, tuple) and step.isdigit() and int(step) <= len(node.value):
        return node.value[int(step) - 1]
    return None


@dataclass(frozen=True, slots=True)
class _Use:
    """One place of a service that names another part of it."""

    word: str
    known: Iterable[str]
    kind: Text
    path: tuple[str, ...]


_ITEM = Text("事项", "item")
_FIELD = Text("字段", "field")
_MATERIAL = Text("材料", "material")
_SUBJECT = Text("当事人", "subject")
_CERTIFICATE = Text("证照", "certificate")


def _wrong_references(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    for use in _uses(spec):
        if use.word and use.word not in use.known:
            yield unknown_word(
                place_of(node, *use.path),
                use.word,
                use.known,
                kind_zh=use.kind.zh,
                kind_en=use.kind.en,
            )
    for check in (_wrong_applicant, _wrong_fields, _wrong_sources, _wrong_steps):
        yield from check(spec, node)


def _uses(spec: ServiceSpec) -> Iterator[_Use]:
    for key, item in spec.items.items():
        at = ("items", key)
        yield from _each(item.needs, spec.items, _ITEM, *at, "needs")
        yield from _each(item.materials, spec.materials, _MATERIAL, *at, "materials")
        yield from _each(item.uses, spec.fields, _FIELD, *at, "uses")
        yield from _each(item.consent_of, spec.subjects, _SUBJECT, *at, "consent_of")
        yield _Use(item.gives, spec.certificates, _CERTIFICATE, (*at, "gives"))
    for number, step in enumerate(spec.steps, 1):
        yield from _each(step.fields, spec.fields, _FIELD, "steps", str(number), "fields")
    for key, field in spec.fields.items():
        yield _Use(field.subject, spec.subjects, _SUBJECT, ("fields", key, "subject"))
    for key, certificate in spec.certificates.items():
        at = ("certificates", key)
        yield _Use(certificate.holder, spec.subjects, _SUBJECT, (*at, "holder"))
        yield from _each(certificate.fields, spec.fields, _FIELD, *at, "fields")
    for path, source in _all_sources(spec):
        if source.kind == "item":
            yield _Use(source.name, spec.items, _ITEM, path)


def _each(words: Iterable[str], known: Iterable[str], kind: Text, *path: str) -> Iterator[_Use]:
    for number, word in enumerate(words, 1):
        yield _Use(word, known, kind, (*path, str(number)))


def _all_sources(spec: ServiceSpec) -> Iterator[tuple[tuple[str, ...], Source]]:
    for group, things in (("fields", spec.fields), ("materials", spec.materials)):
        for key, thing in things.items():
            for number, source in enumerate(thing.sources, 1):
                yield (group, key, "from", str(number)), source


def _wrong_applicant(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    applicants = [key for key, subject in spec.subjects.items() if subject.applicant]
    if len(applicants) != 1:
        yield error_at(
            place_of(node, "subjects"),
            f"要有且只有一个申请人（applicant: true），现在有 {len(applicants)} 个",
            f"exactly one subject is the applicant; there are {len(applicants)}",
        )
    if spec.event_key.kind != "register":
        yield error_at(
            place_of(node, "event_key"),
            "同一件事只能有一个在办的案卷，所以 event_key 要写登记库（register:…）",
            "event_key must be a register, so that one event has one open case",
        )


def _wrong_fields(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    for key, field in spec.fields.items():
        place = place_of(node, "fields", key)
        if key in KEPT or not is_name(key):
            yield error_at(
                place,
                f"“{key}”在规则里另有用处，请换一个名字，例如 {key}_of_child",
                f"'{key}' has another meaning in rules; choose another name",
            )
        if (field.type == "choice") != bool(field.options):
            yield error_at(
                place,
                "选择题（type: choice）要有 options，别的类型不能有",
                "a choice needs options and nothing else may have them",
            )
        yield from _twice([o.key for o in field.options], place_of(node, "fields", key, "options"))
        if not 1 <= field.max_length <= 500:
            yield error_at(
                place_of(node, "fields", key, "max_length"),
                "max_length 在 1 和 500 之间",
                "max_length is between 1 and 500",
            )


def _wrong_sources(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    for path, source in _all_sources(spec):
        is_field = path[0] == "fields"
        if source.kind == "register" and is_field and not source.part:
            yield error_at(
                place_of(node, *path),
                "字段要写明登记库的哪一栏，例如 register:population.person/name",
                "a field names the register's column, as in register:population.person/name",
            )
        if source.part and (source.kind != "register" or not is_field):
            yield error_at(
                place_of(node, *path),
                "只有字段的登记库来源可以写“/栏目”",
                "only a field's register has a /part",
            )
        if is_field and source.kind not in ("register", "applicant"):
            yield error_at(
                place_of(node, *path),
                "字段只能来自登记库（register:…/…）或申请人（applicant）",
                "a field comes from a register or the applicant",
            )


def _wrong_steps(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    placed = [key for step in spec.steps for key in step.fields]
    yield from _twice(placed, place_of(node, "steps"))
    yield from _twice([step.key for step in spec.steps], place_of(node, "steps"))
    for key, field in spec.fields.items():
        can_be_asked = field.ask == "always" or any(s.kind == "applicant" for s in field.sources)
        if can_be_asked and key not in placed:
            yield error_at(
                place_of(node, "fields", key),
                "这一项会问申请人，但没有放进任何一步（steps）",
                "this field may be asked but stands in no step",
            )


def _twice(words: Sequence[str], place: Place) -> Iterator[Problem]:
    for word in sorted({word for word in words if words.count(word) > 1}):
        yield error_at(place, f"“{word}”写了两次", f"'{word}' stands twice")
