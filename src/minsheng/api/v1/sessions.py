"""Signing in for a token, signing out, and who I am."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from minsheng.api.callers import caller
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.notices import reads as notices
from minsheng.apps.people import actions as people
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people_reads

router = Router()
TOKEN_LASTS = timedelta(hours=8)
_STORE = import_module(settings.SESSION_ENGINE).SessionStore


class SignIn(Shape):
    """The name and password of a sign-in."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class Post(Shape):
    """A duty that an account fills today."""

    key: str
    title: Words
    office: Words


class Me(Shape):
    """Who is signed in. `name` is masked and empty until the identity is proved."""

    username: str
    display: str
    kind: Literal["resident", "staff"]
    assurance: Literal["local", "proved"]
    name: str
    posts: list[Post]
    unread: int


class Session(Shape):
    """A token, shown this once. Send it as `Authorization: Bearer <token>`."""

    token: str
    expires_at: datetime
    me: Me


@router.post("/sessions", auth=None, response={201: Session})
def sign_in(request: HttpRequest, payload: SignIn) -> Status[Session]:
    """Return a token that lasts eight hours.

    Five wrong tries lock the name for this address, also for the right password and in the
    portal: there is one lock.
    """
    # The sign-in makes a browser session, which a program doesn't want: it gets a store of its own,
    # so that a session of the portal in the same browser stays as it is.
    browser = request.session
    request.session = _STORE()
    try:
        account = people.sign_in(request, payload.username, payload.password)
        request.session.flush()
    finally:
        request.session = browser
    secret, token = people.issue_token(account, expires=timezone.now() + TOKEN_LASTS, label="API")
    request.auth = account  # type: ignore[attr-defined]
    return Status(201, Session(token=secret, expires_at=token.expires_at, me=_me(request)))


@router.delete("/sessions/current", response={204: None})
def sign_out(request: HttpRequest) -> Status[None]:
    """End this sign-in: the token is good for nothing from now on."""
    account = caller(request)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        own = people_reads.tokens_of(account).filter(digest__in=keys.token_digests(secret))
        for token in own:
            people.revoke_token(token.pk, by=account)
    else:
        people.sign_out(request)
    return Status(204, None)


@router.get("/me", response=Me)
def me(request: HttpRequest) -> Me:
    """Return who is signed in, with the posts filled today."""
    return _me(request)


def _me(request: HttpRequest) -> Me:
    account = caller(request)
    return Me(
        username=account.username,
        display=account.display,
        kind="staff" if account.is_staff_member else "resident",
        assurance="proved" if account.is_proved else "local",
        name=account.person.name_masked if account.is_proved and account.person else "",
        posts=[
            Post(key=post.key, title=words(post.title), office=words(post.department.title))
            for post in people_reads.posts_of(account)
        ],
        unread=notices.unread_count(account),
    )
