"""YAML as an officer writes it, read into nodes that know their line.

A small part of YAML, on purpose: mappings, lists, text, whole and decimal numbers, true and
false, dates. No anchors (so no bombs), no tags, no second document, no duplicate key, no key that
is not text, and `yes`, `no`, `on`, `off` are words. What looks like a number *is* a number: a code
such as 010123 must stand in quotes, or the builder refuses it where text is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from minsheng.content.problems import PackError, Place, Problem, error_at, refuse

MAX_BYTES = 512_000
MAX_DEPTH = 24
MAX_NODES = 20_000
MAX_DIGITS = 18
REMEMBERED = 512
"""So many texts, read, are kept: all of a district's packs (152 here), or none would be there again."""

Scalar = str | int | Decimal | bool | date | None

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ALLOWED_CONTROL = "\t\n\r"


@dataclass(frozen=True, slots=True)
class Node:
    """One value with its place: a scalar, a list of nodes, or a mapping of text to nodes.

    `raw` is the text of a scalar as it stands in the file, for messages.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    place: Place
    raw: str = ""

    @property
    def mapping(self) -> Mapping[str, Node]:
        """The entries, or a PackError saying that a mapping belongs here."""
        if isinstance(self.value, Mapping):
            return self.value
        raise refuse(
            self.place, "这里要写成“键: 值”的几行", "a mapping (key: value lines) belongs here"
        )

    @property
    def items(self) -> tuple[Node, ...]:
        """The elements, or a PackError saying that a list belongs here."""
        if isinstance(self.value, tuple):
            return self.value
        raise refuse(self.place, "这里要写成列表，例如 [a, b]", "a list belongs here, as in [a, b]")

    @property
    def plain(self) -> Any:
        """The value as plain Python: dict, list and scalars, without places."""
        if isinstance(self.value, Mapping):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain for node in self.value]
        return self.value


def read_file(path: Path, *, shown: str = "") -> Node:
    """Return the content of one YAML file. `shown` is the file name in messages."""
    name = shown or path.as_posix()
    place = Place(name)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(place)
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as cause:
        line = path.read_bytes()[: cause.start].count(b"\n") + 1
        raise refuse(
            Place(name, line), "文件不是 UTF-8 编码，请另存为 UTF-8", "the file is not UTF-8"
        ) from cause
    except OSError as cause:
        raise refuse(
            place, f"文件打不开：{cause.strerror}", f"the file can't be opened: {cause.strerror}"
        ) from cause
    return read_text(text, file=name)


@lru_cache(maxsize=REMEMBERED)
def read_text(text: str, *, file: str) -> Node:
    """Return the content of a YAML text. Raises PackError with every problem found.

    The last texts are remembered: a check reads each file twice, and a draft beside forms that
    have not changed should not wait for them.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large(Place(file))
    text = text.removeprefix("\ufeff")
    for number, line in enumerate(text.split("\n"), start=1):
        if any(ord(char) < 32 and char not in _ALLOWED_CONTROL for char in line):
            raise refuse(
                Place(file, number), "这一行有看不见的控制字符", "a control character on this line"
            )
    reader = _Reader(file)
    # The pure parser, never libyaml's: the two differ on tabs, and a pack that is good on one
    # machine must be good on every other.
    try:
        node = reader.document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        place = Place(file, mark.line + 1 if mark else 0)
        raise refuse(
            place,
            "这里的 YAML 写法读不懂，请检查缩进、引号和冒号",
            f"YAML can't be read here: {cause.problem or cause.context or 'syntax'}",
        ) from cause
    except yaml.YAMLError as cause:
        raise refuse(Place(file), "文件里有不能用的字符", f"unreadable YAML: {cause}") from cause
    if reader.problems:
        raise PackError(reader.problems)
    return node


def _too_large(place: Place) -> PackError:
    return refuse(
        place,
        f"文件太大，最多 {MAX_BYTES // 1000} KB，请拆开",
        f"the file is too large: at most {MAX_BYTES // 1000} KB",
    )


