"""Addresses of the API, one include for each version; whatever goes wrong there is a problem."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from minsheng.api.problems import no_such_path, wrong_method
from minsheng.api.v1 import api as v1

View = Callable[..., HttpResponse]


def _guarded(view: View) -> View:
    """Return the view with problems in place of Django's own pages, and nothing cached."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = (
                v1.on_exception(request, RequestDataTooBig())
                if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MINSHENG_REQUEST_BYTES
                else view(request, *args, **kwargs)
            )
        except Http404:
            response = no_such_path(request)
        if response.status_code == 405:
            response = wrong_method(request, response.headers["Allow"])
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return csrf_exempt(inner)


def _patterns() -> list[URLPattern]:
    patterns = [pattern for pattern in v1.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = _guarded(pattern.callback)
    return patterns


_v1 = (_patterns(), "ninja"), v1.urls_namespace
urlpatterns = [
    path("v1/", include(*_v1)),
    re_path("", _guarded(no_such_path)),
]
