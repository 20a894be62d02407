"""Which language the sentences of an answer are in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from minsheng.lib.texts import Language

COOKIE = "lang"
CONTENT_LANGUAGE: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def language_of(request: HttpRequest) -> Language:
    """Return the language of the cookie, else of Accept-Language; Chinese when neither says."""
    cookie = request.COOKIES.get(COOKIE, "")
    if cookie in {"zh", "en"}:
        return "en" if cookie == "en" else "zh"
    for wanted, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if weight and wanted[:2] in {"zh", "en"}:
            return "en" if wanted.startswith("en") else "zh"
    return "zh"
