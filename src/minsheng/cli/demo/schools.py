"""Schools of the demonstration (演示): groups, classes with their pupils, teachers, families. Invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from minsheng.apps.people import actions as people
from minsheng.apps.people.actions import NewHousehold, NewMember
from minsheng.apps.people.installed import packs
from minsheng.apps.schools import actions as schools
from minsheng.cli.demo import cast
from minsheng.content.loading import default_roots
from minsheng.content.reading import read_file
from minsheng.content.schema import Builder
from minsheng.engines.population import District, Household, families
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.engines.rosters import (
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    OrgRow,
    Roster,
    SessionRow,
    UserRow,
)
from minsheng.lib.texts import Text

SUBJECT = "mathematics-4"
SCHOOL_AGE = 6
"""A child who is six by 31 August begins school that year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _School:
    key: str
    title: Text
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    key: str
    title: Text
    stage: str
    schools: tuple[_School, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    key: str
    school: str
    title: str
    grade: int
    pupils: int
    teachers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    school: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    pupil: str
    school_class: str
    seat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guardian:
    pupil: str
    guardian: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schools:
    """What `schools.yaml` of the demonstration says."""

    groups: tuple[_Group, ...]
    classes: tuple[_Class, ...]
    heads: tuple[_Head, ...]
    seats: tuple[_Seat, ...]
    guardians: tuple[_Guardian, ...]


def written() -> Schools:
    """Return the schools of the demonstration, as their file says."""
    path = default_roots()[0] / "districts/demo/schools.yaml"
    return Builder().build(Schools, read_file(path, shown="packs/districts/demo/schools.yaml"))


def begin(district: District, *, on: date, seed: int, most: int = 60) -> Mapping[str, int]:
    """Write the registers of the demonstration's schools, and return how many pupils there are.

    At most `most` pupils in a class, and those of the cast.
    """
    said = written()
    random = Random(f"schools {seed}")  # noqa: S311 - invented people, not secrets
    taken = [person.number for home in district.households for person in home.members]
    said = replace(
        said, classes=tuple(replace(one, pupils=min(one.pupils, most)) for one in said.classes)
    )
    homes = _homes(said, taken, on, random)
    people.load_households(
        (_household(home, on) for found in homes.values() for home in found), demo=True, by="system"
    )
    roster = _roster(said, homes, on)
    schools.write_roster(roster, by="system", on=on, demo=True)
    return {"pupils": sum(1 for user in roster.users if user.role == "student")}


def year_of(on: date) -> int:
    """Return the year in which the school year of a day began: on the first of September."""
    return on.year if on.month >= 9 else on.year - 1


def _homes(
    said: Schools, taken: Sequence[str], on: date, random: Random
) -> dict[str, list[Household]]:
    """Return a family for each seat of each class that the cast doesn't hold."""
    used = list(taken)
    streets = [
        (DEMO_PREFIX, f"{town.title.zh}{town.title.zh[:2]}街")
        for town in packs().district.areas.of_kind("street", "town", on=on)
    ]
    made: dict[str, list[Household]] = {}
    for one in said.classes:
        held = sum(seat.school_class == one.key and seat.seat <= one.pupils for seat in said.seats)
        year = year_of(on) - SCHOOL_AGE - one.grade
        span = (date(year, 9, 1), date(year + 1, 8, 31))
        made[one.key] = families(
            random, born=[span] * (one.pupils - held), streets=streets, on=on, taken=used
        )
        used += [person.number for home in made[one.key] for person in home.members]
    return made


def _household(home: Household, on: date) -> NewHousehold:
    *parents, child = home.members
    members = [
        NewMember(one.number, one.name, "spouse" if at else "head", is_guardian=True)
        for at, one in enumerate(parents)
    ]
    return NewHousehold(
        members=(*members, NewMember(child.number, child.name, "child")),
        since=home.married or date(2020, 1, 1),
        region=home.region,
    )


def _roster(said: Schools, homes: Mapping[str, list[Household]], on: date) -> Roster:
    year = year_of(on)
    orgs = [OrgRow(sourced_id="district", kind="district", name="科创新城示范区（演示）", name_en="Demonstration district")]  # fmt: skip
    for group in said.groups:
        key = f"group.{group.key}"
        orgs.append(
            OrgRow(
                sourced_id=key, kind="group", name=group.title.zh, name_en=group.title.en,
                stage=group.stage, parent="district",
            )
        )  # fmt: skip
        orgs += [
            OrgRow(
                sourced_id=school.key, kind="school", name=school.title.zh,
                name_en=school.title.en, stage=group.stage, parent=key, area=school.area,
            )
            for school in group.schools
        ]  # fmt: skip
    sessions = (
        SessionRow(sourced_id=f"{year}", title=f"{year}–{year + 1} 学年", kind="schoolYear",
                   starts=date(year, 9, 1), ends=date(year + 1, 8, 31)),
        SessionRow(sourced_id=f"{year}-1", title=f"{year}–{year + 1} 学年第一学期", kind="semester",
                   starts=date(year, 9, 1), ends=date(year + 1, 1, 31), parent=f"{year}"),
        SessionRow(sourced_id=f"{year}-2", title=f"{year}–{year + 1} 学年第二学期", kind="semester",
                   starts=date(year + 1, 2, 1), ends=date(year + 1, 8, 31), parent=f"{year}"),
    )  # fmt: skip
    named = {one.school for one in said.classes}
    courses = tuple(
        CourseRow(
            sourced_id=f"{school}.maths-4", title="数学", grade=4, org=school, subject=SUBJECT
        )
        for school in sorted(named)
    )
    classes = tuple(
        ClassRow(
            sourced_id=one.key, title=one.title, grade=one.grade, school=one.school,
            session=f"{year}", course=f"{one.school}.maths-4",
        )
        for one in said.classes
    )  # fmt: skip
    users, enrollments, guardians = _people(said, homes, date(year, 9, 1))
    return Roster(
        orgs=tuple(orgs), sessions=sessions, courses=courses, classes=classes,
        users=tuple(users), enrollments=tuple(enrollments), guardians=tuple(guardians),
    )  # fmt: skip


def _people(
    said: Schools, homes: Mapping[str, list[Household]], since: date
) -> tuple[list[UserRow], list[EnrollmentRow], list[GuardianRow]]:
    users = [
        UserRow(sourced_id=f"{one.head}@{one.school}", role="administrator", org=one.school, username=one.head)
        for one in said.heads
    ]  # fmt: skip
    enrollments, guardians = [], list(_guardians_of_cast(said))
    for school_class in said.classes:
        for at, teacher in enumerate(school_class.teachers):
            key = f"{teacher}@{school_class.school}"
            row = UserRow(sourced_id=key, role="teacher", org=school_class.school, username=teacher)
            if row not in users:
                users.append(row)
            enrollments.append(
                EnrollmentRow(
                    sourced_id=f"{school_class.key}/{teacher}", school_class=school_class.key,
                    user=key, role="teacher", since=since, is_primary=at == 0,
                )
            )  # fmt: skip
        left = iter(homes[school_class.key])
        seated = {one.seat: one for one in said.seats if one.school_class == school_class.key}
        for seat in sorted({*range(1, school_class.pupils + 1), *seated}):
            if seat in seated:
                child, parents = cast.known_person(seated[seat].pupil), []
            else:
                *parents, child = next(left).members
            key = f"{school_class.key}-{seat:02d}"
            users.append(
                UserRow(sourced_id=key, role="student", org=school_class.school, number=child.number, name=child.name)
            )  # fmt: skip
            enrollments.append(
                EnrollmentRow(sourced_id=key, school_class=school_class.key, user=key, role="student", since=since, seat=seat)
            )  # fmt: skip
            guardians += [
                GuardianRow(pupil=key, number=one.number, name=one.name, relation="mother" if one.sex == "female" else "father")
                for one in parents
            ]  # fmt: skip
    return users, enrollments, guardians


def _guardians_of_cast(said: Schools) -> Iterator[GuardianRow]:
    seats = {one.pupil: f"{one.school_class}-{one.seat:02d}" for one in said.seats}
    for one in said.guardians:
        person = cast.known_person(one.guardian)
        yield GuardianRow(pupil=seats[one.pupil], number=person.number, name=person.name, relation=one.relation)  # fmt: skip
