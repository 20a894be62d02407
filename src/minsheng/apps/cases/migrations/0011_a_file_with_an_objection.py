"""A file may come along with the words of an objection."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_forms_left_lying"),
        ("records", "0001_files_and_licences"),
    ]

    operations = [
        migrations.AddField(
            model_name="casenote",
            name="file",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.storedfile",
            ),
        ),
    ]
