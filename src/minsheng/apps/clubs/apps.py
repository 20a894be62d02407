"""Registers the app with Django."""

from django.apps import AppConfig


class ClubsConfig(AppConfig):
    """课后服务."""

    name = "minsheng.apps.clubs"
    label = "clubs"
    verbose_name = "课后服务"
    default_auto_field = "django.db.models.BigAutoField"
