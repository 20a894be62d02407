"""Registers the app with Django."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """项目台账."""

    name = "minsheng.apps.projects"
    label = "projects"
    verbose_name = "项目台账"
    default_auto_field = "django.db.models.BigAutoField"
