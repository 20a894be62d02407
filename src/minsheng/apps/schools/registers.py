"""What is stored, as the rows of a register: for comparing with a file, and for handing out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from minsheng.apps.people import reads as people
from minsheng.apps.schools.models import (
    ACTIVE,
    AcademicSession,
    Course,
    Enrollment,
    Guardianship,
    Org,
    SchoolClass,
    SchoolUser,
)
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

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the stored registers a file speaks about, by the schools of its rows.

    `users` and `enrollments` hold (school, role): a file with pupils alone ends no teacher. Orgs and
    sessions are shared by all schools, so no file ends them.
    """

    courses: frozenset[str]
    classes: frozenset[str]
    users: frozenset[tuple[str, str]]
    enrollments: frozenset[tuple[str, str]]
    guardians: frozenset[str]

    @property
    def schools(self) -> frozenset[str]:
        """Return the keys of every school that the file is about."""
        held = {school for school, _ in (*self.users, *self.enrollments)}
        return self.courses | self.classes | self.guardians | held


def scope_of(new: Roster) -> Scope:
    """Return what a file speaks about; its classes and pupils may stand in it or be stored."""
    classes = {row.sourced_id: row.school for row in new.classes}
    pupils = {row.sourced_id: row.org for row in new.users}
    classes |= _schools(SchoolClass, "school__sourced_id", {r.school_class for r in new.enrollments} - set(classes))  # fmt: skip
    pupils |= _schools(SchoolUser, "org__sourced_id", {r.pupil for r in new.guardians} - set(pupils))  # fmt: skip
    return Scope(
        courses=frozenset(row.org for row in new.courses),
        classes=frozenset(row.school for row in new.classes),
        users=frozenset((row.org, row.role) for row in new.users),
        enrollments=frozenset(
            (classes[row.school_class], row.role)
            for row in new.enrollments
            if row.school_class in classes
        ),
        guardians=frozenset(pupils[row.pupil] for row in new.guardians if row.pupil in pupils),
    )


def stored(new: Roster, *, keep_heads: bool = False) -> Roster:
    """Return what is stored now of what a file is about, so that what it lacks is what is gone.

    Of other schools nothing is among it but rows that the file itself names by key. With `keep_heads`
    no head is among it that the file doesn't name: who isn't the bureau ends no head.
    """
    scope = scope_of(new)
    users = {(org, role) for org, role in scope.users if not (keep_heads and role == "administrator")}  # fmt: skip
    return Roster(
        orgs=_orgs(Q(sourced_id__in=[row.sourced_id for row in new.orgs])),
        sessions=_sessions(Q(sourced_id__in=[row.sourced_id for row in new.sessions])),
        courses=_courses(_of(new.courses, Q(org__sourced_id__in=scope.courses))),
        classes=_classes(_of(new.classes, Q(school__sourced_id__in=scope.classes))),
        users=_users(_of(new.users, _by_role(users, "org__sourced_id"))),
        enrollments=_enrollments(
            _of(new.enrollments, _by_role(scope.enrollments, "school_class__school__sourced_id"))
        ),
        guardians=_guardians(Q(pupil__org__sourced_id__in=scope.guardians)),
    )


def register_of(schools: Collection[str]) -> Roster:
    """Return the whole register of some schools, with the orgs above them and the sessions they use."""
    orgs = _with_parents(Org, Q(sourced_id__in=schools))
    sessions = _with_parents(
        AcademicSession,
        Q(classes__school__sourced_id__in=schools, classes__status=ACTIVE),
    )
    of_school = Q(sourced_id__in=schools)
    return Roster(
        orgs=_orgs(Q(pk__in=orgs)),
        sessions=_sessions(Q(pk__in=sessions)),
        courses=_courses(Q(org__in=Org.objects.filter(of_school))),
        classes=_classes(Q(school__in=Org.objects.filter(of_school))),
        users=_users(Q(org__in=Org.objects.filter(of_school))),
        enrollments=_enrollments(Q(school_class__school__in=Org.objects.filter(of_school))),
        guardians=_guardians(Q(pupil__org__in=Org.objects.filter(of_school))),
    )


def owners(new: Roster) -> Mapping[tuple[str, str], str]:
    """Return the school of each stored row whose key a file uses, whatever its status."""
    found: dict[tuple[str, str], str] = {}
    for table, model, field, rows in (
        ("courses", Course, "org__sourced_id", new.courses),
        ("classes", SchoolClass, "school__sourced_id", new.classes),
        ("users", SchoolUser, "org__sourced_id", new.users),
        ("enrollments", Enrollment, "school_class__school__sourced_id", new.enrollments),
    ):
        keys = {row.sourced_id for row in rows}
        found |= {(table, key): school for key, school in _schools(model, field, keys).items()}
    return found


