"""Error pages: what happened, what to do next, a way back. The broken page needs no database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.portal.languages import language_of


def said(request: HttpRequest, error: MinshengError) -> HttpResponse:
    """Return the page of one of our errors, with its HTTP status."""
    return _page(request, Text(error.zh, error.en), status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for an address that leads nowhere."""
    return _page(request, Text("没有这一页。", "There is no such page."), status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for somebody who may not look here."""
    return _page(request, Text("这一页您不能看。", "You may not see this page."), status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours."""
    return _page(
        request,
        Text("这一页打不开，您填的都存着。", "This page won't open. Nothing is lost."),
        status=500,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that has been open too long or came from elsewhere."""
    return _page(
        request, Text("这张表放得太久了。", "This form was open for too long."), status=403
    )


def _page(request: HttpRequest, title: Text, *, status: int) -> HttpResponse:
    lang = language_of(request)
    return render(request, "portal/error.html", {"title": title.to(lang)}, status=status)
