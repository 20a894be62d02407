"""Registers the app with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """走访."""

    name = "minsheng.apps.visits"
    label = "visits"
    verbose_name = "走访"
    default_auto_field = "django.db.models.BigAutoField"
