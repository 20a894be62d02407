"""Until when experts are asked to speak; whoever is asked already gets until a week from now."""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone


def ask(apps, schema_editor):
    due = timezone.localdate() + timedelta(days=7)
    apps.get_model("stakes", "Stake").objects.filter(state="checked").update(opinions_due=due)


class Migration(migrations.Migration):
    dependencies = [("stakes", "0003_append_only")]
    operations = [
        migrations.AddField("stake", "opinions_due", models.DateField(blank=True, null=True)),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
