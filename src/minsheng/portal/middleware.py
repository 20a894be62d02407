"""The language of each request, what protects it, and errors turned into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal import errors
from minsheng.portal.languages import DJANGO_LANGUAGE, HTML_LANGUAGE, language_of

GetResponse = Callable[[HttpRequest], HttpResponse]


API = "/api/"
PROTECTING = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ProtectionMiddleware:
    """Refuses what is too large before it is read, and keeps personal pages out of every cache.

    Whoever comes with a session or a token, or is given a cookie, gets pages that no browser and
    no proxy may keep: the next person at a shared computer goes "back" to nothing. Reads no table.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = _too_large(request) or self.get_response(request)
        for name, value in PROTECTING.items():
            response.headers.setdefault(name, value)
        is_personal = (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or "Authorization" in request.headers
            or bool(response.cookies)
        )
        kept = "private, no-store" if is_personal else "no-cache"
        response.headers.setdefault("Cache-Control", kept)
        return response


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
    """Turns a `MinshengError` that a view raised into a page, or a fragment for htmx.

    A form's address that is opened like a page says so too, instead of staying blank.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.path.startswith(API):
            return response
        told = errors.wrong_method(request)
        told.headers["Allow"] = response.headers.get("Allow", "")
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the error's page, or nothing when it isn't one of ours.

        Below /api/ the API answers for itself, so that a program never gets a page.
        """
        if isinstance(error, MinshengError) and not request.path.startswith(API):
            return errors.said(request, error)
        return None


def _too_large(request: HttpRequest) -> HttpResponse | None:
    """Return the page for a request larger than any form or file of ours; the API has its own."""
    is_form_with_files = (request.content_type or "").startswith("multipart/")
    most: int = (
        settings.MINSHENG_REQUEST_BYTES
        if is_form_with_files
        else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.path.startswith(API) or not length.isdigit() or int(length[:18]) <= most:
        return None
    error = WrongInput(
        "request_too_large",
        "发来的太大了，没有收。文件拍小一点，或者分几次传；之前保存的都在。",
        "That was too large and wasn't taken. Send smaller files, or one at a time. What you "
        "saved is still there.",
    )
    error.status = 413
    return errors.said(request, error)
