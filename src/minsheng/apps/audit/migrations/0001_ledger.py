# The ledger: tables, without the triggers that protect them (0002).

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=100)),
                ("seq", models.PositiveIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "verbose_name": "链头",
                "verbose_name_plural": "链头",
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "key"), name="audit_chain_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hash", ""), ("seq", 0)),
                            models.Q(("seq__gt", 0), models.Q(("hash", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="audit_chain_head_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=100)),
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=100)),
                ("text", models.TextField(db_column="data")),
                ("prev_hash", models.CharField(blank=True, max_length=80)),
                ("hash", models.CharField(max_length=80)),
            ],
            options={
                "verbose_name": "事件",
                "verbose_name_plural": "事件",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("stream", "key", "seq"), name="audit_entry_seq"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seq__gte", 1)), name="audit_entry_seq_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("prev_hash", ""), ("seq", 1)),
                            models.Q(("seq__gt", 1), models.Q(("prev_hash", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="audit_entry_first_has_no_prev",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("after", models.BigIntegerField()),
                ("upto", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=80)),
                ("previous", models.CharField(blank=True, max_length=80)),
                ("digest", models.CharField(max_length=80)),
                ("text", models.TextField()),
            ],
            options={
                "verbose_name": "封印",
                "verbose_name_plural": "封印",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="audit_seal_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("upto__gt", models.F("after"))),
                        name="audit_seal_not_empty",
                    ),
                ],
            },
        ),
    ]
