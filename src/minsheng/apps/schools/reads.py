"""Schools, classes and pupils, as each person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from minsheng.apps.audit.models import Entry
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.schools import access
from minsheng.apps.schools.models import (
    ACTIVE,
    ADMINISTRATOR,
    STUDENT,
    TEACHER,
    WAITING,
    AcademicSession,
    Enrollment,
    Guardianship,
    Org,
    RosterImport,
    SchoolClass,
    SchoolUser,
    now,
)

LOOKS = "roster.look"


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A pupil in a class: the row's id, seat, name in full (for who teaches them), register key."""

    id: int
    seat: int
    name: str
    person: Person
    key: str = ""


@dataclass(frozen=True, slots=True)
class TeacherLine:
    """A teacher at a school, and the classes they teach."""

    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A register that waits: who handed it in, when, for which schools."""

    id: str
    at: datetime
    by: str
    schools: tuple[str, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ClassLook:
    """A day on which the list of a class was opened, by a "teacher" or a "head"."""

    day: date
    role: str


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A pupil as their family or they themselves see it: name, class and school."""

    id: int
    name: str
    school_class: SchoolClass


def classes_of(account: Account, *, on: date | None = None) -> list[SchoolClass]:
    """Return the classes that this account teaches today, by grade and title."""
    return list(
        SchoolClass.objects.filter(access.classes_taught(account, on=on), status=ACTIVE)
        .select_related("school", "session")
        .order_by("grade", "title")
    )


def works_at_school(account: Account) -> bool:
    """Whether this account teaches, leads a school, or sees schools for the education bureau."""
    if not account.is_staff_member:
        return False
    at_school = SchoolUser.objects.filter(account=account, status=ACTIVE).exclude(role=STUDENT)
    return access.is_bureau(account) or at_school.exists()


def teaches_anything(account: Account) -> bool:
    """Whether this account is a teacher in some school's register."""
    return SchoolUser.objects.filter(account=account, role=TEACHER, status=ACTIVE).exists()


def schools_led(account: Account) -> list[Org]:
    """Return the schools that this account leads: its own, and those of its group."""
    led = SchoolUser.objects.filter(account=account, role=ADMINISTRATOR, status=ACTIVE)
    orgs = Org.objects.filter(pk__in=led.values("org"), status=ACTIVE)
    return [
        *orgs.filter(kind="school").order_by("name"),
        *Org.objects.filter(parent__in=orgs, kind="school", status=ACTIVE).order_by("name"),
    ]


def classes_at(school: Org) -> list[SchoolClass]:
    """Return the classes of a school, by grade and title."""
    return list(
        school.classes.filter(status=ACTIVE)
        .select_related("school", "session")
        .order_by("grade", "title")
    )


def pupils_in(school_class: SchoolClass, *, on: date | None = None) -> list[PupilLine]:
    """Return the pupils of a class by seat, with their names; for who may see the class."""
    day = on or timezone.localdate()
    rows = (
        school_class.enrollments.filter(now(day), role=STUDENT)
        .select_related("user__person")
        .order_by("seat", "pk")
    )
    return [
        PupilLine(
            row.user_id,
            row.seat,
            people.name_of(row.user.person),
            row.user.person,
            row.user.sourced_id,
        )
        for row in rows
        if row.user.person is not None
    ]


def teachers_at(school: Org, *, on: date | None = None) -> list[TeacherLine]:
    """Return who teaches at a school by name, with the classes they teach; for who leads it."""
    day = on or timezone.localdate()
    rows = SchoolUser.objects.filter(org=school, role=TEACHER, status=ACTIVE)
    taught: dict[int, list[str]] = {}
    places = Enrollment.objects.filter(now(day), role=TEACHER, user__in=rows)
    for user, title in places.order_by("school_class__grade", "school_class__title").values_list(
        "user", "school_class__title"
    ):
        taught.setdefault(user, []).append(title)
    return [
        TeacherLine(one.account.display, tuple(taught.get(one.pk, ())))
        for one in rows.select_related("account").order_by("account__display", "pk")
        if one.account is not None
    ]


def schools_kept_by(account: Account) -> list[Org]:
    """Return the schools whose registers this account keeps, by name."""
    kept = access.schools_kept(account)
    rows = Org.objects.filter(kind="school", status=ACTIVE)
    return list((rows if kept is None else rows.filter(sourced_id__in=kept)).order_by("name"))


def imports_waiting(account: Account) -> list[ImportLine]:
    """Return the registers that wait and that this account handed in, or may second."""
    rows = RosterImport.objects.filter(state=WAITING, expires__gt=timezone.now())
    names = dict(Org.objects.values_list("sourced_id", "name"))
    return [
        ImportLine(
            str(one.pk),
            one.at,
            one.by.display,
            tuple(names.get(key, key) for key in one.schools),
            one.by_id == account.pk,
        )
        for one in rows.select_related("by").order_by("-at")
        if one.by_id == account.pk or access.may_keep(account, one.schools)
    ]


