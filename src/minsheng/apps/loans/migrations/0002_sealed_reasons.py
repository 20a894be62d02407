"""Reasons of steps are sealed under the key of the installation."""

from django.db import migrations, models

from minsheng.apps.steps import sealing


def seal(apps, schema_editor):
    _each(apps, sealing.sealed)


def open_again(apps, schema_editor):
    _each(apps, sealing.opened)


def _each(apps, change):
    rows = apps.get_model("loans", "LoanStep").objects
    for pk, reason in list(rows.exclude(reason="").values_list("pk", "reason")):
        rows.filter(pk=pk).update(reason=change(reason))


class Migration(migrations.Migration):
    dependencies = [("loans", "0001_loans")]
    operations = [
        migrations.AlterField("loanstep", "reason", models.TextField(blank=True)),
        migrations.RunPython(seal, open_again),
    ]
