"""From nodes to the frozen dataclasses of a spec, and back. The dataclass *is* the schema.

A field's type says what may stand there; its name is the key in the file. A few keys are shorter
than the field they fill (`from` fills `sources`). Mappings hand their key to the `key` inside.
Everything wrong in one file is reported at once, each with its line.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from minsheng.content.problems import PackError, Place, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node
from minsheng.engines.casework.spec import Source
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term
from minsheng.rules import Rule, Schema, Where

MAX_TEXT = 2_000
KEY = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
Made = TypeVar("Made")
_SOURCE = re.compile(
    r"(?P<kind>item|licence|register):(?P<name>[a-z0-9._-]+)(?:/(?P<part>[a-z0-9_]+))?"
)
_NAMELESS = ("promise", "applicant")
_FIELD_TO_KEY = {"sources": "from", "slug": "service"}
_KEY_TO_FIELD = {short: name for name, short in _FIELD_TO_KEY.items()}


@dataclass(slots=True)
class Builder:
    """Builds values of any type of a spec from nodes.

    `rules` is the schema that conditions are parsed against. `rule_places` collects where each
    condition stands, for whoever reports about it later.
    """

    rules: Schema | None = None
    rule_places: dict[str, Place] = field(default_factory=dict)

    def build(self, kind: type[Made], node: Node) -> Made:
        """Return the value of type `kind` that `node` holds, or raise PackError."""
        return typing.cast(Made, self._any(kind, node))

    def build_keyed(self, kind: type[Made], key: str, node: Node) -> Made:
        """Return the value of type `kind` whose `key` stands before `node`."""
        check_key(key, node.place)
        return typing.cast(Made, self._keyed(kind, key, node))

    def _any(self, kind: Any, node: Node) -> object:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._optional(kind, node)
        if origin is Literal:
            return _literal(get_args(kind), node)
        if origin is tuple:
            return self._each(get_args(kind)[0], node)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(get_args(kind)[1], node)
        if kind is Rule:
            return self._rule(node)
        if kind in _SCALARS:
            return _SCALARS[kind](node)
        if is_dataclass(kind):
            return self._dataclass(typing.cast(type, kind), node)
        raise TypeError(f"a spec may not hold {kind!r}")

    def _optional(self, kind: Any, node: Node) -> object:
        if node.value is None:
            return None
        inner = [arg for arg in get_args(kind) if arg is not type(None)]
        return self._any(inner[0], node)

    def _each(self, kind: Any, node: Node) -> tuple[object, ...]:
        found: list[object] = []
        problems: list[Problem] = []
        for item in node.items:
            try:
                found.append(self._any(kind, item))
            except PackError as error:
                problems.extend(error.problems)
        _raise(problems)
        return tuple(found)

    def _mapping(self, kind: Any, node: Node) -> dict[str, object]:
        found: dict[str, object] = {}
        problems: list[Problem] = []
        for key, item in node.mapping.items():
            try:
                check_key(key, item.place)
                found[key] = self._keyed(kind, key, item)
            except PackError as error:
                problems.extend(error.problems)
        _raise(problems)
        return found

    def _keyed(self, kind: Any, key: str, node: Node) -> object:
        if is_dataclass(kind) and kind not in _SCALARS and "key" in _plan(kind):
            return self._dataclass(typing.cast(type, kind), node, key=key)
        return self._any(kind, node)

    def _dataclass(self, kind: type, node: Node, *, key: str = "") -> object:
        plan = _plan(kind)
        values: dict[str, object] = {}
        problems: list[Problem] = []
        entries = _unfold(kind, node.mapping, problems)
        if key:
            values["key"] = key
        for name, inner in entries.items():
            part = _KEY_TO_FIELD.get(name, name)
            if part not in plan or part in values or (part in _FIELD_TO_KEY and name == part):
                known = {_FIELD_TO_KEY.get(other, other) for other in plan if other not in values}
                problems.append(
                    unknown_word(inner.place, name, known, kind_zh="字段", kind_en="field")
                )
                continue
            try:
                values[part] = self._any(plan[part].kind, inner)
            except PackError as error:
                problems.extend(error.problems)
                values[part] = None
        problems.extend(_missing(plan, values, node.place))
        _raise(problems)
        if "key" in plan and not key:
            check_key(str(values["key"]), node.place)
        return kind(**values)

    def _rule(self, node: Node) -> Rule:
        source = string(node)
        if self.rules is None:
            raise refuse(node.place, "这里不能写条件", "no condition may stand here")
        place = node.place
        try:
            rule = Rule.parse(source, self.rules, at=Where(field=place.field))
        except MinshengError as error:
            raise refuse(place, error.zh, error.en) from error
        self.rule_places[source] = place
        return rule


def check_key(key: str, place: Place) -> None:
    """Raise PackError unless `key` is lower-case ASCII words joined by `_`, `-` or `.`."""
    if not KEY.fullmatch(key) or len(key) > 60:
        raise refuse(
            place,
            f"“{key}”不能作名字：只用小写英文字母、数字和下划线，字母开头",
            f"'{key}' is no name: lower-case letters, digits and _, beginning with a letter",
        )


def string(node: Node) -> str:
    """Return the text of a node. A number, date or truth value without quotes is refused."""
    if isinstance(node.value, str):
        text = node.value.strip()
        if len(text) > MAX_TEXT:
            raise refuse(
                node.place, f"太长，最多 {MAX_TEXT} 个字", f"longer than {MAX_TEXT} characters"
            )
        return text
    if node.value is None:
        raise refuse(node.place, "这里是空的，要写文字", "text belongs here; it is empty")
    if isinstance(node.value, tuple | Mapping):
        raise refuse(node.place, "这里要写一句文字", "text belongs here")
    raise refuse(
        node.place,
        f'编号和文字要加引号：写成 "{node.raw}"，不然开头的 0 会丢',
        f'quote codes and text: write "{node.raw}", or leading zeros are lost',
    )


def _text(node: Node) -> Text:
    if not isinstance(node.value, Mapping):
        return Text(string(node))
    for name, inner in node.value.items():
        if name not in ("zh", "en"):
            raise PackError(
                [unknown_word(inner.place, name, ("zh", "en"), kind_zh="语言", kind_en="language")]
            )
    if "zh" not in node.value:
        raise refuse(node.place, "缺中文（zh）", "the Chinese text (zh) is missing")
    english = node.value.get("en")
    return Text(string(node.value["zh"]), string(english) if english else "")


def _number(node: Node) -> float:
    if isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return float(node.value)
    raise refuse(
        node.place, f"要写数，现在是“{node.raw}”", f"a number belongs here, not '{node.raw}'"
    )


def _integer(node: Node) -> int:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    raise refuse(
        node.place,
        f"要写整数，现在是“{node.raw}”",
        f"a whole number belongs here, not '{node.raw}'",
    )


def _boolean(node: Node) -> bool:
    if isinstance(node.value, bool):
        return node.value
    raise refuse(
        node.place,
        f"只能写 true 或 false，现在是“{node.raw}”",
        f"only true or false, not '{node.raw}'",
    )


def _day(node: Node) -> date:
    if isinstance(node.value, date):
        return node.value
    try:
        return date.fromisoformat(string(node))
    except ValueError as cause:
        raise refuse(
            node.place,
            f"要写日期，例如 2026-01-01，现在是“{node.raw}”",
            f"a date such as 2026-01-01 belongs here, not '{node.raw}'",
        ) from cause


def _term(node: Node) -> Term:
    try:
        return Term.parse(string(node))
    except MinshengError as cause:
        raise refuse(node.place, cause.zh, cause.en) from cause
    except ValueError as cause:
        raise refuse(
            node.place,
            f"期限要写成 3wd（工作日）、3cd（自然日）或 3wh（工作小时），现在是“{node.raw}”",
            f"a term is 3wd, 3cd or 3wh, not '{node.raw}'",
        ) from cause


def _source(node: Node) -> Source:
    text = string(node)
    if text in _NAMELESS:
        return Source(typing.cast(Any, text))
    match = _SOURCE.fullmatch(text)
    if match is None:
        raise refuse(
            node.place,
            f"来源“{text}”读不懂：写 item:…、licence:…、register:…、promise 或 applicant",
            f"no source '{text}': item:…, licence:…, register:…, promise or applicant",
        )
    return Source(typing.cast(Any, match["kind"]), match["name"], match["part"] or "")


def _literal(options: tuple[Any, ...], node: Node) -> object:
    value = node.value if isinstance(node.value, bool) else string(node)
    if value in options:
        return value
    raise PackError(
        [
            unknown_word(
                node.place, str(value), [str(o) for o in options], kind_zh="选项", kind_en="choice"
            )
        ]
    )


_SCALARS: dict[Any, Callable[[Node], object]] = {
    str: string,
    int: _integer,
    float: _number,
    bool: _boolean,
    date: _day,
    Text: _text,
    Term: _term,
    Source: _source,
}


def scalar_form(kind: type[Made], read: Callable[[Node], Made]) -> None:
    """Say how a type of another module of content is read from one node."""
    _SCALARS[kind] = read


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of a dataclass with its resolved type."""

    kind: Any
    required: bool


