"""What an import would do, in words: by table, by school, line by line. No number in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from minsheng.apps.schools.models import Org, SchoolClass, SchoolUser
from minsheng.engines.rosters import (
    TABLE,
    TABLES,
    Changes,
    EnrollmentRow,
    GuardianRow,
    Row,
    UserRow,
    cells_of,
)
from minsheng.lib.identifiers import mask_citizen_number
from minsheng.lib.texts import Text

Fate = Literal["added", "changed", "gone"]
FATES: dict[Fate, Text] = {
    "added": Text("新的", "new"),
    "changed": Text("变了", "changed"),
    "gone": Text("没有了", "gone"),
}
TITLES: dict[str, Text] = {
    "orgs": Text("机构", "Schools"),
    "sessions": Text("学期", "Sessions"),
    "courses": Text("课程", "Courses"),
    "classes": Text("班级", "Classes"),
    "users": Text("人员", "People"),
    "enrollments": Text("名单", "Places in classes"),
    "guardians": Text("监护人", "Guardians"),
}
MOST_LINES = 300
"""In one preview; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table, of one school, come, change and go, and how many stay."""

    table: Text
    school: str
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One row that comes, changes or goes: its key, who or what it is, what of it changes."""

    table: Text
    fate: Fate
    said: Text
    key: str
    title: str
    school: str
    what: tuple[str, ...]


def counts(found: Changes) -> list[Count]:
    """Return what happens by table and school, tables in their order, schools by name."""
    schools = _Schools(found)
    counted: dict[tuple[str, str], Counter[str]] = {}
    for table, fate, row, _ in _all(found):
        counted.setdefault((table, schools.of(row)), Counter())[fate] += 1
    order = [one.name for one in TABLES]
    return [
        Count(TITLES[table], school, some["added"], some["changed"], some["gone"])
        for (table, school), some in sorted(
            counted.items(), key=lambda one: (order.index(one[0][0]), one[0][1])
        )
    ]


def lines(found: Changes, *, most: int = MOST_LINES) -> list[ChangeLine]:
    """Return the first rows that change, those that go first: they are what one must look at."""
    schools = _Schools(found)
    order: dict[str, int] = {"gone": 0, "changed": 1, "added": 2}
    rows = sorted(_all(found), key=lambda one: order[one[1]])[:most]
    return [
        ChangeLine(
            table=TITLES[table],
            fate=fate,
            said=FATES[fate],
            key=_key(row),
            title=schools.title(row),
            school=schools.of(row),
            what=tuple(_differences(table, old, row)) if old is not None else (),
        )
        for table, fate, row, old in rows
    ]


def how_many(found: Changes) -> int:
    """Return how many rows change in all."""
    return sum(1 for _ in _all(found))


def written(kept: dict[str, list[int]]) -> list[Count]:
    """Return what an import has written, from the counts that were kept."""
    return [Count(TITLES[table], "", *three) for table, three in kept.items()]


def _all(found: Changes) -> Iterator[tuple[str, Fate, Row, Row | None]]:
    for table in found.added:
        for row in found.added[table]:
            yield table, "added", row, None
        for old, new in found.changed[table]:
            yield table, "changed", new, old
        for row in found.gone[table]:
            yield table, "gone", row, None


def _key(row: Row) -> str:
    return row.pupil if isinstance(row, GuardianRow) else row.sourced_id


def _differences(table: str, old: Row, new: Row) -> Iterator[str]:
    """Yield "座号 3 → 17" for each column that differs; a number only that it differs."""
    pairs = zip(cells_of(TABLE[table], old), cells_of(TABLE[table], new), strict=True)
    for (column, before), (_, after) in pairs:
        if before == after:
            continue
        if column.field == "number":
            before, after = mask_citizen_number(before), mask_citizen_number(after)
        said = [column.choices.get(one, one) or "—" for one in (before, after)]
        yield f"{column.zh} {said[0]} → {said[1]}"


class _Schools:
    """Names of schools, classes and people of changes, from the file and from what is stored."""

    def __init__(self, found: Changes) -> None:
        rows = [row for _, _, row, _ in _all(found)]
        self.names = dict(Org.objects.values_list("sourced_id", "name"))
        self.names |= {row.sourced_id: row.name for row in (*found.added["orgs"], *(new for _, new in found.changed["orgs"]))}  # type: ignore[union-attr]  # fmt: skip
        self.orgs = {row.sourced_id: row.org for row in rows if isinstance(row, UserRow)}
        self.people = {row.sourced_id: row.name or row.username for row in rows if isinstance(row, UserRow)}  # fmt: skip
        places = {row.school_class for row in rows if isinstance(row, EnrollmentRow)}
        ties = {row.pupil for row in rows if isinstance(row, GuardianRow)}
        self.classes = {key: (title, school) for key, title, school in _classes(places)}
        self.classes |= {row.sourced_id: (row.title, row.school) for row in found.added["classes"]}  # type: ignore[union-attr]
        for start in range(0, len(ties), 500):
            some = sorted(ties)[start : start + 500]
            pupils = SchoolUser.objects.filter(sourced_id__in=some)
            self.orgs |= dict(pupils.values_list("sourced_id", "org__sourced_id"))

    def of(self, row: Row) -> str:
        """Return the name of the school that a row belongs to, empty for what all share."""
        if isinstance(row, EnrollmentRow):
            return self._name(self.classes.get(row.school_class, ("", ""))[1])
        if isinstance(row, GuardianRow):
            return self._name(self.orgs.get(row.pupil, ""))
        return self._name(getattr(row, "org", "") or getattr(row, "school", ""))

    def title(self, row: Row) -> str:
        """Return who or what a row is."""
        if isinstance(row, EnrollmentRow):
            who = self.people.get(row.user, row.user)
            return f"{who}，{self.classes.get(row.school_class, (row.school_class, ''))[0]}"
        if isinstance(row, UserRow):
            return row.name or row.username
        return str(getattr(row, "name", "") or getattr(row, "title", ""))

    def _name(self, key: str) -> str:
        return self.names.get(key, key)


def _classes(keys: set[str]) -> Iterator[tuple[str, str, str]]:
    asked = sorted(keys)
    for start in range(0, len(asked), 500):
        rows = SchoolClass.objects.filter(sourced_id__in=asked[start : start + 500])
        yield from rows.values_list("sourced_id", "title", "school__sourced_id")