def known(new: Roster) -> Roster:
    """Return the stored rows, alive, that a file names and doesn't hold itself."""
    named: dict[str, set[str]] = defaultdict(set)
    for org in new.orgs:
        named["orgs"].add(org.parent)
    for session in new.sessions:
        named["sessions"].add(session.parent)
    for course in new.courses:
        named["orgs"].add(course.org)
    for one in new.classes:
        named["orgs"].add(one.school)
        named["sessions"].add(one.session)
        named["courses"].add(one.course)
    for user in new.users:
        named["orgs"].add(user.org)
    for place in new.enrollments:
        named["classes"].add(place.school_class)
        named["users"].add(place.user)
    for tie in new.guardians:
        named["users"].add(tie.pupil)
    asked = {
        table: _keys(keys - {row.sourced_id for row in new.tables()[table]})
        for table, keys in named.items()
    }
    return Roster(
        orgs=_orgs(asked.get("orgs", _NOTHING)),
        sessions=_sessions(asked.get("sessions", _NOTHING)),
        courses=_courses(asked.get("courses", _NOTHING)),
        classes=_classes(asked.get("classes", _NOTHING)),
        users=_users(asked.get("users", _NOTHING)),
    )


_NOTHING = Q(pk__in=[])


def _keys(keys: Iterable[str]) -> Q:
    return Q(sourced_id__in=sorted(key for key in keys if key))


def _of(rows: Iterable[CourseRow | ClassRow | UserRow | EnrollmentRow], scope: Q) -> Q:
    return scope | Q(sourced_id__in=[row.sourced_id for row in rows])


def _by_role(pairs: Iterable[tuple[str, str]], field: str) -> Q:
    found = _NOTHING
    for school, role in pairs:
        found |= Q(**{field: school, "role": role})
    return found


def _schools(model: Any, field: str, keys: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    asked = sorted(keys)
    for start in range(0, len(asked), AT_ONCE):
        rows = model.objects.filter(sourced_id__in=asked[start : start + AT_ONCE])
        found |= dict(rows.values_list("sourced_id", field))
    return found


def _with_parents(model: Any, which: Q) -> set[int]:
    found: set[int] = set()
    asked = set(model.objects.filter(which, status=ACTIVE).values_list("pk", flat=True))
    while asked - found:
        found |= asked
        above = model.objects.filter(pk__in=asked, parent__isnull=False)
        asked = set(above.values_list("parent", flat=True))
    return found


def _orgs(which: Q) -> tuple[OrgRow, ...]:
    rows = Org.objects.filter(which, status=ACTIVE).select_related("parent").order_by("pk")
    return tuple(
        OrgRow(
            sourced_id=one.sourced_id, kind=one.kind, name=one.name, name_en=one.name_en,
            stage=one.stage, parent=one.parent.sourced_id if one.parent else "", area=one.area,
        )
        for one in rows
    )  # fmt: skip


def _sessions(which: Q) -> tuple[SessionRow, ...]:
    rows = AcademicSession.objects.filter(which, status=ACTIVE)
    return tuple(
        SessionRow(
            sourced_id=one.sourced_id, title=one.title, kind=one.kind, starts=one.starts,
            ends=one.ends, parent=one.parent.sourced_id if one.parent else "",
        )
        for one in rows.select_related("parent").order_by("pk")
    )  # fmt: skip


def _courses(which: Q) -> tuple[CourseRow, ...]:
    rows = Course.objects.filter(which, status=ACTIVE).select_related("org").order_by("pk")
    return tuple(
        CourseRow(
            sourced_id=one.sourced_id, title=one.title, grade=one.grade,
            org=one.org.sourced_id, subject=one.subject,
        )
        for one in rows
    )  # fmt: skip


def _classes(which: Q) -> tuple[ClassRow, ...]:
    rows = SchoolClass.objects.filter(which, status=ACTIVE)
    return tuple(
        ClassRow(
            sourced_id=one.sourced_id, title=one.title, grade=one.grade, kind=one.kind,
            school=one.school.sourced_id, session=one.session.sourced_id,
            course=one.course.sourced_id if one.course else "",
        )
        for one in rows.select_related("school", "session", "course").order_by("pk")
    )  # fmt: skip


def _users(which: Q) -> tuple[UserRow, ...]:
    rows = SchoolUser.objects.filter(which, status=ACTIVE)
    return tuple(
        UserRow(
            sourced_id=one.sourced_id, role=one.role, org=one.org.sourced_id,
            number=people.number_of(one.person) if one.person else "",
            name=people.name_of(one.person) if one.person else "",
            username=one.account.username if one.account else "",
        )
        for one in rows.select_related("org", "person", "account").order_by("pk")
    )  # fmt: skip


def _enrollments(which: Q) -> tuple[EnrollmentRow, ...]:
    rows = Enrollment.objects.filter(which, until__isnull=True)
    return tuple(
        EnrollmentRow(
            sourced_id=one.sourced_id, school_class=one.school_class.sourced_id,
            user=one.user.sourced_id, role=one.role, since=one.since,
            is_primary=one.is_primary, seat=one.seat,
        )
        for one in rows.select_related("school_class", "user").order_by("pk")
    )  # fmt: skip


def _guardians(which: Q) -> tuple[GuardianRow, ...]:
    rows = Guardianship.objects.filter(which, until__isnull=True, pupil__status=ACTIVE)
    return tuple(
        GuardianRow(
            pupil=one.pupil.sourced_id, number=people.number_of(one.person),
            relation=one.relation, name=people.name_of(one.person),
        )
        for one in rows.select_related("pupil", "person").order_by("pupil", "pk")
    )  # fmt: skip
