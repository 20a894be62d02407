import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "__first__"),
        ("schools", "0001_schools"),
    ]

    operations = [
        migrations.CreateModel(
            name="SkillFit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("skills", models.JSONField(default=dict)),
                ("answers", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "day"), name="skill_fit_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=60)),
                ("pack", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=60)),
                ("items", models.JSONField(default=list)),
                ("reasons", models.JSONField(default=dict)),
                ("day", models.DateField()),
                ("due", models.DateTimeField(blank=True, null=True)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolclass",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["school_class", "-day"], name="works_of_a_class")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("ticket", "homework", "practice"))),
                        name="work_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "closed", "cancelled"))),
                        name="work_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1)), name="work_takes_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("source", models.CharField(blank=True, max_length=10)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("handed_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="schools.schooluser",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="mastery.work",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["pupil", "state"], name="sheets_of_a_pupil")],
                "constraints": [
                    models.UniqueConstraint(fields=("work", "pupil"), name="sheet_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "handed_in", "excused"))),
                        name="sheet_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("", "phone", "paper", "typed"))),
                        name="sheet_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_in_at__isnull", False), ("state", "handed_in")),
                            models.Q(
                                models.Q(("state", "handed_in"), _negated=True),
                                ("handed_in_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="sheet_handed_in_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("domain", models.CharField(max_length=3)),
                ("words", models.TextField()),
                ("on", models.DateField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("interest", "activity", "help"))),
                        name="note_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain__in", ("in", "out"))), name="note_domain"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("skill", models.CharField(max_length=60)),
                ("words", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("outcome", models.CharField(blank=True, max_length=10)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ("", "changed", "kept"))),
                        name="objection_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="objection_answered_has_its_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("pupil", "subject", "skill"),
                        name="objection_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=12)),
                ("target", models.CharField(max_length=60)),
                ("why", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("pin", "ban", "mastered", "not_mastered"))
                        ),
                        name="ruling_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("pupil", "subject", "target"),
                        name="ruling_one_on_a_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=30)),
                ("result", models.CharField(max_length=12)),
                ("score", models.PositiveSmallIntegerField(default=0)),
                ("misconception", models.CharField(blank=True, max_length=60)),
                ("given", models.TextField(blank=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="mastery.sheet",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "item"), name="answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "result__in",
                                ("right", "partly", "wrong", "omitted", "unreadable", "suggested"),
                            )
                        ),
                        name="answer_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__lte", 1000)), name="answer_score"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("known", models.JSONField(default=dict)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pupil", "subject", "day"), name="snapshot_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=60)),
                ("skills", models.JSONField(default=dict)),
                ("answers", models.PositiveIntegerField(default=0)),
                ("last_day", models.DateField(blank=True, null=True)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schooluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pupil", "subject"), name="standing_once")
                ],
            },
        ),
    ]
