import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0005_representatives"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="AcademicSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=15)),
                ("starts", models.DateField()),
                ("ends", models.DateField()),
                ("status", models.CharField(default="active", max_length=12)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="schools.academicsession",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("schoolYear", "semester", "term"))),
                        name="session_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))),
                        name="session_ends_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Org",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("stage", models.CharField(blank=True, max_length=15)),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=150)),
                ("area", models.CharField(blank=True, max_length=60)),
                ("status", models.CharField(default="active", max_length=12)),
                ("demo", models.BooleanField(default=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="schools.org",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("district", "group", "school", "campus"))),
                        name="org_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ("", "kindergarten", "primary", "junior", "senior"))
                        ),
                        name="org_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("active", "tobedeleted"))),
                        name="org_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("subject", models.CharField(blank=True, max_length=60)),
                ("grade", models.PositiveSmallIntegerField()),
                ("status", models.CharField(default="active", max_length=12)),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="schools.org",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SchoolClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("kind", models.CharField(default="homeroom", max_length=10)),
                ("grade", models.PositiveSmallIntegerField()),
                ("status", models.CharField(default="active", max_length=12)),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="schools.course",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="schools.org",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="schools.academicsession",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["school", "grade"], name="classes_of_a_school")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("homeroom", "scheduled"))),
                        name="class_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("active", "tobedeleted"))),
                        name="class_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolUser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("role", models.CharField(max_length=15)),
                ("status", models.CharField(default="active", max_length=12)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="users",
                        to="schools.org",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "role"], name="school_users_of_account")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("student", "teacher", "administrator"))),
                        name="school_user_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("active", "tobedeleted"))),
                        name="school_user_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account__isnull", True),
                                ("person__isnull", False),
                                ("role", "student"),
                            ),
                            models.Q(("role", "student"), _negated=True),
                            _connector="OR",
                        ),
                        name="school_user_pupil_is_a_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "student"), ("status", "active")),
                        fields=("person",),
                        name="school_user_one_school_now",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("relation", models.CharField(max_length=12)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardians",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("relation__in", ("mother", "father", "grandparent", "other"))
                        ),
                        name="guardian_relation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("pupil", "person"),
                        name="guardian_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrollment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sourced_id", models.CharField(max_length=60, unique=True)),
                ("role", models.CharField(max_length=15)),
                ("is_primary", models.BooleanField(default=False)),
                ("seat", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "school_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrollments",
                        to="schools.schoolclass",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrollments",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("student", "teacher"))),
                        name="enrollment_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="enrollment_until_after_since",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("school_class", "user", "role"),
                        name="enrollment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True), ("seat__gt", 0)),
                        fields=("school_class", "seat"),
                        name="enrollment_seat_once",
                    ),
                ],
            },
        ),
    ]
