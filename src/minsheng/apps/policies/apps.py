"""Registers the app with Django."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """政策."""

    name = "minsheng.apps.policies"
    label = "policies"
    verbose_name = "政策"
    default_auto_field = "django.db.models.BigAutoField"
