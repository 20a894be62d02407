"""Registers the app with Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """通知."""

    name = "minsheng.apps.notices"
    label = "notices"
    verbose_name = "通知"
    default_auto_field = "django.db.models.BigAutoField"