def looks_at_class(school_class: SchoolClass, *, since: date) -> list[ClassLook]:
    """Return on which days who teaches or leads opened the list of a class, newest first."""
    begins = timezone.make_aware(datetime.combine(since, time()))
    rows = Entry.objects.filter(stream=LOOKS, key=str(school_class.pk), at__gte=begins)
    return [
        ClassLook(timezone.localdate(one.at), str(one.data.get("as", "")))
        for one in rows.order_by("-seq")
    ]


def pupil_ids(school_class: SchoolClass, *, on: date | None = None) -> list[int]:
    """Return the ids of the pupils of a class by seat."""
    day = on or timezone.localdate()
    return list(
        school_class.enrollments.filter(now(day), role=STUDENT)
        .order_by("seat", "pk")
        .values_list("user_id", flat=True)
    )


def children_of(account: Account, *, on: date | None = None) -> list[ChildLine]:
    """Return the pupils whom this proved account looks after."""
    me = account.person
    if not account.is_active or not account.is_proved or me is None:
        return []
    day = on or timezone.localdate()
    by_register = Guardianship.objects.filter(now(day), person=me)
    in_household = [child.pk for child in people.children_of(me, on=day)]
    rows = SchoolUser.objects.filter(role=STUDENT, status=ACTIVE)
    found = rows.filter(pk__in=by_register.values("pupil")) | rows.filter(person__in=in_household)
    lines = [_child(one, day) for one in found.distinct().select_related("person").order_by("pk")]
    return [line for line in lines if line is not None]


def own_pupil(account: Account, *, on: date | None = None) -> ChildLine | None:
    """Return the pupil that this proved account is, or None."""
    if not account.is_active or not account.is_proved or account.person_id is None:
        return None
    found = (
        SchoolUser.objects.filter(role=STUDENT, status=ACTIVE, person_id=account.person_id)
        .select_related("person")
        .first()
    )
    return _child(found, on or timezone.localdate()) if found else None


def class_of(pupil: SchoolUser, *, on: date | None = None) -> SchoolClass | None:
    """Return the class that a pupil is in today, or None."""
    day = on or timezone.localdate()
    row = (
        Enrollment.objects.filter(now(day), user=pupil, role=STUDENT, school_class__kind="homeroom")
        .select_related("school_class__school", "school_class__session")
        .order_by("-since")
        .first()
    )
    return row.school_class if row else None


def teachers_of(school_class: SchoolClass, *, on: date | None = None) -> list[Account]:
    """Return the accounts that teach a class today, the class teacher first."""
    day = on or timezone.localdate()
    rows = (
        school_class.enrollments.filter(now(day), role=TEACHER, user__status=ACTIVE)
        .select_related("user__account")
        .order_by("-is_primary", "pk")
    )
    return [row.user.account for row in rows if row.user.account is not None]


def heads_of(school: Org) -> list[Account]:
    """Return the accounts of those who lead a school, or the group it belongs to."""
    orgs = [one for one in (school.pk, school.parent_id) if one is not None]
    rows = SchoolUser.objects.filter(org__in=orgs, role=ADMINISTRATOR, status=ACTIVE)
    found = {one.account for one in rows.select_related("account").order_by("pk")}
    return sorted((one for one in found if one is not None), key=lambda one: one.pk)


def advisers(*, on: date | None = None) -> list[Account]:
    """Return the advisers of the education bureau, who may be asked into any school."""
    return people.accounts_of("education.lessons", on)


def session_on(day: date) -> AcademicSession | None:
    """Return the term in which a day lies, or None."""
    return (
        AcademicSession.objects.filter(starts__lte=day, ends__gte=day, status=ACTIVE)
        .exclude(kind="schoolYear")
        .order_by("-starts")
        .first()
    )


def org(sourced_id: str) -> Org | None:
    """Return one org by the register's key, or None."""
    return Org.objects.filter(sourced_id=sourced_id).first()


def school_class(sourced_id: str) -> SchoolClass | None:
    """Return one class by the register's key, or None."""
    return SchoolClass.objects.select_related("school").filter(sourced_id=sourced_id).first()


def people_of_pupils(ids: Sequence[int]) -> dict[int, Person]:
    """Return the person behind each pupil."""
    rows = SchoolUser.objects.filter(pk__in=ids).select_related("person")
    return {row.pk: row.person for row in rows if row.person is not None}


def _child(pupil: SchoolUser, day: date) -> ChildLine | None:
    there = class_of(pupil, on=day)
    if there is None or pupil.person is None:
        return None
    return ChildLine(pupil.pk, people.name_of(pupil.person), there)
