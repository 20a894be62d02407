from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_answers_once")]

    operations = [
        migrations.AddIndex(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "leased"))),
                fields=["id"],
                name="outbox_effect_open",
            ),
        ),
    ]
