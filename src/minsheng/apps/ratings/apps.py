"""Registers the app with Django."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """好差评."""

    name = "minsheng.apps.ratings"
    label = "ratings"
    verbose_name = "好差评"
    default_auto_field = "django.db.models.BigAutoField"
