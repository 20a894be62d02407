"""Who may open a page: everybody, who is signed in, who is on the staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from minsheng.apps.people import access
from minsheng.lib.errors import NotAllowed

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request behind one of these doors: somebody is signed in."""

    user: Account


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Inside = Callable[Concatenate[SignedIn, P], HttpResponse]


def signed_in(view: Inside[P]) -> View[P]:
    """Open the page to whoever is signed in; lead others to the sign-in page and back."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return inner


def staff_only(view: Inside[P]) -> View[P]:
    """Open the page to members of staff."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not _is_staff(request):
            raise NotAllowed(
                "staff_only",
                "这一页只给工作人员看。您的事在“我的”里。",
                "This page is for members of staff. Your own cases are under “Mine”.",
            )
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return inner


def leaders_only(view: Inside[P]) -> View[P]:
    """Open the page to leaders: whoever fills a post today that sees the figures of all offices."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not access.is_leader(request.user):
            raise NotAllowed(
                "leaders_only",
                "这一页给分管负责人看。您的待办在工作台。",
                "This page is for leaders. What waits for you is at your desk.",
            )
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return inner


def residents_only(view: Inside[P]) -> View[P]:
    """Open the page to residents; officers act at their desk."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if _is_staff(request):
            raise NotAllowed(
                "residents_only",
                "这一页给居民自己办事用。工作人员请到工作台。",
                "This page is for residents. Members of staff, please go to your desk.",
            )
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return inner


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    here = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': here})}")


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_staff_member", False))