class _Reader:
    """Builds nodes from parser events, counting and collecting problems as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self, events: Iterator[Any]) -> Node:
        """Return the only document of the stream."""
        next(events)  # the start of the stream
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            raise refuse(Place(self.file), "文件是空的", "the file is empty")
        node = self._node(next(events), events, Place(self.file), depth=0)
        next(events)  # the end of the document
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            place = Place(self.file, after.start_mark.line + 1)
            raise refuse(place, "一个文件只能有一份内容", "one document per file")
        return node

    def _node(self, event: Any, events: Iterator[Any], outer: Place, *, depth: int) -> Node:
        place = Place(outer.file, event.start_mark.line + 1, outer.field)
        self._bound(place, depth=depth)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse(
                place, "不能用 & 和 *，请把内容写全", "anchors and aliases are not allowed"
            )
        if getattr(event, "tag", None):
            raise refuse(place, "不能用 ! 标签", f"tags are not allowed: {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, place, depth=depth)
        return self._mapping(events, place, depth=depth)

    def _bound(self, place: Place, *, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise refuse(place, "内容太多，请拆成几个文件", f"more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            raise refuse(place, f"嵌套太深，最多 {MAX_DEPTH} 层", f"deeper than {MAX_DEPTH} levels")

    def _scalar(self, event: Any, place: Place) -> Node:
        raw: str = event.value
        if event.style is not None:
            return Node(raw, place, raw)
        try:
            return Node(resolved(raw), place, raw)
        except ValueError:
            self.problems.append(
                error_at(
                    place,
                    f"“{raw}”不是一个能用的数或日期；如果是文字，请加引号",
                    f"'{raw}' is no usable number or date; put quotes around it if it is text",
                )
            )
            return Node(raw, place, raw)

    def _sequence(self, events: Iterator[Any], place: Place, *, depth: int) -> Node:
        found: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            inner = place.inner(str(len(found) + 1))
            found.append(self._node(event, events, inner, depth=depth + 1))
        return Node(tuple(found), place)

    def _mapping(self, events: Iterator[Any], place: Place, *, depth: int) -> Node:
        found: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, events, place, depth=depth)
            inner = place.inner(key, line=event.start_mark.line + 1)
            node = self._node(next(events), events, inner, depth=depth + 1)
            if not isinstance(node.value, tuple | Mapping):
                node = Node(node.value, inner, node.raw)
            if key in found:
                first = found[key].place.line
                self.problems.append(
                    error_at(
                        inner,
                        f"“{key}”写了两次，第一次在第 {first} 行",
                        f"'{key}' stands twice; the first is on line {first}",
                    )
                )
                continue
            found[key] = node
        return Node(found, place)

    def _key(self, event: Any, events: Iterator[Any], place: Place, *, depth: int) -> str:
        node = self._node(event, events, place, depth=depth + 1)
        if isinstance(node.value, str) and node.value:
            return node.value
        if isinstance(node.value, tuple | Mapping):
            raise refuse(node.place, "键只能是文字", "a key must be text")
        self.problems.append(
            error_at(
                node.place,
                f"键“{node.raw}”不是文字，请加引号",
                f'the key {node.raw or "(empty)"} is not text; write it in quotes: "{node.raw}"',
            )
        )
        return node.raw


def resolved(raw: str) -> Scalar:
    """Return what a scalar without quotes means. Raises ValueError for impossible numbers."""
    if raw in ("", "~", "null"):
        return None
    if raw in ("true", "false"):
        return raw == "true"
    if _INTEGER.fullmatch(raw) or _DECIMAL.fullmatch(raw):
        if sum(char.isdigit() for char in raw) > MAX_DIGITS:
            raise ValueError(raw)
        return int(raw) if _INTEGER.fullmatch(raw) else Decimal(raw)
    match = _DATE.fullmatch(raw)
    if match:
        return date(int(match[1]), int(match[2]), int(match[3]))
    return raw


def node_from_plain(value: object, *, place: Place) -> Node:
    """Return nodes for plain JSON values (a stored, normalised version of a pack)."""
    if isinstance(value, dict):
        return Node(
            {str(k): node_from_plain(v, place=place.inner(str(k))) for k, v in value.items()},
            place,
        )
    if isinstance(value, list):
        inner = (node_from_plain(v, place=place.inner(str(n))) for n, v in enumerate(value, 1))
        return Node(tuple(inner), place)
    if value is None or isinstance(value, str | int | bool):
        return Node(value, place, str(value))
    raise refuse(place, "存下来的内容读不懂", f"unexpected {type(value).__name__}")


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
