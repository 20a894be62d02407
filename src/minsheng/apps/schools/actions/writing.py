"""A register is written: rows come in, change, or are no longer there. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.schools.models import (
    ACTIVE,
    GONE,
    STUDENT,
    AcademicSession,
    Course,
    Enrollment,
    Guardianship,
    Org,
    SchoolClass,
    SchoolUser,
)
from minsheng.engines.rosters import (
    Changes,
    ClassRow,
    CourseRow,
    EnrollmentRow,
    GuardianRow,
    OrgRow,
    Roster,
    SessionRow,
    UserRow,
    changes,
)
from minsheng.lib.errors import Conflict, NotFound, WrongInput

STREAM = "roster"


def write_roster(
    new: Roster, *, old: Roster | None = None, by: str, on: date | None = None, demo: bool = False
) -> Changes:
    """Write what differs between two registers, all of it or nothing, and return what was written.

    `old` is what is stored now; None means that `new` only adds. The same register twice changes
    nothing. Raises WrongInput for a row that names somebody unknown, Conflict where two rows want
    one place.
    """
    day = on or timezone.localdate()
    found = changes(old or Roster(), new)
    try:
        with transaction.atomic():
            for table, write in _WRITERS.items():
                rows = (*found.added[table], *(row for _, row in found.changed[table]))
                write(rows, day, demo)
            for table, end in _ENDERS.items():
                end([row.sourced_id for row in found.gone[table]], day)
            facts = {
                table: len(found.added[table]) + len(found.changed[table]) + len(found.gone[table])
                for table in _WRITERS
            }
            audit.record(
                STREAM, "district", audit.News("roster.written", timezone.now(), by, facts)
            )
    except IntegrityError as cause:
        raise Conflict(
            "schools.taken",
            "名册里有两行要同一个位置：同一个座号，或者同一个学生在两所学校。一行也没有写入，请改好再导。",
            "Two rows want one place: a seat twice, or a pupil at two schools. Nothing was written.",
        ) from cause
    return found


def _orgs(rows: Iterable[OrgRow], _day: date, demo: bool) -> None:
    for row in rows:
        _put(
            Org, row.sourced_id, kind=row.kind, stage=row.stage, name=row.name,
            name_en=row.name_en, parent=_of(Org, row.parent), area=row.area, status=ACTIVE, demo=demo,
        )  # fmt: skip


def _sessions(rows: Iterable[SessionRow], _day: date, _demo: bool) -> None:
    for row in rows:
        _put(
            AcademicSession, row.sourced_id, title=row.title, kind=row.kind, starts=row.starts,
            ends=row.ends, parent=_of(AcademicSession, row.parent), status=ACTIVE,
        )  # fmt: skip


def _courses(rows: Iterable[CourseRow], _day: date, _demo: bool) -> None:
    for row in rows:
        _put(
            Course, row.sourced_id, title=row.title, grade=row.grade, subject=row.subject,
            org=_of(Org, row.org), status=ACTIVE,
        )  # fmt: skip


def _classes(rows: Iterable[ClassRow], _day: date, _demo: bool) -> None:
    for row in rows:
        _put(
            SchoolClass, row.sourced_id, title=row.title, grade=row.grade, kind=row.kind,
            school=_of(Org, row.school), session=_of(AcademicSession, row.session),
            course=_of(Course, row.course), status=ACTIVE,
        )  # fmt: skip


def _users(rows: Iterable[UserRow], _day: date, demo: bool) -> None:
    for row in rows:
        is_pupil = row.role == STUDENT
        _put(
            SchoolUser, row.sourced_id, role=row.role, org=_of(Org, row.org), status=ACTIVE,
            person=_person(row.number, row.name, demo) if is_pupil else None,
            account=None if is_pupil else _account(row.username),
        )  # fmt: skip


def _enrollments(rows: Iterable[EnrollmentRow], _day: date, _demo: bool) -> None:
    for row in rows:
        _put(
            Enrollment, row.sourced_id, school_class=_of(SchoolClass, row.school_class),
            user=_of(SchoolUser, row.user), role=row.role, since=row.since, until=None,
            is_primary=row.is_primary, seat=row.seat,
        )  # fmt: skip


def _guardians(rows: Iterable[GuardianRow], day: date, demo: bool) -> None:
    for row in rows:
        Guardianship.objects.update_or_create(
            pupil=_of(SchoolUser, row.pupil),
            person=_person(row.number, row.name, demo),
            until=None,
            defaults={"relation": row.relation},
            create_defaults={"relation": row.relation, "since": day},
        )


_WRITERS: dict[str, Any] = {
    "orgs": _orgs, "sessions": _sessions, "courses": _courses, "classes": _classes,
    "users": _users, "enrollments": _enrollments, "guardians": _guardians,
}  # fmt: skip


def _end_rows(model: Any) -> Any:
    def end(keys: list[str], _day: date) -> None:
        model.objects.filter(sourced_id__in=keys).update(status=GONE)

    return end


def _end_enrollments(keys: list[str], day: date) -> None:
    Enrollment.objects.filter(sourced_id__in=keys, until__isnull=True).update(until=day)


def _end_guardians(keys: list[str], day: date) -> None:
    for key in keys:
        pupil, _, number = key.partition("/")
        person = people.person_by_number(number)
        Guardianship.objects.filter(
            pupil__sourced_id=pupil, person=person, until__isnull=True
        ).update(until=day)


_ENDERS: dict[str, Any] = {
    "guardians": _end_guardians, "enrollments": _end_enrollments, "users": _end_rows(SchoolUser),
    "classes": _end_rows(SchoolClass), "courses": _end_rows(Course),
    "sessions": _end_rows(AcademicSession), "orgs": _end_rows(Org),
}  # fmt: skip


def _put(model: Any, sourced_id: str, **values: Any) -> None:
    model.objects.update_or_create(sourced_id=sourced_id, defaults=values)


def _of(model: Any, sourced_id: str) -> Any:
    """Return the row that a register names, or None where it names none."""
    if not sourced_id:
        return None
    found = model.objects.filter(sourced_id=sourced_id).first()
    if found is None:
        raise WrongInput(
            "schools.unknown_row",
            f"名册里写了“{sourced_id}”，可是没有这一行。请检查这个编号，一行也没有写入。",
            f"The register names “{sourced_id}”, which isn't there. Check it; nothing was written.",
            field="sourced_id",
            facts={"sourced_id": sourced_id},
        )
    return found


def _person(number: str, name: str, demo: bool) -> Person:
    """Return the person with a number; a new one where nobody has it yet."""
    try:
        found = people.person_by_number(number)
    except NotFound:
        found = None
    return found or people_actions.create_person(number, name, demo=demo, by="roster")


def _account(username: str) -> Account | None:
    if not username:
        return None
    found = people.account_by_username(username)
    if found is None or not found.is_staff_member:
        raise WrongInput(
            "schools.no_such_staff",
            f"没有“{username}”这个工作人员账号。请先让系统管理员开户，一行也没有写入。",
            f"There is no staff account “{username}”. Have it opened first; nothing was written.",
            field="username",
        )
    return found
