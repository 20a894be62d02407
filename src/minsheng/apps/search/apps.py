"""Registers the app with Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """搜索."""

    name = "minsheng.apps.search"
    label = "search"
    verbose_name = "搜索"
    default_auto_field = "django.db.models.BigAutoField"
