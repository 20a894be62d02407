"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from minsheng.apps.people import actions as people
from minsheng.lib.errors import MinshengError
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of

DEMO_SIGN_INS = ("wangfang", "chenli", "liqiang", "zhaomin", "linlan", "sunwei", "wutong")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Return the form, or sign in and lead to where one came from."""
    lang = language_of(request)
    onward = _onward(request)
    username, error = request.POST.get("username", request.GET.get("as", "")), ""
    status = 200
    if request.method == "POST":
        try:
            account = people.sign_in(request, username, request.POST.get("password", ""))
        except MinshengError as wrong:
            error, status = wrong.to(lang), wrong.status
        else:
            staff = account.is_staff_member
            return HttpResponseRedirect(onward or ("/desk" if staff else "/mine"))
    zh = lang == "zh"
    fields = [
        Field(
            id="username",
            name="username",
            label="登录名" if zh else "Sign-in name",
            value=username,
            autocomplete="username",
        ),
        Field(
            id="password",
            name="password",
            label="密码" if zh else "Password",
            error=error,
            autocomplete="current-password",
        ),
    ]
    values = {
        "fields": fields,
        "errors": mistakes(fields),
        "onward": onward,
        "demo_sign_ins": DEMO_SIGN_INS if settings.DEMO else (),
    }
    return render(request, "portal/resident/sign_in.html", values, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and return to the front door."""
    if request.user.is_authenticated:
        people.sign_out(request)
    return HttpResponseRedirect("/")


def _onward(request: HttpRequest) -> str:
    """Return where to go after signing in; only a path of ours."""
    path = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()})
    return path if safe and path.startswith("/") else ""
