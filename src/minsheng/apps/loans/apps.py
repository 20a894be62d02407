"""Registers the app with Django."""

from django.apps import AppConfig


class LoansConfig(AppConfig):
    """科企梯度贷."""

    name = "minsheng.apps.loans"
    label = "loans"
    verbose_name = "科企梯度贷"
    default_auto_field = "django.db.models.BigAutoField"
