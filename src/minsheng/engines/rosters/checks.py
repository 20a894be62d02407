"""What doesn't fit together in a register: names of nobody, seats taken twice, one child with two keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minsheng.engines.rosters.columns import TABLE
from minsheng.engines.rosters.problems import Problem
from minsheng.engines.rosters.reading import Reading
from minsheng.engines.rosters.roster import Roster, Row
from minsheng.lib.texts import Text

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("orgs", "parent", "orgs"),
    ("sessions", "parent", "sessions"),
    ("courses", "org", "orgs"),
    ("classes", "school", "orgs"),
    ("classes", "session", "sessions"),
    ("classes", "course", "courses"),
    ("users", "org", "orgs"),
    ("enrollments", "school_class", "classes"),
    ("enrollments", "user", "users"),
    ("guardians", "pupil", "users"),
)
"""Table and field that name a row, and the table in which it stands."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands already and isn't in the file: the rows of a register, to be named by it."""

    roster: Roster

    def keys(self, table: str) -> frozenset[str]:
        """Return the keys of one table."""
        return frozenset(row.sourced_id for row in self.roster.tables()[table])


def check(reading: Reading, known: Known) -> tuple[Problem, ...]:
    """Return everything in a register that doesn't fit together, in the order of its tables."""
    return (
        *_unknown_names(reading, known),
        *_backwards(reading),
        *_nobody(reading),
        *_twice(reading),
        *_places(reading, known),
    )


def _unknown_names(reading: Reading, known: Known) -> Iterator[Problem]:
    tables = reading.roster.tables()
    keys = {
        name: {row.sourced_id for row in rows} | known.keys(name) for name, rows in tables.items()
    }
    for table, field, other in REFERENCES:
        for row in tables[table]:
            named = getattr(row, field)
            if named and named not in keys[other] and (other, named) not in reading.refused:
                sheet = TABLE[other].sheet
                yield _problem(
                    reading, table, row.sourced_id, field,
                    Text(f"“{named}”在{sheet}里没有", f"there is no “{named}” among {TABLE[other].file}"),
                    Text("改成那里有的编号，或者先在那里加一行", "name a key that is there, or add its row first"),
                )  # fmt: skip


def _backwards(reading: Reading) -> Iterator[Problem]:
    for row in reading.roster.sessions:
        if row.ends <= row.starts:
            yield _problem(
                reading, "sessions", row.sourced_id, "ends",
                Text("最后一天不在第一天后面", "the last day isn't after the first"),
                Text("改对日期", "put the days right"),
            )  # fmt: skip
    for org in reading.roster.orgs:
        if org.parent == org.sourced_id:
            yield _problem(
                reading, "orgs", org.sourced_id, "parent",
                Text("上级写成了自己", "it names itself as its parent"),
                Text("写上一级的编号，没有就空着", "name the one above, or leave it empty"),
            )  # fmt: skip


def _nobody(reading: Reading) -> Iterator[Problem]:
    """Yield the pupils without name or number, and the staff without a sign-in."""
    for row in reading.roster.users:
        missing = ("name", "number") if row.role == "student" else ("username",)
        for field in missing:
            if not getattr(row, field):
                who = Text("学生", "a pupil") if row.role == "student" else Text("老师和校长", "a teacher or head")  # fmt: skip
                yield _problem(
                    reading, "users", row.sourced_id, field,
                    Text("空着", "it is empty"),
                    Text(f"{who.zh}要填这一格", f"{who.to('en')} needs this cell"),
                )  # fmt: skip


def _twice(reading: Reading) -> Iterator[Problem]:
    roster = reading.roster
    pupils = ((row.number, row) for row in roster.users if row.role == "student" and row.number)
    yield from _repeated(
        reading, "users", "number", pupils,
        Text("这个号码在第 {line} 行已经有了", "line {line} has this number already"),
        Text("一个学生只留一行", "keep one row for one pupil"),
    )  # fmt: skip
    seats = (((row.school_class, row.seat), row) for row in roster.enrollments if row.seat)
    yield from _repeated(
        reading, "enrollments", "seat", seats,
        Text("这个座号在第 {line} 行已经有人", "line {line} has this seat already"),
        Text("换一个座号，或者空着", "give another seat, or leave it empty"),
    )  # fmt: skip
    members = (((row.school_class, row.user, row.role), row) for row in roster.enrollments)
    yield from _repeated(
        reading, "enrollments", "user", members,
        Text("这个人在第 {line} 行已经进了这个班", "line {line} puts the same person into this class"),
        Text("只留一行", "keep one row"),
    )  # fmt: skip


def _repeated(
    reading: Reading,
    table: str,
    field: str,
    named: Iterable[tuple[object, Row]],
    what: Text,
    mend: Text,
) -> Iterator[Problem]:
    first: dict[object, str] = {}
    for value, row in named:
        key = row.sourced_id
        if value not in first:
            first[value] = key
            continue
        line = str(reading.at(table, first[value]).line)
        said = Text(what.zh.replace("{line}", line), what.en.replace("{line}", line))
        yield _problem(reading, table, key, field, said, mend)


def _places(reading: Reading, known: Known) -> Iterator[Problem]:
    """Yield places in classes that don't fit who takes them."""
    users = {row.sourced_id: row for row in (*known.roster.users, *reading.roster.users)}
    classes = {row.sourced_id: row for row in (*known.roster.classes, *reading.roster.classes)}
    home: dict[str, str] = {}
    for row in reading.roster.enrollments:
        user, into = users.get(row.user), classes.get(row.school_class)
        if user is None or into is None:
            continue
        if (user.role == "student") != (row.role == "student"):
            yield _problem(
                reading, "enrollments", row.sourced_id, "role",
                Text("和这个人的身份不一样", "it isn't the role of this person"),
                Text("学生进班写学生，老师写老师", "write student for pupils, teacher for teachers"),
            )  # fmt: skip
        if row.role != "student":
            continue
        if user.org != into.school:
            yield _problem(
                reading, "enrollments", row.sourced_id, "school_class",
                Text("学生和班不在一所学校", "pupil and class are at different schools"),
                Text("先把学生的学校改对", "put the pupil's school right first"),
            )  # fmt: skip
        if into.kind == "homeroom" and home.setdefault(row.user, row.school_class) != row.school_class:  # fmt: skip
            yield _problem(
                reading, "enrollments", row.sourced_id, "school_class",
                Text("这个学生已经在另一个行政班", "this pupil is in another homeroom class"),
                Text("一个学生只在一个行政班", "a pupil is in one homeroom class"),
            )  # fmt: skip
    for tie in reading.roster.guardians:
        pupil = users.get(tie.pupil)
        if pupil is not None and pupil.role != "student":
            yield _problem(
                reading, "guardians", tie.sourced_id, "pupil",
                Text("这个编号不是学生", "this key isn't a pupil's"),
                Text("写学生的编号", "write the key of a pupil"),
            )  # fmt: skip
        elif pupil is not None and pupil.number == tie.number:
            yield _problem(
                reading, "guardians", tie.sourced_id, "number",
                Text("监护人和学生是同一个号码", "guardian and pupil have one number"),
                Text("写监护人自己的号码", "write the guardian's own number"),
            )  # fmt: skip


def _problem(reading: Reading, table: str, key: str, field: str, what: Text, mend: Text) -> Problem:
    column = next(one for one in TABLE[table].columns if one.field == field)
    return Problem(place=reading.at(table, key), column=column.head, what=what, mend=mend)
