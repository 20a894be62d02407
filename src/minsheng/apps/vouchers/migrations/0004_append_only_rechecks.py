"""Lets the database refuse to change or delete draws, steps of checks, and what the register said."""

from django.db import migrations

from minsheng.apps.audit import guard

TABLES = ("vouchers_registerparty", "vouchers_draw", "vouchers_rechecktaken")


def put_on(apps, schema_editor):
    guard.put_on(schema_editor.connection, TABLES)


def take_off(apps, schema_editor):
    guard.take_off(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0003_recheck"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(put_on, take_off)]
