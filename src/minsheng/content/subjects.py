"""A subject with its skills, misconceptions and items: `subjects/<key>/`.

A bank of items is large, and few processes need it: a shelf knows which subjects there are and
reads one when it is first asked for.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from minsheng.content.problems import PackError, Place, Problem, error_at, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder, plain, scalar_form, string
from minsheng.engines.items import KINDS, Item, Misconception, Named, Skill, SkillMap, Unit
from minsheng.engines.items.pictures import PICTURES, ManySeries, Picture, Series
from minsheng.engines.items.skills import circle, unknown_needs
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

FILE = "subject.yaml"
SKILLS = "skills.yaml"
MISCONCEPTIONS = "misconceptions.yaml"
FOLDER = "items"
REMEMBERED = 8
Made = TypeVar("Made")
_PICTURE_KEYS = {"from": "start", "to": "end"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSpec:
    """A subject in one grade. `cite` says where its scope and its items come from."""

    key: str
    title: Text
    summary: Text
    course: str
    grade: int
    cite: Cite
    units: Mapping[str, Unit]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A subject whole. `hash` is the version of everything in it."""

    spec: SubjectSpec
    skills: SkillMap
    misconceptions: Mapping[str, Misconception]
    items: Mapping[str, Item]

    @cached_property
    def by_skill(self) -> Mapping[str, tuple[Item, ...]]:
        """The items of each skill, in the order of the files."""
        found: dict[str, list[Item]] = {key: [] for key in self.skills.skills}
        for item in self.items.values():
            for key in item.skills:
                found.setdefault(key, []).append(item)
        return {key: tuple(items) for key, items in found.items()}

    @cached_property
    def hash(self) -> str:
        """The content hash, independent of the order in which files and keys are written."""
        whole = {
            "subject": plain(self.spec),
            "skills": plain(self.skills.skills),
            "misconceptions": plain(self.misconceptions),
            "items": plain(self.items),
        }
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class SubjectNodes:
    """Where everything of a subject stands, for messages."""

    spec: Node
    skills: Node
    misconceptions: Node
    items: dict[str, Node]
    files: dict[str, Place]


_lately_read: dict[tuple[str, str, str], tuple[Subject, SubjectNodes]] = {}
"""The last subjects by folder name, shown name and digest: a check reads each more than once."""


class Shelf(Mapping[str, Subject]):
    """The subjects under some roots by key; each is read when it is first asked for.

    Raises PackError with every mistake in it when a subject can't be read.
    """

    def __init__(self, folders: Mapping[str, tuple[Path, str]]) -> None:
        self._folders = dict(folders)
        self._read: dict[str, Subject] = {}
        self._reading = threading.Lock()

    def __getitem__(self, key: str) -> Subject:
        found = self._read.get(key)
        if found is None:
            folder, shown = self._folders[key]
            with self._reading:
                found = self._read.get(key) or subject_in(folder, shown=shown)[0]
                self._read[key] = found
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._folders

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def subject_in(folder: Path, *, shown: str) -> tuple[Subject, SubjectNodes]:
    """Return what `read_subject` gives; files that have not changed are not read again."""
    version = folder.name, shown, digest_of(folder)
    found = _lately_read.get(version)
    if found is None:
        found = read_subject(folder, shown=shown)
        while len(_lately_read) >= REMEMBERED:
            _lately_read.pop(next(iter(_lately_read)))
        _lately_read[version] = found
    return found


