"""What one part of a service names must be declared in another; nothing stands twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from minsheng.content.problems import Place, Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of
from minsheng.engines.casework.spec import ServiceSpec, Source
from minsheng.lib.texts import Text
from minsheng.rules.schema import is_name

MONTHS_AHEAD = 216
"""Next steps of a newborn reach to the end of childhood, 18 years, and no further."""

SELECTED = "selected"
MATERIALS = "materials"
DONE_BEFORE = "done_before"
KEPT = frozenset({SELECTED, MATERIALS, DONE_BEFORE})


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


def wrong_references(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    """Yield a problem for each name that nothing declares and each rule of form that is broken."""
    for use in _uses(spec):
        if use.word and use.word not in use.known:
            yield unknown_word(
                place_of(node, *use.path),
                use.word,
                use.known,
                kind_zh=use.kind.zh,
                kind_en=use.kind.en,
            )
    for check in (
        _wrong_applicant,
        _wrong_fields,
        _wrong_sources,
        _wrong_steps,
        _wrong_offers,
        _circles,
    ):
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
    for key, reason in spec.reasons.items():
        yield from _each(reason.items, spec.items, _ITEM, "reasons", key, "items")
        yield from _each(reason.shows, spec.fields, _FIELD, "reasons", key, "shows")
    for key, certificate in spec.certificates.items():
        at = ("certificates", key)
        yield _Use(certificate.holder, spec.subjects, _SUBJECT, (*at, "holder"))
        yield from _each(certificate.fields, spec.fields, _FIELD, *at, "fields")
    for number, offer in enumerate(spec.next_steps, 1):
        yield _Use(
            offer.counts_from, spec.fields, _FIELD, ("next_steps", str(number), "counts_from")
        )
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


def _wrong_offers(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    for number, step in enumerate(spec.next_steps, 1):
        place = place_of(node, "next_steps", str(number))
        start = spec.fields.get(step.counts_from)
        if bool(step.days) != bool(step.counts_from) or (start and start.type != "date"):
            yield error_at(
                place,
                "days 要和 counts_from 一起写，counts_from 是一个日期字段，例如 child_birth",
                "days go with counts_from, which is a date field such as child_birth",
            )
        for day, one in enumerate(step.days, 1):
            if not 0 <= one.months <= MONTHS_AHEAD:
                yield error_at(
                    place_of(node, "next_steps", str(number), "days", str(day), "months"),
                    f"months 在 0 和 {MONTHS_AHEAD} 之间",
                    f"months is between 0 and {MONTHS_AHEAD}",
                )


def _circles(spec: ServiceSpec, node: Node) -> Iterator[Problem]:
    try:
        TopologicalSorter({key: item.needs for key, item in spec.items.items()}).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        yield error_at(
            place_of(node, "items", error.args[1][0], "needs"),
            f"这几件互相等，谁也开始不了：{circle}。去掉其中一个 needs。",
            f"these items wait for each other: {circle}; drop one need",
        )


def _twice(words: Sequence[str], place: Place) -> Iterator[Problem]:
    for word in sorted({word for word in words if words.count(word) > 1}):
        yield error_at(place, f"“{word}”写了两次", f"'{word}' stands twice")
