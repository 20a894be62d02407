"""Registers the app with Django."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """对外动作."""

    name = "minsheng.apps.outbox"
    label = "outbox"
    verbose_name = "对外动作"
    default_auto_field = "django.db.models.BigAutoField"