def digest_of(folder: Path) -> str:
    """Return a digest of every file of a subject, names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_subject(folder: Path, *, shown: str) -> tuple[Subject, SubjectNodes]:
    """Return a subject of one folder and where everything stands; PackError with every mistake."""
    problems: list[Problem] = []
    builder = Builder()

    def read(name: str, top: str = "") -> Node:
        node = read_file(folder / name, shown=f"{shown}/{name}")
        if not top:
            return node
        for key, inner in node.mapping.items():
            if key != top:
                word = unknown_word(inner.place, key, (top,), kind_zh="字段", kind_en="field")
                problems.append(word)
        return node.mapping.get(top) or Node({}, node.place)

    spec_node = read(FILE)
    skills_node, misconceptions_node = (
        read(SKILLS, "skills"),
        read(MISCONCEPTIONS, "misconceptions"),
    )
    spec = _tried(problems, builder, SubjectSpec, folder.name, spec_node)
    skills = _each(problems, builder, Skill, skills_node)
    misconceptions = _each(problems, builder, Misconception, misconceptions_node)
    items: dict[str, Item] = {}
    nodes = SubjectNodes(spec_node, skills_node, misconceptions_node, {}, {})
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            top = read(f"{FOLDER}/{path.name}", "items")
            entries = top.mapping
        except PackError as error:
            problems += error.problems
            continue
        nodes.files[path.stem] = top.place
        for key, node in entries.items():
            if key in nodes.items:
                first = nodes.items[key].place
                problems.append(
                    error_at(
                        node.place,
                        f"“{key}”已经有了，在 {first}",
                        f"'{key}' is there already, in {first}",
                    )
                )
                continue
            nodes.items[key] = node
            try:
                items[key] = item_from(key, node, builder)
            except PackError as error:
                problems += error.problems
    problems += _wrong_needs(skills, skills_node)
    if problems or spec is None:
        raise PackError(problems)
    subject = Subject(
        spec=spec, skills=SkillMap(skills), misconceptions=misconceptions, items=items
    )
    return subject, nodes


def _tried(
    problems: list[Problem], builder: Builder, kind: type[Made], key: str, node: Node
) -> Made | None:
    try:
        return builder.build_keyed(kind, key, node)
    except PackError as error:
        problems += error.problems
        return None


def _each(
    problems: list[Problem], builder: Builder, kind: type[Made], node: Node
) -> dict[str, Made]:
    found: dict[str, Made] = {}
    for key, inner in node.mapping.items():
        made = _tried(problems, builder, kind, key, inner)
        if made is not None:
            found[key] = made
    return found


def item_from(key: str, node: Node, builder: Builder | None = None) -> Item:
    """Return one item as a pack writes it; its `kind` decides which fields it has."""
    kind = node.mapping.get("kind")
    word = string(kind) if kind is not None else ""
    if word not in KINDS:
        place = kind.place if kind is not None else node.place.inner("kind")
        raise PackError([unknown_word(place, word, KINDS, kind_zh="题型", kind_en="kind of item")])
    return cast(Item, (builder or Builder()).build_keyed(KINDS[word], key, node))


def _wrong_needs(skills: Mapping[str, Skill], node: Node) -> Iterator[Problem]:
    for key, needed in unknown_needs(skills):
        yield unknown_word(
            place_of(node, key, "needs"), needed, skills, kind_zh="能力点", kind_en="skill"
        )
    found = circle(skills)
    if found:
        shown = " → ".join(found)
        yield error_at(
            place_of(node, found[0], "needs"),
            f"转了一圈又回来：{shown}。断开其中一个 needs。",
            f"these need one another in a circle: {shown}; take one need away",
        )


# ── forms of values ─────────────────────────────────────────────────────────────────────────────


def _named(node: Node) -> Named:
    return Named({key: string(inner) for key, inner in node.mapping.items()})


def _series(node: Node) -> ManySeries:
    builder = Builder()
    return ManySeries(
        tuple(
            Series(title=key, values=tuple(builder.build(float, one) for one in inner.items))
            for key, inner in node.mapping.items()
        )
    )


def _picture(node: Node) -> Picture:
    kind = node.mapping.get("kind")
    word = string(kind) if kind is not None else ""
    if word not in PICTURES:
        place = kind.place if kind is not None else node.place.inner("kind")
        raise PackError([unknown_word(place, word, PICTURES, kind_zh="图", kind_en="picture")])
    entries = {_PICTURE_KEYS.get(key, key): inner for key, inner in node.mapping.items()}
    return Builder().build(PICTURES[word], Node(entries, node.place))


scalar_form(Named, _named)
scalar_form(ManySeries, _series)
scalar_form(Picture, _picture)
