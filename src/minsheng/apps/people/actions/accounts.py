"""Opening an account, signing in and out, tokens for programs.

The lock against guessing has one owner, django-axes: it counts per name and address and refuses
even the right password while it is locked. Nothing else counts sign-ins.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access as people_access
from minsheng.apps.people import keys
from minsheng.apps.people.actions import consents
from minsheng.apps.people.models import Account, Token
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

LONGEST_PASSWORD = 256
TOKEN_BYTES = 32


def open_account(
    username: str,
    password: str | None,
    *,
    kind: str = Account.RESIDENT,
    display: str = "",
    email: str = "",
    language: str = "zh",
    demo: bool = False,
) -> Account:
    """Return a new account of local assurance; it sees no personal record yet.

    `password` None: nobody can sign in with a password (sign-in by another system). Raises
    WrongInput for a bad name, a weak password or a malformed address, Conflict for a taken name.
    """
    if demo and not settings.DEMO:
        raise NotAllowed(
            "people.demo_in_production",
            "正式环境不能有演示账号。",
            "Production can't hold a demonstration account.",
        )
    name = _checked_username(username)
    _check_email(email)
    if password is not None:
        check_password(password, Account(username=name, display=display))
    try:
        with transaction.atomic():
            account = Account.objects.create_account(
                name,
                password,
                kind=kind,
                display=display.strip()[:60],
                email=email,
                language=language,
                demo=demo,
            )
            _record(account, "opened", {"kind": kind})
    except IntegrityError as error:
        raise Conflict(
            "people.username_taken",
            "这个登录名已经有人用了，换一个。",
            "This sign-in name is taken. Choose another.",
            field="username",
        ) from error
    return account


def sign_in(request: HttpRequest, username: str, password: str) -> Account:
    """Return the account, signed in on this request's session.

    Raises WrongInput (code people.wrong_password) with the tries that are left, or NotAllowed
    (code people.locked) while this name is locked for this address; the right password is
    refused then too. A wrong name and a wrong password are told alike.
    """
    name = normal_username(username)
    if not _is_plausible(name, password):
        raise _wrong_password(left=None)
    found = authenticate(request, username=name, password=password)
    # The face shows our sentence; the middleware of axes would replace the page by its own.
    request.axes_locked_out = False  # type: ignore[attr-defined]
    if not isinstance(found, Account):
        left = _tries_left(request, name)
        if left <= 0:
            raise _locked()
        raise _wrong_password(left=left)
    login(request, found)
    _record(found, "signed_in", {})
    return found


def sign_out(request: HttpRequest) -> None:
    """End the session of this request; everything kept in it is gone."""
    account = request.user
    logout(request)
    if isinstance(account, Account):
        _record(account, "signed_out", {})


def change_password(account: Account, *, old: str, new: str) -> None:
    """Change the password of an account that knows its old one; its sessions and tokens end."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        if not locked.check_password(old):
            raise WrongInput(
                "people.wrong_old_password",
                "原来的密码不对，请再输一次。",
                "The old password is wrong. Try again.",
                field="old",
            )
        check_password(new, locked)
        locked.set_password(new)
        locked.save(update_fields=["password"])
        _end_tokens(locked)
        _record(locked, "password_changed", {})


def set_address(account: Account, *, email: str) -> Account:
    """Return the account with its new mail address; "" means no mails."""
    _check_email(email)
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        locked.email = email
        locked.save(update_fields=["email"])
        _record(locked, "address_changed", {"mails": bool(email)})
        if locked.is_proved and locked.person is not None:
            # To give an address is to agree to reminders; to take it off is to take that back.
            act = consents.give_consent if email else consents.withdraw_consent
            if people_access.may_consent_for(locked, locked.person):
                act(locked.person, "mail", by=locked)
    return locked


def set_display(account: Account, *, display: str) -> Account:
    """Return the account with how its owner wishes to be called."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        locked.display = display.strip()[:60]
        locked.save(update_fields=["display"])
        _record(locked, "display_changed", {})
    return locked


def close_account(account: Account, *, by: str) -> None:
    """Close an account for good: no sign-in, no token; its history stays."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        locked.is_active = False
        locked.set_password(None)
        locked.save(update_fields=["is_active", "password"])
        _end_tokens(locked)
        _record(locked, "closed", {"by": by})


