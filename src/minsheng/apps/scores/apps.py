"""Registers the app with Django."""

from django.apps import AppConfig


class ScoresConfig(AppConfig):
    """企业积分."""

    name = "minsheng.apps.scores"
    label = "scores"
    verbose_name = "企业积分"
    default_auto_field = "django.db.models.BigAutoField"
