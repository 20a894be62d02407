"""Registers the configuration itself, so that its start checks run."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """设置与启动检查."""

    name = "minsheng.config"
    label = "config"
    verbose_name = "设置"

    def ready(self) -> None:
        """Register the start checks of production."""
        from minsheng.config import checks  # noqa: F401
