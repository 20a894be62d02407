"""Registers the app with Django."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """五学课堂."""

    name = "minsheng.apps.lessons"
    label = "lessons"
    verbose_name = "五学课堂"
    default_auto_field = "django.db.models.BigAutoField"
