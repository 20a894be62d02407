"""Registers the app with Django."""

from django.apps import AppConfig


class DualConfig(AppConfig):
    """双师课堂."""

    name = "minsheng.apps.dual"
    label = "dual"
    verbose_name = "双师课堂"
    default_auto_field = "django.db.models.BigAutoField"
