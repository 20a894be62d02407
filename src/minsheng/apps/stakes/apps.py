"""Registers the app with Django."""

from django.apps import AppConfig


class StakesConfig(AppConfig):
    """先投后股."""

    name = "minsheng.apps.stakes"
    label = "stakes"
    verbose_name = "先投后股"
    default_auto_field = "django.db.models.BigAutoField"
