"""Registers the app with Django."""

from django.apps import AppConfig


class SittingsConfig(AppConfig):
    """企业之家."""

    name = "minsheng.apps.sittings"
    label = "sittings"
    verbose_name = "企业之家"
    default_auto_field = "django.db.models.BigAutoField"
