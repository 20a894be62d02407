"""After school: clubs, science courses, labs and universities, as `clubs/<key>/*.yaml` writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal

from minsheng.content.problems import Place, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder
from minsheng.content.sittings import WEEKDAYS, Weekday
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

FILE = "catalogue.yaml"
FURTHER = ("clubs.yaml", "courses.yaml", "partners.yaml")
CONTINUING, SIBLING, GRADE, OTHER = CLASSES = ("continuing", "sibling", "grade", "other")
"""As what somebody stands in line for a club. The pack says in which order."""
MOST_SEATS = 500
REMEMBERED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """Something with a key and a name: a field, a class of applicants, a university."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A figure that the sources name, and what it counts."""

    key: str
    title: Text
    number: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeEnd:
    """When local office hours end: no club ends before. `at` like "17:30"."""

    at: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """A club at one school: for which grades, when in the week, how many seats, who leads it.

    `school` is the register's key of the school. `first_grades` stand before the others. `fee_yuan` is
    for the whole term; 0 costs nothing.
    """

    key: str
    title: Text
    field: str
    school: str
    grades: tuple[int, ...]
    seats: int
    weekday: Weekday
    starts: str
    ends: str
    room: Text
    led: Literal["teacher", "outside"]
    leader: Text
    first_grades: tuple[int, ...] = ()
    fee_yuan: int = 0

    @property
    def day(self) -> int:
        """Return the day of the week as `date.weekday` counts it."""
        return WEEKDAYS.index(self.weekday)

    @property
    def hours(self) -> tuple[time, time]:
        """Return when it begins and ends."""
        return time.fromisoformat(self.starts), time.fromisoformat(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A science course: for which grades, how many lessons, in which lab."""

    key: str
    title: Text
    field: str
    grades: tuple[int, ...]
    lessons: int
    lab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab that classes book. `seats`: how many pupils at once."""

    key: str
    title: Text
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything after school in a district. `classes` stand in the order in which they come first."""

    key: str
    title: Text
    summary: Text
    cite: Cite
    office_end: OfficeEnd
    classes: Mapping[str, Titled]
    fields: Mapping[str, Titled]
    clubs: Mapping[str, Club]
    courses: Mapping[str, Course] = field(default_factory=dict)
    labs: Mapping[str, Lab] = field(default_factory=dict)
    universities: Mapping[str, Titled] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)

    def priority(self, kind: str) -> int:
        """Return the place of a class of applicants in the line, from 0; the last for an unknown one."""
        order = tuple(self.classes)
        return order.index(kind) if kind in order else len(order) - 1

    def clubs_at(self, school: str) -> list[Club]:
        """Return the clubs of one school by day and hour."""
        mine = [one for one in self.clubs.values() if one.school == school]
        return sorted(mine, key=lambda one: (one.day, one.starts, one.key))


_lately_read: dict[tuple[str, str], tuple[Catalogue, Node]] = {}
"""The last catalogue of each shown name and digest: a check reads the same files more than once."""


def read_catalogue(folder: Path, *, shown: str) -> tuple[Catalogue, Node]:
    """Return one catalogue and its node; its files hold different keys of one mapping."""
    files = [one for one in (FILE, *FURTHER) if (folder / one).exists()]
    texts = b"\0".join((folder / one).read_bytes() for one in files)
    version = f"{folder.name}/{shown}", hashlib.sha256(texts).hexdigest()
    if version not in _lately_read:
        if len(_lately_read) >= REMEMBERED:
            _lately_read.clear()
        _lately_read[version] = _merged(folder, files, shown)
    return _lately_read[version]


def _merged(folder: Path, files: list[str], shown: str) -> tuple[Catalogue, Node]:
    merged: dict[str, Node] = {}
    for file in files:
        for key, node in read_file(folder / file, shown=f"{shown}/{file}").mapping.items():
            if key in merged:
                raise refuse(
                    node.place,
                    f"“{key}”已经有了，在 {merged[key].place}",
                    f"'{key}' is there already, in {merged[key].place}",
                )
            merged[key] = node
    whole = Node(merged, Place(f"{shown}/{FILE}", 1))
    return Builder().build_keyed(Catalogue, folder.name, whole), whole


def wrong_catalogue(found: Catalogue, node: Node) -> Iterator[Problem]:
    """Yield everything in a catalogue that can't work."""
    if tuple(found.classes)[-1:] != (OTHER,) or not set(found.classes) <= set(CLASSES):
        yield error_at(
            place_of(node, "classes"),
            f"这里可以写 {'、'.join(CLASSES)}，other 写在最后",
            f"write {', '.join(CLASSES)}, with other as the last",
        )
    end = _hour(found.office_end.at)
    if end is None:
        yield error_at(place_of(node, "office_end", "at"), "时间写成 17:30", "write 17:30")
    for key, club in found.clubs.items():
        yield from _wrong_club(club, node, found, end)
        yield from _unknown(node, ("clubs", key, "field"), club.field, found.fields)
    for key, course in found.courses.items():
        yield from _unknown(node, ("courses", key, "field"), course.field, found.fields)
        if course.lab:
            yield from _unknown(node, ("courses", key, "lab"), course.lab, found.labs)
        if course.lessons < 1 or not _are_grades(course.grades):
            yield error_at(
                place_of(node, "courses", key),
                "至少一节课，年级写 1 到 12",
                "at least one lesson; grades from 1 to 12",
            )
    for key, lab in found.labs.items():
        if not 1 <= lab.seats <= MOST_SEATS:
            yield error_at(place_of(node, "labs", key, "seats"), "至少一个座", "at least one seat")


def _wrong_club(club: Club, node: Node, found: Catalogue, end: time | None) -> Iterator[Problem]:
    def at(name: str) -> tuple[str, str, str]:
        return ("clubs", club.key, name)

    starts, ends = _hour(club.starts), _hour(club.ends)
    if not 1 <= club.seats <= MOST_SEATS:
        yield error_at(
            place_of(node, *at("seats")),
            f"名额写 1 到 {MOST_SEATS}",
            f"from 1 to {MOST_SEATS} seats",
        )
    if not _are_grades(club.grades) or not set(club.first_grades) <= set(club.grades):
        yield error_at(
            place_of(node, *at("grades")),
            "年级写 1 到 12，优先的年级要在里面",
            "grades from 1 to 12, and those taken first among them",
        )
    if club.fee_yuan < 0:
        yield error_at(place_of(node, *at("fee_yuan")), "收费不能是负数", "a fee isn't negative")
    if starts is None or ends is None or ends <= starts:
        yield error_at(
            place_of(node, *at("starts")),
            "时间写成 16:10，先开始后结束",
            "write 16:10, start before end",
        )
    elif end is not None and ends < end:
        yield error_at(
            place_of(node, *at("ends")),
            f"结束不能早于当地下班时间 {found.office_end.at}",
            f"it may not end before office hours do, at {found.office_end.at}",
        )
    if WEEKDAYS.index(club.weekday) > 4:
        yield error_at(
            place_of(node, *at("weekday")),
            "课后服务在上学日，写周一到周五",
            "after school means a school day, Monday to Friday",
        )


def _unknown(
    node: Node, path: tuple[str, ...], word: str, known: Mapping[str, object]
) -> Iterator[Problem]:
    if word not in known:
        yield unknown_word(place_of(node, *path), word, known, kind_zh="名字", kind_en="name here")


def _are_grades(grades: tuple[int, ...]) -> bool:
    return bool(grades) and all(1 <= one <= 12 for one in grades)


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
