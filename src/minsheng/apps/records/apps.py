"""Registers the app with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """证照与文件."""

    name = "minsheng.apps.records"
    label = "records"
    verbose_name = "证照与文件"
    default_auto_field = "django.db.models.BigAutoField"
