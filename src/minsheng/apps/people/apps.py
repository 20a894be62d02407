"""Registers the app with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """人员与岗位."""

    name = "minsheng.apps.people"
    label = "people"
    verbose_name = "人员与岗位"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the check against demonstration people in production."""
        from minsheng.apps.people import checks  # noqa: F401
