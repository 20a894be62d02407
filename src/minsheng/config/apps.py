"""Registers the configuration itself, so that its start checks run."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """设置与启动检查."""

    name = "minsheng.config"
    label = "config"
    verbose_name = "设置"
