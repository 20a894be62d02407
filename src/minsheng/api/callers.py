"""Who calls: a bearer token, or the session cookie of the portal with its CSRF token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from minsheng.api.problems import not_signed_in
from minsheng.apps.people import access
from minsheng.apps.people import reads as people
from minsheng.lib.errors import NotAllowed

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`, from POST /api/v1/sessions. A bad token never falls back."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        """Return the account behind the token."""
        account = people.account_of_token(token)
        if account is None:
            raise not_signed_in()
        request.user = account
        return account


class SessionCookie(APIKeyCookie):
    """The portal's session. A call that changes something carries `X-CSRFToken` too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Account | None:
        """Return who is signed in on this browser, or None."""
        if not access.is_signed_in(request.user):
            return None
        if request.method not in SAFE and check_csrf(request) is not None:
            raise NotAllowed(
                "csrf",
                "这次没有办：页面开得太久，或者是从别处发来的。刷新页面再来，或者用令牌。",
                "Not done: the page was open too long, or this came from elsewhere. Reload it, "
                "or use a token.",
            )
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Not used: the session says who it is."""
        raise NotImplementedError


SIGNED_IN = (Bearer(), SessionCookie())


def caller(request: HttpRequest) -> Account:
    """Return the account that calls; the endpoint must be one for those signed in."""
    account: Account = request.auth  # type: ignore[attr-defined]
    return account


def resident(request: HttpRequest) -> Account:
    """Return the resident who calls; members of staff act at their desk."""
    account = caller(request)
    if access.is_staff(account):
        raise NotAllowed(
            "residents_only",
            "这里给居民自己办事用。工作人员请用待办接口。",
            "This is for residents. Members of staff, please use the inbox.",
        )
    return account


def leader(request: HttpRequest) -> Account:
    """Return the leader who calls."""
    account = caller(request)
    if not access.is_leader(account):
        raise NotAllowed(
            "leaders_only",
            "这里只给分管负责人看。",
            "This is for leaders only.",
        )
    return account


def officer(request: HttpRequest) -> Account:
    """Return the member of staff who calls."""
    account = caller(request)
    if not access.is_staff(account):
        raise NotAllowed(
            "staff_only",
            "这里只给工作人员用。您的事在“我的”里。",
            "This is for members of staff. Your own cases are under “Mine”.",
        )
    return account
