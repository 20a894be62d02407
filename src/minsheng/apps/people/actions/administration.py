"""What the three separated administrators do: each only their own, nobody two of them.

The system administrator names offices and posts. The security administrator opens sign-ins, gives
posts and takes them. The audit administrator changes nothing and has no act here.
"""

from __future__ import annotations

import re
from datetime import date

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access, reads
from minsheng.apps.people.actions.accounts import check_password, close_account, open_account
from minsheng.apps.people.actions.offices import (
    ADMINISTRATORS,
    assign,
    end_assignment,
    set_department,
    set_post,
)
from minsheng.apps.people.models import Account, Assignment, Department, Post
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

_KEY = re.compile(r"[a-z][a-z0-9_]{0,38}")


# ── the system administrator ────────────────────────────────────────────────────────────────────
def name_office(by: Account, *, key: str, title: Text) -> Department:
    """Return an office, made or renamed by the system administrator. Raises WrongInput."""
    access.require_duty(by, "system")
    _require_key(key)
    _require_title(title)
    with transaction.atomic():
        office = set_department(key, title)
        _record("office", key, "office_named", by, {})
    return office


def name_post(
    by: Account,
    *,
    office: str,
    key: str,
    title: Text,
    may_look: bool = True,
    may_vouch: bool = False,
    may_lead: bool = False,
    opens_protected: bool = False,
) -> Post:
    """Return a post of an office, made or changed by the system administrator.

    `key` is the part after the office's. The ending `system`, `security` or `audit` makes the post
    an administrator's, without any sight of personal data. Raises WrongInput, NotFound.
    """
    access.require_duty(by, "system")
    _require_key(key)
    _require_title(title)
    department = reads.department(office)
    may_look = may_look and key not in ADMINISTRATORS
    with transaction.atomic():
        post = set_post(
            f"{office}.{key}",
            department,
            title=title,
            may_look=may_look,
            may_vouch=may_vouch,
            may_lead=may_lead,
            opens_protected=opens_protected,
        )
        rights = {
            "look": may_look,
            "vouch": may_vouch,
            "lead": may_lead,
            "protected": opens_protected,
        }
        _record("office", office, "post_named", by, {"post": post.key, **rights})
    return post


# ── the security administrator ──────────────────────────────────────────────────────────────────
def open_staff_account(by: Account, username: str, *, display: str, demo: bool = False) -> Account:
    """Return a new sign-in of a member of staff, without a password: see `first_password_link`."""
    access.require_duty(by, "security")
    if not display.strip():
        raise WrongInput(
            "people.display_missing",
            "写上姓名，同事才知道这是谁。",
            "Write the name, so that colleagues know who this is.",
            field="display",
        )
    with transaction.atomic():
        account = open_account(username, None, kind=Account.STAFF, display=display, demo=demo)
        _record("account", str(account.pk), "opened_by", by, {})
    return account


def first_password_secret(by: Account, account: Account) -> str:
    """Return the secret with which its owner sets the first password, once, within three days.

    The security administrator hands it over and never knows the password.
    """
    access.require_duty(by, "security")
    return _secret(account)


def open_first_administrator(username: str, *, display: str, post_key: str) -> tuple[Account, str]:
    """Return the first sign-in of one of the three administrators, and its secret.

    For whoever sets the installation up, at its command line. Raises Conflict once somebody
    holds that duty: from then on the security administrator gives posts.
    """
    post = reads.post(post_key)
    if not post.duty:
        raise WrongInput(
            "people.not_a_duty",
            "这里只给管理员开第一个账号，岗位的结尾是 system、security 或 audit。",
            "Only the first sign-in of an administrator is opened here; such a post ends in "
            "system, security or audit.",
            field="post",
        )
    with transaction.atomic():
        Post.objects.select_for_update().get(pk=post.pk)
        if Assignment.objects.filter(duty=post.duty).exists():
            raise Conflict(
                "people.duty_filled",
                "这个管理岗位已经有人。以后由安全管理员在页面上安排。",
                "This duty is filled. From now on the security administrator gives posts.",
            )
        account = open_account(username, None, kind=Account.STAFF, display=display)
        assign(account, post, since=timezone.localdate(), by="system")
    return account, _secret(account)


