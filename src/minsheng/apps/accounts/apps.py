"""Registers the app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """账户."""

    name = "minsheng.apps.accounts"
    label = "accounts"
    verbose_name = "账户"
    default_auto_field = "django.db.models.BigAutoField"
