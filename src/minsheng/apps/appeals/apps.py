"""The app's name in Django."""

from __future__ import annotations

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Requests with a loop: whistles of firms, residents' requests."""

    name = "minsheng.apps.appeals"
    label = "appeals"
