"""The rows of a register: one frozen dataclass for each OneRoster file."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgRow:
    """orgs.csv: district, group, school, campus."""

    sourced_id: str
    kind: str
    name: str
    name_en: str = ""
    stage: str = ""
    parent: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """academicSessions.csv: a school year, a semester."""

    sourced_id: str
    title: str
    kind: str
    starts: date
    ends: date
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """courses.csv: a subject in a grade."""

    sourced_id: str
    title: str
    grade: int
    org: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """classes.csv: a homeroom class, or one scheduled for a course."""

    sourced_id: str
    title: str
    grade: int
    school: str
    session: str
    kind: str = "homeroom"
    course: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """users.csv: a pupil by citizen number and name, a teacher or head by sign-in name."""

    sourced_id: str
    role: str
    org: str
    number: str = ""
    name: str = field(default="", repr=False)
    username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentRow:
    """enrollments.csv: who is in which class, from which day on."""

    sourced_id: str
    school_class: str
    user: str
    role: str
    since: date
    is_primary: bool = False
    seat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianRow:
    """agents of users.csv: who looks after a pupil, by citizen number."""

    pupil: str
    number: str
    relation: str
    name: str = field(default="", repr=False)

    @property
    def sourced_id(self) -> str:
        """Return what tells this tie from every other."""
        return f"{self.pupil}/{self.number}"


Row = OrgRow | SessionRow | CourseRow | ClassRow | UserRow | EnrollmentRow | GuardianRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A whole register, or the part of it that an import is about."""

    orgs: tuple[OrgRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    courses: tuple[CourseRow, ...] = ()
    classes: tuple[ClassRow, ...] = ()
    users: tuple[UserRow, ...] = ()
    enrollments: tuple[EnrollmentRow, ...] = ()
    guardians: tuple[GuardianRow, ...] = ()

    def tables(self) -> dict[str, tuple[Row, ...]]:
        """Return the rows by table, in the order in which one can be written after the other."""
        return {one.name: getattr(self, one.name) for one in fields(self)}
