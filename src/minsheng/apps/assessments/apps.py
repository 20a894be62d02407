"""Registers the app with Django."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """能力评估."""

    name = "minsheng.apps.assessments"
    label = "assessments"
    verbose_name = "能力评估"
    default_auto_field = "django.db.models.BigAutoField"
