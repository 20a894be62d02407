"""What every page knows: language, look, whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from minsheng.portal.languages import language_of, look_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of every template."""
    return {"lang": language_of(request), "look": look_of(request), "demo": settings.DEMO}
