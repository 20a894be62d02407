"""The language of each request, and errors turned into pages that say what to do next."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from minsheng.lib.errors import MinshengError
from minsheng.portal import errors
from minsheng.portal.languages import DJANGO_LANGUAGE, HTML_LANGUAGE, language_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Sets `request.lang` ("zh" or "en") from the cookie and Django's own language with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lang = language_of(request)
        request.lang = lang  # type: ignore[attr-defined]
        with translation.override(DJANGO_LANGUAGE[lang]):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", HTML_LANGUAGE[lang])
        patch_vary_headers(response, ["Cookie"])
        return response


class ErrorMiddleware:
    """Turns a `MinshengError` that a view raised into a page, or a fragment for htmx."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the error's page, or nothing when it isn't one of ours.

        Below /api/ the API answers for itself, so that a program never gets a page.
        """
        if isinstance(error, MinshengError) and not request.path.startswith("/api/"):
            return errors.said(request, error)
        return None
