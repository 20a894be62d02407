"""Which language and which look a request asks for: cookies only, Chinese and automatic first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.utils import translation

Language = Literal["zh", "en"]
Theme = Literal["auto", "light", "dark"]

LANGUAGE_COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
HTML_LANGUAGE: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}
DJANGO_LANGUAGE: dict[Language, str] = {"zh": "zh-hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Look:
    """How pages look: theme, large text, high contrast."""

    theme: Theme = "auto"
    elder: bool = False
    more_contrast: bool = False


def language_of(request: HttpRequest) -> Language:
    """Return the language of the cookie; Chinese when there is none or it says something else."""
    return "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "zh"


def current_language() -> Language:
    """Return the language the middleware has switched on."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def look_of(request: HttpRequest) -> Look:
    """Return the look of the cookies; a value we don't know counts as not set."""
    theme = request.COOKIES.get("theme", "auto")
    return Look(
        theme="light" if theme == "light" else "dark" if theme == "dark" else "auto",
        elder=request.COOKIES.get("elder") == "1",
        more_contrast=request.COOKIES.get("contrast") == "more",
    )
