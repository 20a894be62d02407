"""Registers the app with Django."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    """创新券."""

    name = "minsheng.apps.vouchers"
    label = "vouchers"
    verbose_name = "创新券"
    default_auto_field = "django.db.models.BigAutoField"
