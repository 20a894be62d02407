"""Registers the portal's templates, tags and static files."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """门户页面."""

    name = "minsheng.portal"
    label = "portal"
    verbose_name = "门户"