def _plan(kind: Any) -> Mapping[str, _Part]:
    return _plan_of(kind)


@lru_cache(maxsize=200)
def _plan_of(kind: Any) -> Mapping[str, _Part]:
    hints = typing.get_type_hints(kind)
    return {f.name: _Part(hints[f.name], _is_required(f)) for f in fields(kind) if f.init}


def _is_required(part: Field[Any]) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _missing(
    plan: Mapping[str, _Part], values: Mapping[str, object], place: Place
) -> list[Problem]:
    lacking = [
        _FIELD_TO_KEY.get(name, name)
        for name, part in plan.items()
        if part.required and name not in values
    ]
    return [error_at(place, f"缺“{name}”，请补上", f"'{name}' is missing here") for name in lacking]


def _unfold(kind: type, entries: Mapping[str, Node], problems: list[Problem]) -> Mapping[str, Node]:
    """Return the entries with `effective: {from, to}` written as two fields."""
    if "effective" not in entries or "effective_from" not in _plan(kind):
        return entries
    flat = {name: node for name, node in entries.items() if name != "effective"}
    try:
        for name, inner in entries["effective"].mapping.items():
            if name not in ("from", "to"):
                problems.append(
                    unknown_word(inner.place, name, ("from", "to"), kind_zh="字段", kind_en="field")
                )
                continue
            flat[f"effective_{name}"] = inner
    except PackError as error:
        problems.extend(error.problems)
    return flat


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise PackError(problems)


def plain(value: object) -> object:
    """Return a spec value as plain JSON data: the form that is stored, hashed and read again.

    A field that has its default is left out, so that a new optional field of a later version
    doesn't change the hash of an old pack. (A default in the spec must therefore never change.)
    """
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if value.en else value.zh
    if isinstance(value, Term):
        return f"{value.amount}{value.unit}"
    if isinstance(value, Source):
        name = f":{value.name}" if value.name else ""
        return f"{value.kind}{name}" + (f"/{value.part}" if value.part else "")
    if isinstance(value, Rule):
        return value.source
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _without_key(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    return value


def _without_key(value: object) -> object:
    found = plain(value)
    if isinstance(found, dict) and is_dataclass(value) and hasattr(value, "key"):
        found.pop("key", None)
    return found


def _record(value: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in fields(value):
        inner = getattr(value, part.name)
        if inner == _default(part):
            continue
        found[_FIELD_TO_KEY.get(part.name, part.name)] = plain(inner)
    return found


def _default(part: Field[Any]) -> object:
    if part.default is not MISSING:
        return part.default
    return part.default_factory() if part.default_factory is not MISSING else MISSING
