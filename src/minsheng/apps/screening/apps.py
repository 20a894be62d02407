"""Registers the app with Django."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """政策找人."""

    name = "minsheng.apps.screening"
    label = "screening"
    verbose_name = "政策找人"
    default_auto_field = "django.db.models.BigAutoField"
