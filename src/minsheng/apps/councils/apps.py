"""Registers the app with Django."""

from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    """居民议事."""

    name = "minsheng.apps.councils"
    label = "councils"
    verbose_name = "居民议事"
    default_auto_field = "django.db.models.BigAutoField"
