"""A form that is left lying is deleted after a warning: when its owner was warned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_indexes_that_are_used"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="warned_at",
            field=models.DateTimeField(null=True),
        ),
    ]
