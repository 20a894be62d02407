"""Registers the app with Django."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """回调."""

    name = "minsheng.apps.webhooks"
    label = "webhooks"
    verbose_name = "回调"
    default_auto_field = "django.db.models.BigAutoField"