def issue_token(
    account: Account, *, expires: datetime | None = None, label: str = ""
) -> tuple[str, Token]:
    """Return a new secret, shown this once, and its row; only the digest is kept.

    256 random bits; it expires after 90 days unless told.
    """
    if not account.is_active:
        raise NotAllowed(
            "people.closed",
            "这个账号已经关闭。要办事，带身份证到窗口。",
            "This account is closed. Bring your identity card to a counter instead.",
        )
    at = expires or timezone.now() + timedelta(days=90)
    if at <= timezone.now():
        raise WrongInput(
            "people.token_expired",
            "到期时间已经过了，请选以后的一天。",
            "The expiry has passed already. Choose a later day.",
            field="expires",
        )
    secret = f"ms_{secrets.token_urlsafe(TOKEN_BYTES)}"
    with transaction.atomic():
        token = Token.objects.create(
            account=account, digest=keys.token_digest(secret), label=label[:60], expires_at=at
        )
        _record(account, "token_issued", {"token": token.pk})
    return secret, token


def revoke_token(token_id: int, *, by: Account) -> None:
    """Revoke one of one's own tokens, at once and for good; another's is not found."""
    with transaction.atomic():
        token = Token.objects.select_for_update().filter(pk=token_id, account=by).first()
        if token is None:
            raise NotFound(
                "people.no_token",
                "没有这个令牌，可能已经停用。",
                "There is no such token; it may have been revoked.",
            )
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
            _record(by, "token_revoked", {"token": token.pk})


def _end_tokens(account: Account) -> None:
    Token.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=timezone.now())


def normal_username(username: str) -> str:
    """Return the one form of a sign-in name, so that 王ｆ, wangF and wangf count as one guess."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def _checked_username(username: str) -> str:
    name = normal_username(username)
    allowed = all(sign.isalnum() or sign in "._-@" for sign in name)
    if not allowed or not 2 <= len(name) <= 60:
        raise WrongInput(
            "people.username",
            "登录名用 2 到 60 个字母、数字或汉字，中间可以有 . _ - @。",
            "A sign-in name has 2 to 60 letters, digits or Chinese characters; . _ - @ may stand between.",
            field="username",
        )
    return name


def _check_email(email: str) -> None:
    if not email:
        return
    try:
        validate_email(email)
    except ValidationError as error:
        raise WrongInput(
            "people.email",
            "邮箱地址不完整，要像 name@example.cn 这样。",
            "The mail address isn't complete; it should look like name@example.cn.",
            field="email",
        ) from error


def check_password(password: str, account: Account) -> None:
    """Raise WrongInput unless this may be the account's password."""
    try:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError("too long")
        validate_password(password, account)
    except ValidationError as error:
        raise WrongInput(
            "people.weak_password",
            "密码至少 10 位，不要用常见的，比如 1234567890。",
            "A password has at least 10 characters and isn't a common one such as 1234567890.",
            field="password",
        ) from error


def _is_plausible(name: str, password: str) -> bool:
    return 0 < len(name) <= 60 and "\x00" not in name and 0 < len(password) <= LONGEST_PASSWORD


def _tries_left(request: HttpRequest, name: str) -> int:
    used: int = AxesProxyHandler.get_failures(request, {"username": name})
    return int(settings.AXES_FAILURE_LIMIT) - used


def _wrong_password(*, left: int | None) -> WrongInput:
    zh, en = (
        "登录名或密码不对，请再看一遍。",
        "The sign-in name or the password is wrong. Look again.",
    )
    if left is not None:
        zh = f"{zh}还能试 {left} 次。"
        en = f"{en} {left} {'try' if left == 1 else 'tries'} left."
    return WrongInput("people.wrong_password", zh, en, field="password")


def _locked() -> NotAllowed:
    hours = settings.AXES_COOLOFF_TIME
    return NotAllowed(
        "people.locked",
        f"试错太多次，先锁上了。过 {hours} 小时再来；急着办事，带身份证到窗口。",
        f"Too many wrong tries, so it is locked. Come back in {hours} {'hour' if hours == 1 else 'hours'}; "
        "if it is urgent, bring your identity card to a counter.",
        field="password",
        facts={"hours": hours},
    )


def _record(account: Account, kind: str, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(kind=kind, at=timezone.now(), by=f"account:{account.pk}", data=facts)
    audit.record("account", str(account.pk), news)
