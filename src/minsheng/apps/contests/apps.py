"""Registers the app with Django."""

from django.apps import AppConfig


class ContestsConfig(AppConfig):
    """评选与教师成长."""

    name = "minsheng.apps.contests"
    label = "contests"
    verbose_name = "评选与教师成长"
    default_auto_field = "django.db.models.BigAutoField"
