"""Registers the app with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """事件账本."""

    name = "minsheng.apps.audit"
    label = "audit"
    verbose_name = "事件账本"
    default_auto_field = "django.db.models.BigAutoField"
