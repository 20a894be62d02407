"""Reasons, opinions and the names of holders are sealed under the key of the installation."""

from django.db import migrations, models

from minsheng.apps.steps import sealing

NONE = "{}"
TABLES_OF_HOLDINGS = ("before", "after")
SEALED = (
    ("StakeStep", ("reason",)),
    ("Opinion", ("words",)),
    ("Stake", (*TABLES_OF_HOLDINGS, "investor", "buyer")),
)


def seal(apps, schema_editor):
    for model, fields in SEALED:
        rows = apps.get_model("stakes", model).objects
        for found in list(rows.values("pk", *fields)):
            plain = {name: "" if found[name] == NONE else found[name] for name in fields}
            changed = {name: sealing.sealed(text) for name, text in plain.items()}
            rows.filter(pk=found["pk"]).update(**changed)


def open_again(apps, schema_editor):
    for model, fields in SEALED:
        rows = apps.get_model("stakes", model).objects
        for found in list(rows.values("pk", *fields)):
            changed = {name: sealing.opened(found[name]) for name in fields}
            empty = {name: NONE for name in TABLES_OF_HOLDINGS if changed.get(name) == ""}
            rows.filter(pk=found["pk"]).update(**changed | empty)


class Migration(migrations.Migration):
    dependencies = [("stakes", "0001_stakes")]
    operations = [
        migrations.AlterField("opinion", "words", models.TextField()),
        migrations.AlterField("stake", "after", models.TextField(blank=True)),
        migrations.AlterField("stake", "before", models.TextField(blank=True)),
        migrations.AlterField("stake", "buyer", models.TextField(blank=True)),
        migrations.AlterField("stake", "investor", models.TextField(blank=True)),
        migrations.AlterField("stakestep", "reason", models.TextField(blank=True)),
        migrations.RunPython(seal, open_again),
    ]
