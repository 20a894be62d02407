"""Registers the app with Django."""

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """删除本人信息。"""

    name = "minsheng.apps.erasure"
    label = "erasure"
    verbose_name = "删除本人信息"
