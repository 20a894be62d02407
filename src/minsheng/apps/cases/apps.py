"""Registers the app with Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """案卷."""

    name = "minsheng.apps.cases"
    label = "cases"
    verbose_name = "案卷"
    default_auto_field = "django.db.models.BigAutoField"
