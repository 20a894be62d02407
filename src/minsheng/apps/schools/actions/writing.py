"""A register is written: rows come in, change, or are no longer there. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
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
    Row,
    SessionRow,
    UserRow,
    changes,
)
from minsheng.lib.errors import Conflict, WrongInput

STREAM = "roster"
_SINCE = F("since")
BATCH = 500


@dataclass(frozen=True, slots=True)
class _Writing:
    """What every table needs: the day, whether it is invented, and the persons behind numbers."""

    day: date
    demo: bool
    persons: dict[str, Person]


def write_roster(
    new: Roster, *, old: Roster | None = None, by: str, on: date | None = None, demo: bool = False
) -> Changes:
    """Write what differs between two registers, all of it or nothing, and return what was written.

    `old` is what is stored now; None means that `new` only adds. The same register twice changes
    nothing. Raises WrongInput for a row that names somebody unknown, Conflict where two rows want
    one place.
    """
    found = changes(old or Roster(), new)
    try:
        with transaction.atomic():
            write_changes(found, by=by, on=on or timezone.localdate(), demo=demo)
    except IntegrityError as cause:
        raise taken() from cause
    return found


def write_changes(found: Changes, *, by: str, on: date, demo: bool = False) -> None:
    """Write changes inside the transaction of who calls; what is gone ends before others take its place."""
    for table, end in _ENDERS.items():
        end(found.gone[table], on)
    rows = {
        table: (*found.added[table], *(row for _, row in found.changed[table]))
        for table in _WRITERS
    }
    persons = people_actions.persons_of_register(_named(rows), demo=demo, by="roster")
    at = _Writing(on, demo, persons)
    for table, write in _WRITERS.items():
        write(rows[table], at)
    facts = {
        table: len(found.added[table]) + len(found.changed[table]) + len(found.gone[table])
        for table in _WRITERS
    }
    audit.record(STREAM, "district", audit.News("roster.written", timezone.now(), by, facts))


def taken() -> Conflict:
    """Return the answer where two rows want one place."""
    return Conflict(
        "schools.taken",
        "名册里有两行要同一个位置：同一个座号，或者同一个学生在两所学校。一行也没有写入，请改好再导。",
        "Two rows want one place: a seat twice, or a pupil at two schools. Nothing was written.",
    )


def _named(rows: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """Return number → name of every pupil and guardian, so that all are found by a few queries."""
    named: dict[str, str] = {}
    for row in (*rows["users"], *rows["guardians"]):
        if isinstance(row, GuardianRow) or (isinstance(row, UserRow) and row.role == STUDENT):
            named.setdefault(row.number, row.name)
    return named


def _orgs(rows: Sequence[OrgRow], at: _Writing) -> None:
    for row in rows:
        values = {"kind": row.kind, "stage": row.stage, "name": row.name, "name_en": row.name_en, "area": row.area, "status": ACTIVE}  # fmt: skip
        Org.objects.update_or_create(
            sourced_id=row.sourced_id, defaults=values, create_defaults={**values, "demo": at.demo}
        )
    _parents(Org, rows)


def _sessions(rows: Sequence[SessionRow], _at: _Writing) -> None:
    for row in rows:
        values = {"title": row.title, "kind": row.kind, "starts": row.starts, "ends": row.ends, "status": ACTIVE}  # fmt: skip
        AcademicSession.objects.update_or_create(sourced_id=row.sourced_id, defaults=values)
    _parents(AcademicSession, rows)


def _parents(model: Any, rows: Sequence[OrgRow | SessionRow]) -> None:
    """Tie each row to the one above it, which may stand further down in the file."""
    ids = _ids(model, (row.parent for row in rows))
    for row in rows:
        model.objects.filter(sourced_id=row.sourced_id).update(parent=_one(ids, row.parent))


def _courses(rows: Sequence[CourseRow], _at: _Writing) -> None:
    orgs = _ids(Org, (row.org for row in rows))
    _put(
        Course(
            sourced_id=row.sourced_id, title=row.title, grade=row.grade, subject=row.subject,
            org_id=orgs[row.org], status=ACTIVE,
        )
        for row in rows
    )  # fmt: skip


def _classes(rows: Sequence[ClassRow], _at: _Writing) -> None:
    orgs = _ids(Org, (row.school for row in rows))
    sessions = _ids(AcademicSession, (row.session for row in rows))
    courses = _ids(Course, (row.course for row in rows))
    _put(
        SchoolClass(
            sourced_id=row.sourced_id, title=row.title, grade=row.grade, kind=row.kind,
            school_id=orgs[row.school], session_id=sessions[row.session],
            course_id=_one(courses, row.course), status=ACTIVE,
        )
        for row in rows
    )  # fmt: skip


def _users(rows: Sequence[UserRow], at: _Writing) -> None:
    orgs = _ids(Org, (row.org for row in rows))
    _put(
        SchoolUser(
            sourced_id=row.sourced_id, role=row.role, org_id=orgs[row.org], status=ACTIVE,
            person=at.persons[row.number] if row.role == STUDENT else None,
            account=None if row.role == STUDENT else _account(row.username),
        )
        for row in rows
    )  # fmt: skip


def _enrollments(rows: Sequence[EnrollmentRow], _at: _Writing) -> None:
    classes = _ids(SchoolClass, (row.school_class for row in rows))
    users = _ids(SchoolUser, (row.user for row in rows))
    # Two pupils who change seats: both get up before either sits down.
    for some in _batches([row.sourced_id for row in rows]):
        Enrollment.objects.filter(sourced_id__in=some, seat__gt=0).update(seat=0)
    _put(
        Enrollment(
            sourced_id=row.sourced_id, school_class_id=classes[row.school_class],
            user_id=users[row.user], role=row.role, since=row.since, until=None,
            is_primary=row.is_primary, seat=row.seat,
        )
        for row in rows
    )  # fmt: skip


def _guardians(rows: Sequence[GuardianRow], at: _Writing) -> None:
    pupils = _ids(SchoolUser, (row.pupil for row in rows))
    held = {
        (one.pupil_id, one.person_id): one
        for some in _batches(list(pupils.values()))
        for one in Guardianship.objects.filter(pupil__in=some, until__isnull=True)
    }
    new = []
    for row in rows:
        pupil, person = pupils[row.pupil], at.persons[row.number]
        found = held.get((pupil, person.pk))
        if found is None:
            new.append(
                Guardianship(pupil_id=pupil, person=person, relation=row.relation, since=at.day)
            )
        else:
            Guardianship.objects.filter(pk=found.pk).update(relation=row.relation)
    Guardianship.objects.bulk_create(new, batch_size=BATCH)


_WRITERS: dict[str, Callable[[Any, _Writing], None]] = {
    "orgs": _orgs, "sessions": _sessions, "courses": _courses, "classes": _classes,
    "users": _users, "enrollments": _enrollments, "guardians": _guardians,
}  # fmt: skip


def _end_rows(model: Any) -> Callable[[Any, date], None]:
    def end(rows: Sequence[Row], _day: date) -> None:
        for some in _batches([row.sourced_id for row in rows]):
            model.objects.filter(sourced_id__in=some).update(status=GONE)

    return end


def _end_enrollments(rows: Sequence[EnrollmentRow], day: date) -> None:
    for some in _batches([row.sourced_id for row in rows]):
        open_ones = Enrollment.objects.filter(sourced_id__in=some, until__isnull=True)
        # Who was to come later and doesn't come has been there on no day.
        open_ones.filter(since__gt=day).update(until=_SINCE)
        open_ones.update(until=day)


def _end_guardians(rows: Sequence[GuardianRow], day: date) -> None:
    persons = people.persons_by_numbers({row.number for row in rows})
    for row in rows:
        ties = Guardianship.objects.filter(pupil__sourced_id=row.pupil, until__isnull=True)
        ties.filter(person=persons.get(row.number)).update(until=day)


_ENDERS: dict[str, Callable[[Any, date], None]] = {
    "guardians": _end_guardians, "enrollments": _end_enrollments, "users": _end_rows(SchoolUser),
    "classes": _end_rows(SchoolClass), "courses": _end_rows(Course),
    "sessions": _end_rows(AcademicSession), "orgs": _end_rows(Org),
}  # fmt: skip


def _put(rows: Iterable[Any]) -> None:
    """Store rows under their keys: new ones come in, known ones change."""
    made = list(rows)
    if not made:
        return
    model = type(made[0])
    fields = [
        one.name for one in model._meta.concrete_fields if one.name not in ("id", "sourced_id")
    ]
    model.objects.bulk_create(
        made, batch_size=BATCH, update_conflicts=True, unique_fields=["sourced_id"], update_fields=fields
    )  # fmt: skip


def _ids(model: Any, keys: Iterable[str]) -> dict[str, int]:
    """Return key → id of rows that a register names. Raises WrongInput for one that isn't there."""
    wanted = sorted({key for key in keys if key})
    found: dict[str, int] = {}
    for some in _batches(wanted):
        rows = model.objects.filter(sourced_id__in=some)
        found |= dict(rows.values_list("sourced_id", "pk"))
    for key in wanted:
        if key not in found:
            raise WrongInput(
                "schools.unknown_row",
                f"名册里写了“{key}”，可是没有这一行。请检查这个编号，一行也没有写入。",
                f"The register names “{key}”, which isn't there. Check it; nothing was written.",
                field="sourced_id",
                facts={"sourced_id": key},
            )
    return found


def _one(ids: dict[str, int], key: str) -> int | None:
    return ids[key] if key else None


def _batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


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
