"""What a register says that can't be, by what is stored: of whom, at which school, in whose hands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from minsheng.apps.people import numbers
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.schools import registers
from minsheng.apps.schools.models import ACTIVE, STUDENT, SchoolUser
from minsheng.engines.rosters import (
    TABLE,
    GuardianRow,
    Known,
    Problem,
    Reading,
    Roster,
    Row,
    UserRow,
    changes,
    check,
)
from minsheng.lib.errors import MinshengError
from minsheng.lib.names import parse_name
from minsheng.lib.texts import Text

BUREAUS = ("orgs", "sessions")
"""Tables that all schools share; the bureau alone changes them."""


def problems_of(
    reading: Reading, old: Roster, *, schools: Collection[str] | None
) -> tuple[Problem, ...]:
    """Return all that keeps a register out: as it was read, in itself, and by what is stored.

    `schools`: those that whoever hands it in may write, None for all. No problem names what is
    stored about somebody, so that nobody can try names and numbers here.
    """
    return (
        *reading.problems,
        *check(reading, Known(_staying(reading.roster, old))),
        *_not_theirs(reading, old, schools),
        *_staff(reading),
        *_persons(reading),
    )


def _staying(new: Roster, old: Roster) -> Roster:
    """Return the stored rows that a file names, without those that it ends: who goes can't be named."""
    gone = changes(old, new).gone
    ended = {(table, row.sourced_id) for table, rows in gone.items() for row in rows}
    kept = {
        table: tuple(row for row in rows if (table, row.sourced_id) not in ended)
        for table, rows in registers.known(new).tables().items()
    }
    return Roster(**kept)  # type: ignore[arg-type]


def _not_theirs(
    reading: Reading, old: Roster, schools: Collection[str] | None
) -> Iterator[Problem]:
    if schools is None:
        return
    new = reading.roster
    yield from _shared(reading, old)
    held = registers.owners(new)
    for table, field in (("courses", "org"), ("classes", "school"), ("users", "org")):
        for row in new.tables()[table]:
            if getattr(row, field) not in schools:
                yield _problem(
                    reading, table, row, field,
                    Text("不是您管的学校", "it isn't your school"),
                    Text("只留您学校的行，别的学校由他们自己交", "keep the rows of your school alone"),
                )  # fmt: skip
    for table in ("courses", "classes", "users", "enrollments"):
        for row in new.tables()[table]:
            owner = held.get((table, row.sourced_id))
            if owner is not None and owner not in schools:
                yield _problem(
                    reading, table, row, "sourced_id",
                    Text("别的学校已经用了这个编号", "another school uses this key"),
                    Text("换一个编号，前面加上学校的代号", "give it another key, your school's first"),
                )  # fmt: skip
    yield from _elsewhere(reading, schools)
    heads = {row for row in old.users if row.role == "administrator"}
    for user in new.users:
        if user.role == "administrator" and user not in heads:
            yield _problem(
                reading, "users", user, "role",
                Text("校长由教育局登记", "the bureau registers heads"),
                Text("去掉这一行，请教育局来加", "remove the row and ask the bureau to add it"),
            )  # fmt: skip


def _shared(reading: Reading, old: Roster) -> Iterator[Problem]:
    """Yield schools and sessions that a school's own file would change."""
    for table in BUREAUS:
        as_stored = set(old.tables()[table])
        for row in reading.roster.tables()[table]:
            if row not in as_stored:
                yield _problem(
                    reading, table, row, "sourced_id",
                    Text("和登记的不一样", "it differs from what is on record"),
                    Text("学校和学期由教育局改；请用导出的那一行", "the bureau changes schools and sessions; keep the row as exported"),
                )  # fmt: skip


def _elsewhere(reading: Reading, schools: Collection[str]) -> Iterator[Problem]:
    """Yield places and guardians that name a class or a pupil of somebody else's school."""
    new = reading.roster
    named = registers.known(new)
    classes = {row.sourced_id: row.school for row in (*named.classes, *new.classes)}
    users = {row.sourced_id: row.org for row in (*named.users, *new.users)}
    for row in new.enrollments:
        if classes.get(row.school_class, "") not in schools and row.school_class in classes:
            yield _problem(
                reading, "enrollments", row, "school_class",
                Text("不是您学校的班", "it isn't a class of your school"),
                Text("去掉这一行", "remove the row"),
            )  # fmt: skip
    for tie in new.guardians:
        if tie.pupil in users and users[tie.pupil] not in schools:
            yield _problem(
                reading, "guardians", tie, "pupil",
                Text("不是您学校的学生", "it isn't a pupil of your school"),
                Text("去掉这一行", "remove the row"),
            )  # fmt: skip


def _staff(reading: Reading) -> Iterator[Problem]:
    rows = [row for row in reading.roster.users if row.role != STUDENT and row.username]
    yield from _pupils_keys(reading, rows)
    wanted = {row.username for row in rows}
    known = Account.objects.filter(username__in=wanted)
    there = {one.username for one in known if one.is_active and one.is_staff_member}
    for row in rows:
        if row.username not in there:
            yield _problem(
                reading, "users", row, "username",
                Text(f"没有“{row.username[:30]}”这个工作人员账号", f"there is no staff account “{row.username[:30]}”"),
                Text("请系统管理员先开户，或者改对登录名", "have the account opened, or put the sign-in name right"),
            )  # fmt: skip


