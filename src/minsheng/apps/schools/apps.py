"""Registers the app with Django."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    """学校名册."""

    name = "minsheng.apps.schools"
    label = "schools"
    verbose_name = "学校名册"
    default_auto_field = "django.db.models.BigAutoField"
