"""School registers by OneRoster's names: orgs, sessions, courses, classes, users, enrollments.

`sourced_id` is the register's own key of a row, by which an import finds it again. Nothing is
deleted: what an import no longer holds gets `until` or status `tobedeleted`, as OneRoster says.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from minsheng.lib.texts import Text

DISTRICT, GROUP, SCHOOL, CAMPUS = ORG_KINDS = ("district", "group", "school", "campus")
STAGES = ("kindergarten", "primary", "junior", "senior")
ACTIVE, GONE = STATUSES = ("active", "tobedeleted")
STUDENT, TEACHER, ADMINISTRATOR = ROLES = ("student", "teacher", "administrator")
HOMEROOM, SCHEDULED = CLASS_KINDS = ("homeroom", "scheduled")
WAITING, WRITTEN, DROPPED, EXPIRED = IMPORT_STATES = ("waiting", "written", "dropped", "expired")
EXCEL, ONEROSTER = IMPORT_FORMS = ("excel", "oneroster")
RELATIONS = ("mother", "father", "grandparent", "other")


class Org(models.Model):
    """The district, an education group, a school or a campus. OneRoster: org. Personal data: none.

    A school belongs to its group through `parent`, a campus to its school. `area` is a key of the
    district's areas.
    """

    sourced_id = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10)
    stage = models.CharField(max_length=15, blank=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=150, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    area = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=12, default=ACTIVE)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=ORG_KINDS), name="org_kind"),
            models.CheckConstraint(condition=Q(stage__in=("", *STAGES)), name="org_stage"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="org_status"),
        ]

    def __str__(self) -> str:
        return self.sourced_id

    @property
    def title(self) -> Text:
        """Return its name in both languages."""
        return Text(self.name, self.name_en)


class AcademicSession(models.Model):
    """A school year or a term. OneRoster: academicSession. Personal data: none."""

    sourced_id = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=60)
    kind = models.CharField(max_length=15)
    starts = models.DateField()
    ends = models.DateField()
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    status = models.CharField(max_length=12, default=ACTIVE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind__in=("schoolYear", "semester", "term")), name="session_kind"
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_ends_later"),
        ]

    def __str__(self) -> str:
        return self.title


class Course(models.Model):
    """A subject as a school teaches it in a grade. OneRoster: course. Personal data: none.

    `subject` is the key of a subject pack, or empty.
    """

    sourced_id = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    grade = models.PositiveSmallIntegerField()
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="courses")
    status = models.CharField(max_length=12, default=ACTIVE)

    def __str__(self) -> str:
        return self.sourced_id


class SchoolClass(models.Model):
    """A class: pupils together for a year, or for one course. OneRoster: class. Personal data: none."""

    sourced_id = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, default=HOMEROOM)
    grade = models.PositiveSmallIntegerField()
    school = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="classes")
    session = models.ForeignKey(AcademicSession, on_delete=models.PROTECT, related_name="classes")
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="classes"
    )
    status = models.CharField(max_length=12, default=ACTIVE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=CLASS_KINDS), name="class_kind"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="class_status"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["school", "grade"], name="classes_of_a_school")
        ]

    def __str__(self) -> str:
        return self.sourced_id


class SchoolUser(models.Model):
    """Somebody at a school: pupil, teacher or head. OneRoster: user.

    A pupil is a person, and signs in by the account of that person; a teacher or head is an
    account. Personal data: who goes to which school; names stand with the person.
    """

    sourced_id = models.CharField(max_length=60, unique=True)
    role = models.CharField(max_length=15)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="users")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    account = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=12, default=ACTIVE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="school_user_role"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="school_user_status"),
            models.CheckConstraint(
                condition=Q(role=STUDENT, person__isnull=False, account__isnull=True)
                | ~Q(role=STUDENT),
                name="school_user_pupil_is_a_person",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(role=STUDENT, status=ACTIVE),
                name="school_user_one_school_now",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "role"], name="school_users_of_account")
        ]

    def __str__(self) -> str:
        return self.sourced_id


class Enrollment(models.Model):
    """Who is in a class, as pupil or teacher, from and until which day. OneRoster: enrollment.

    `until` is the first day no longer. `seat` is the pupil's number in the class. `is_primary` is
    the class teacher. Personal data: who goes to which class.
    """

    sourced_id = models.CharField(max_length=60, unique=True)
    school_class = models.ForeignKey(
        SchoolClass, on_delete=models.PROTECT, related_name="enrollments"
    )
    user = models.ForeignKey(SchoolUser, on_delete=models.PROTECT, related_name="enrollments")
    role = models.CharField(max_length=15)
    is_primary = models.BooleanField(default=False)
    seat = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(role__in=(STUDENT, TEACHER)), name="enrollment_role"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="enrollment_until_after_since",
            ),
            models.UniqueConstraint(
                fields=["school_class", "user", "role"],
                condition=Q(until__isnull=True),
                name="enrollment_once",
            ),
            models.UniqueConstraint(
                fields=["school_class", "seat"],
                condition=Q(until__isnull=True) & Q(seat__gt=0),
                name="enrollment_seat_once",
            ),
        ]

    def __str__(self) -> str:
        return self.sourced_id


class Guardianship(models.Model):
    """Who looks after a pupil, as the school knows it. OneRoster: agents of a user.

    Personal data: whose child somebody is.
    """

    pupil = models.ForeignKey(SchoolUser, on_delete=models.CASCADE, related_name="guardians")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(relation__in=RELATIONS), name="guardian_relation"),
            models.UniqueConstraint(
                fields=["pupil", "person"],
                condition=Q(until__isnull=True),
                name="guardian_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.relation}"


class RosterImport(models.Model):
    """A register that was handed in and waits for a look, or what became of it.

    `content` is the file under the master key, emptied when it is written, dropped or a day old.
    Personal data: the file, sealed. `schools`: keys of the schools it is about. `counts`: rows added,
    changed and gone by table. `reason`: why so many may go, a code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(max_length=10)
    content = models.TextField(blank=True)
    schools = models.JSONField(default=list)
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    counts = models.JSONField(default=dict)
    is_stopped = models.BooleanField(default=False)
    written_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(form__in=IMPORT_FORMS), name="import_form"),
            models.CheckConstraint(condition=Q(state__in=IMPORT_STATES), name="import_state"),
            models.CheckConstraint(
                condition=Q(state=WAITING) | Q(content=""), name="import_ended_is_empty"
            ),
            models.CheckConstraint(
                condition=~Q(state=WRITTEN)
                | Q(is_stopped=False)
                | (~Q(reason="") & Q(written_by__isnull=False) & ~Q(written_by=F("by"))),
                name="import_stopped_needs_a_second",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def now(on: date, prefix: str = "") -> Q:
    """Return the filter for rows with `since` and `until` that hold on a day."""
    return Q(**{f"{prefix}since__lte": on}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": on})
    )