def _pupils_keys(reading: Reading, rows: list[UserRow]) -> Iterator[Problem]:
    keys = [row.sourced_id for row in rows]
    pupils = SchoolUser.objects.filter(sourced_id__in=keys, role=STUDENT)
    known = set(pupils.values_list("sourced_id", flat=True))
    for row in rows:
        if row.sourced_id in known:
            yield _problem(
                reading, "users", row, "sourced_id",
                Text("这个编号是一个学生的", "this key is a pupil's"),
                Text("换一个没用过的编号", "give a key that was never used"),
            )  # fmt: skip


def _persons(reading: Reading) -> Iterator[Problem]:
    """Yield pupils and guardians whose number or name can't be theirs."""
    rows: list[tuple[str, UserRow | GuardianRow]] = [
        *(("users", row) for row in reading.roster.users if row.role == STUDENT and row.number),
        *(("guardians", row) for row in reading.roster.guardians),
    ]
    persons = people.persons_by_numbers({row.number for _, row in rows})
    taken = _pupils([one.pk for one in persons.values()], reading)
    names: dict[str, str] = {}
    for table, row in rows:
        wrong = _wrong_number(row.number) or _wrong_name(row.name)
        if wrong is not None:
            field, error = wrong
            yield _problem(reading, table, row, field, *_said(error))
            continue
        person = persons.get(row.number)
        named = people.name_of(person) if person else names.setdefault(row.number, row.name)
        if named != row.name:
            yield _problem(
                reading, table, row, "name",
                Text("姓名和这个号码对不上", "the name isn't that of this number"),
                Text("对照户口簿看号码和姓名；改了名的先到户籍窗口改", "compare both with the household register; a change of name is made there first"),
            )  # fmt: skip
        if isinstance(row, UserRow):
            yield from _other_key(reading, row, person, taken)


def _pupils(ids: list[UUID], reading: Reading) -> dict[object, list[SchoolUser]]:
    """Return the register rows there are of persons, and those whose keys the file uses."""
    found: dict[object, list[SchoolUser]] = {}
    for start in range(0, len(ids), registers.AT_ONCE):
        some = ids[start : start + registers.AT_ONCE]
        rows = SchoolUser.objects.filter(role=STUDENT, person__in=some).select_related("org")
        for one in rows:
            found.setdefault(one.person_id, []).append(one)
    keys = [row.sourced_id for row in reading.roster.users]
    for start in range(0, len(keys), registers.AT_ONCE):
        rows = SchoolUser.objects.filter(sourced_id__in=keys[start : start + registers.AT_ONCE])
        for one in rows:
            found.setdefault(one.sourced_id, []).append(one)
    return found


def _other_key(
    reading: Reading,
    row: UserRow,
    person: Person | None,
    taken: dict[object, list[SchoolUser]],
) -> Iterator[Problem]:
    """Yield a key that is somebody else's, and a child who has another key already."""
    whose = taken.get(row.sourced_id, [])
    if whose and whose[0].person_id != (person.pk if person else None):
        yield _problem(
            reading, "users", row, "sourced_id",
            Text("这个编号是另一个人的", "this key is somebody else's"),
            Text("给这个学生一个没用过的编号", "give this pupil a key that was never used"),
        )  # fmt: skip
        return
    here = {one.sourced_id for one in reading.roster.users}
    for one in taken.get(person.pk, []) if person else []:
        if one.sourced_id == row.sourced_id:
            continue
        if one.org.sourced_id == row.org:
            yield _problem(
                reading, "users", row, "sourced_id",
                Text(f"这个学生在这里的编号是“{one.sourced_id}”", f"this pupil's key here is “{one.sourced_id}”"),
                Text("沿用原来的编号，学习记录才接得上", "keep the key, so that what was learnt stays with it"),
            )  # fmt: skip
        elif one.status == ACTIVE and one.sourced_id not in here:
            yield _problem(
                reading, "users", row, "number",
                Text("这个学生还在另一所学校的名册里", "this pupil is still in another school's register"),
                Text("请那所学校先转出，再来导入", "have that school let the pupil go first"),
            )  # fmt: skip


def _wrong_number(number: str) -> tuple[str, MinshengError] | None:
    try:
        numbers.parse_number(number)
    except MinshengError as error:
        return "number", error
    return None


def _wrong_name(name: str) -> tuple[str, MinshengError] | None:
    try:
        as_stored = parse_name(name)
    except MinshengError as error:
        return "name", error
    if as_stored != name:
        return "name", MinshengError(
            "schools.untidy_name",
            f"姓名写成“{as_stored}”。改成这样再交。",
            f"The name is written {as_stored}. Write it so.",
        )
    return None


def _said(error: MinshengError) -> tuple[Text, Text]:
    """Return what is wrong and how to mend it, from the two sentences of an error."""
    what, _, mend = error.zh.rstrip("。").partition("。")
    what_en, _, mend_en = error.en.rstrip(".").partition(". ")
    return Text(what, what_en), Text(mend or "改对再交", mend_en or "put it right")


def _problem(reading: Reading, table: str, row: Row, field: str, what: Text, mend: Text) -> Problem:
    column = next(one for one in TABLE[table].columns if one.field == field)
    place = reading.at(table, row.sourced_id)
    return Problem(place=place, column=column.head, what=what, mend=mend)
