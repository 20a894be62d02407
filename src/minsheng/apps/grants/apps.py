"""Registers the app with Django."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """享受政策."""

    name = "minsheng.apps.grants"
    label = "grants"
    verbose_name = "享受政策"
    default_auto_field = "django.db.models.BigAutoField"
