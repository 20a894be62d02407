"""What an award is for, and whether an officer claimed it at a counter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0003_edition")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="subject_digest",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="grant", name="at_counter", field=models.BooleanField(default=False)
        ),
    ]
