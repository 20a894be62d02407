"""Registers the app with Django."""

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """积分."""

    name = "minsheng.apps.points"
    label = "points"
    verbose_name = "积分"
    default_auto_field = "django.db.models.BigAutoField"
