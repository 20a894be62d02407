"""Ratings by kiosk, SMS, telephone and on paper, with who wrote them down; STOP of a telephone."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

BEFORE = ("portal", "api", "qr")
CHANNELS = (*BEFORE, "kiosk", "sms", "hotline", "paper")
ENTERED = ("hotline", "paper")


def fold_channels(apps: Any, schema_editor: Any) -> None:
    """Going back, call what came by a newer way "portal": the older table knows no other word."""
    rating = apps.get_model("ratings", "Rating")
    rating.objects.exclude(channel__in=BEFORE).update(channel="portal", entered_by="")


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_ratings")]

    operations = [
        migrations.RemoveConstraint("rating", "rating_channel"),
        migrations.AddField(
            "rating",
            "entered_by",
            models.CharField(max_length=100, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "rating",
            models.CheckConstraint(
                condition=models.Q(("channel__in", CHANNELS)), name="rating_channel"
            ),
        ),
        migrations.AddConstraint(
            "rating",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("channel__in", ENTERED),
                        models.Q(("entered_by", ""), _negated=True),
                    ),
                    models.Q(models.Q(("channel__in", ENTERED), _negated=True), ("entered_by", "")),
                    _connector="OR",
                ),
                name="rating_entered_by_somebody",
            ),
        ),
        migrations.CreateModel(
            name="SmsStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("blind", models.CharField(max_length=140, unique=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, fold_channels),
    ]
