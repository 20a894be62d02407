"""Who settled a claim and when, and that its person doesn't agree."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0004_subject_and_counter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="grant", name="settled_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="grant", name="objection_sealed", field=models.TextField(blank=True)
        ),
        migrations.AddField(
            model_name="grant", name="objection_answer_sealed", field=models.TextField(blank=True)
        ),
    ]
