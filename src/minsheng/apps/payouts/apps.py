"""Registers the app with Django."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """发放."""

    name = "minsheng.apps.payouts"
    label = "payouts"
    verbose_name = "发放"
    default_auto_field = "django.db.models.BigAutoField"
