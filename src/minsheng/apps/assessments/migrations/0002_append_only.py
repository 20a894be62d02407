"""Lets the database refuse to change or delete results."""

from django.db import migrations

from minsheng.apps.audit import guard

TABLES = ("assessments_result",)


def put_on(apps, schema_editor):
    guard.put_on(schema_editor.connection, TABLES)


def take_off(apps, schema_editor):
    guard.take_off(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_assessments"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(put_on, take_off)]
