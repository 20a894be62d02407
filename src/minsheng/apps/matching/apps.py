"""Registers the app with Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """比对."""

    name = "minsheng.apps.matching"
    label = "matching"
    verbose_name = "比对"
    default_auto_field = "django.db.models.BigAutoField"
