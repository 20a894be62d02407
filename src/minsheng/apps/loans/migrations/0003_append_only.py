"""Lets the database refuse to change or delete steps of loans."""

from django.db import migrations

from minsheng.apps.audit import guard

TABLES = ("loans_loanstep",)


def put_on(apps, schema_editor):
    guard.put_on(schema_editor.connection, TABLES)


def take_off(apps, schema_editor):
    guard.take_off(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("loans", "0002_sealed_reasons"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(put_on, take_off)]
