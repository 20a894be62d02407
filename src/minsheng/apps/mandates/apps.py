"""Registers the app with Django."""

from django.apps import AppConfig


class MandatesConfig(AppConfig):
    """代办和授权."""

    name = "minsheng.apps.mandates"
    label = "mandates"
    verbose_name = "代办和授权"
    default_auto_field = "django.db.models.BigAutoField"