def _secret(account: Account) -> str:
    if account.has_usable_password() or not account.is_active or not account.is_staff_member:
        raise Conflict(
            "people.has_password",
            "这个账号已经有密码，或者已经关闭，不用再给链接。",
            "This account has a password already, or is closed; it needs no link.",
        )
    return f"{account.pk}-{default_token_generator.make_token(account)}"


def set_first_password(secret: str, password: str) -> Account:
    """Return the account whose owner has set the first password. A used or old secret is not found."""
    pk, _, token = secret.partition("-")
    with transaction.atomic():
        rows = Account.objects.select_for_update().filter(is_active=True)
        is_number = pk.isascii() and pk.isdigit() and len(pk) < 19
        account = rows.filter(pk=int(pk)).first() if is_number else None
        usable = account is not None and not account.has_usable_password()
        if account is None or not usable or not default_token_generator.check_token(account, token):
            raise NotFound(
                "people.link_used",
                "这个链接已经用过，或者过了三天。请安全管理员再给一个。",
                "This link was used, or is older than three days. Ask the security administrator "
                "for another.",
            )
        check_password(password, account)
        account.set_password(password)
        account.save(update_fields=["password"])
        _record("account", str(account.pk), "password_set", account, {})
    return account


def give_post(
    by: Account, account: Account, post: Post, *, since: date, until: date | None = None
) -> Assignment:
    """Return a dated assignment that the security administrator gave; never to themselves."""
    access.require_duty(by, "security")
    _require_another(by, account)
    return assign(account, post, since=since, until=until, by=f"account:{by.pk}")


def take_post(by: Account, assignment: Assignment, *, on: date) -> Assignment:
    """Return an assignment that ends on `on`, by the security administrator."""
    access.require_duty(by, "security")
    _require_another(by, assignment.account)
    return end_assignment(assignment, on=on, by=f"account:{by.pk}")


def close_staff_account(by: Account, account: Account) -> None:
    """Close a sign-in of staff for good and end its posts today, by the security administrator."""
    access.require_duty(by, "security")
    _require_another(by, account)
    if not account.is_staff_member:
        raise NotAllowed(
            "people.not_staff_account",
            "这是居民自己的账号，只有本人能关。",
            "This is a resident's own account; only they can close it.",
        )
    today = timezone.localdate()
    with transaction.atomic():
        close_account(account, by=f"account:{by.pk}")
        for held in Assignment.objects.filter(account=account):
            if held.until is None or held.until > today:
                end_assignment(held, on=max(today, held.since), by=f"account:{by.pk}")


def _require_another(by: Account, account: Account) -> None:
    if by.pk == account.pk:
        raise NotAllowed(
            "people.own_rights",
            "自己的账号和岗位，自己不能动。请另一位安全管理员来办。",
            "Nobody changes their own account or posts. Let another security administrator do it.",
        )


def _require_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise WrongInput(
            "people.office_key",
            "代号用小写字母开头，可以有数字和下划线，比如 police。",
            "A key begins with a small letter and may hold digits and underscores, such as police.",
            field="key",
        )


def _require_title(title: Text) -> None:
    if not title.zh.strip() or len(title.zh) > 100 or len(title.en) > 200:
        raise WrongInput(
            "people.office_title",
            "写上中文名称，最多 100 个字。",
            "Write the name in Chinese, at most 100 characters.",
            field="title",
        )


def _record(
    stream: str, key: str, kind: str, by: Account, facts: dict[str, str | int | bool]
) -> None:
    news = audit.News(kind=kind, at=timezone.now(), by=f"account:{by.pk}", data=facts)
    audit.record(stream, key, news)
