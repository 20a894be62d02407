"""Registers the app with Django."""

from django.apps import AppConfig


class MasteryConfig(AppConfig):
    """精准教学."""

    name = "minsheng.apps.mastery"
    label = "mastery"
    verbose_name = "精准教学"
    default_auto_field = "django.db.models.BigAutoField"
