import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mastery", "0001_mastery"),
        ("people", "__first__"),
        ("schools", "0001_schools"),
    ]

    operations = [
        migrations.CreateModel(
            name="LessonPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.UUIDField(default=uuid.uuid4)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("pattern", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=60)),
                ("grade", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=60)),
                ("body", models.JSONField()),
                ("why", models.CharField(blank=True, max_length=200)),
                ("shared", models.CharField(blank=True, max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="became",
                        to="lessons.lessonplan",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.org",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["author", "-at"], name="plans_of_an_author")],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "version"), name="plan_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="plan_version_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shared__in", ("", "school", "district"))),
                        name="plan_shared",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("starts", models.TimeField()),
                ("state", models.CharField(default="planned", max_length=10)),
                ("step", models.CharField(blank=True, max_length=30)),
                ("log", models.JSONField(default=list)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reflection", models.TextField(blank=True)),
                (
                    "school_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolclass",
                    ),
                ),
                (
                    "teacher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lesson",
                        to="mastery.work",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="lessons.lessonplan",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["teacher", "-day"], name="lessons_of_a_teacher")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("planned", "running", "taught", "cancelled"))
                        ),
                        name="lesson_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("school_class", "day", "starts"),
                        name="lesson_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="lesson_ends_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(default="invited", max_length=10)),
                ("scores", models.JSONField(default=dict)),
                ("evidence", models.TextField(blank=True)),
                ("advice", models.TextField(blank=True)),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="lessons.lesson",
                    ),
                ),
                (
                    "observer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("invited", "submitted", "declined"))),
                        name="observation_state",
                    ),
                    models.UniqueConstraint(fields=("lesson", "observer"), name="observation_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                            models.Q(
                                models.Q(("state", "submitted"), _negated=True),
                                ("submitted_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="observation_submitted_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.PositiveBigIntegerField()),
                ("draws", models.PositiveSmallIntegerField()),
                ("answers", models.PositiveIntegerField()),
                ("found", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "against",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lessons.lessonplan",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rehearsals",
                        to="lessons.lesson",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lessons.lessonplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("draws__gte", 2)), name="rehearsal_has_draws"
                    )
                ],
            },
        ),
    ]
