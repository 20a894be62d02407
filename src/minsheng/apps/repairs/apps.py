"""Registers the app with Django."""

from django.apps import AppConfig


class RepairsConfig(AppConfig):
    """房屋维修."""

    name = "minsheng.apps.repairs"
    label = "repairs"
    verbose_name = "房屋维修"
    default_auto_field = "django.db.models.BigAutoField"
