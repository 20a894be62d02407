"""Registers the app with Django."""

from django.apps import AppConfig


class StepsConfig(AppConfig):
    """企业的钱，一步一步."""

    name = "minsheng.apps.steps"
    label = "steps"
    verbose_name = "企业的钱，一步一步"
    default_auto_field = "django.db.models.BigAutoField"
