"""Telling an account something, in the portal and by mail."""

from __future__ import annotations

import re
import smtplib
import uuid
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import reads as people
from minsheng.lib.errors import NotFound, Unavailable, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.lib.texts import Text

EMAIL = "notice.email"
SUBJECT = "您的案卷有新进展 / News about your case"
BODY = """您的案卷有新进展，请登录查看：
{url}

News about your case. Sign in to read it:
{url}

这封邮件里没有您的个人信息，也不会要密码或验证码。
This mail holds nothing personal, and nobody will ask for a password or a code by mail.
"""
_LINK = re.compile(r"/[A-Za-z0-9/_.?=&#%\-]*")


def notify(
    account: Account,
    *,
    kind: str,
    title: Text,
    body: Text,
    link: str = "",
    key: str = "",
    is_quiet: bool = False,
) -> Notice:
    """Return the notice, kept in the portal; a mail goes out where there is an address.

    `is_quiet`: no mail, because somebody else may read the mailbox.

    In the caller's transaction. With `key` an account is told the same news once, however often
    this runs. Title and body hold no name, number or finding; `link` is a path of this portal.
    """
    if link and (not _LINK.fullmatch(link) or link.startswith("//")):
        raise WrongInput(
            "notices.link", "链接要是本站的地址。", "The link must be an address of this site."
        )
    mails = not is_quiet and people.mails_are_welcome(account)
    with transaction.atomic():
        row = Notice(
            account=account,
            kind=kind,
            key=key,
            title_zh=title.zh,
            title_en=title.en,
            body_zh=body.zh,
            body_en=body.en,
            link=link,
            mail=Notice.WAITING if mails else "",
        )
        Notice.objects.bulk_create([row], ignore_conflicts=bool(key))
        notice = Notice.objects.get(account=account, key=key) if key else row
        if notice.pk == row.pk and mails:
            outbox.put(EMAIL, f"{EMAIL}:{notice.pk}", {"notice": str(notice.pk)})
    return notice


def notify_speakers(
    organisation_id: object, *, kind: str, title: Text, body: Text, link: str, key: str
) -> None:
    """Tell everybody who speaks today for a firm the same news, each once by `key`."""
    for row in people.representatives():
        if row.organisation_id == organisation_id:
            notify(
                row.account,
                kind=kind,
                title=title,
                body=body,
                link=link,
                key=f"{key}:{row.account_id}"[:120],
            )


def mark_read(notice_id: uuid.UUID | str, *, by: Account) -> Notice:
    """Return one's own notice, read now or before; another's is not found."""
    notice = _notice(notice_id, account_id=by.pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(account: Account) -> int:
    """Return how many notices of the account were unread until now."""
    return Notice.objects.filter(account=account, read_at__isnull=True).update(
        read_at=timezone.now()
    )


def forget(account: Account) -> int:
    """Return how many notices were deleted: all of an account whose person is erased."""
    return Notice.objects.filter(account=account).delete()[0]


def forget_link(link: str, *, keep: Collection[int]) -> int:
    """Return how many notices that lead to `link` were deleted: all but those of `keep` accounts."""
    return Notice.objects.filter(link=link).exclude(account__in=keep).delete()[0]


def send_email(job: outbox.Job) -> str:
    """Return "sent", "refused" or "" (nothing to send any more), after one try by SMTP.

    The mail says only that there is news and where to sign in. Its Message-ID follows from the
    notice, so that a mail sent twice after a kill shows once. Raises Unavailable when the mail
    server is down or says "later": the outbox tries again.
    """
    notice = Notice.objects.select_related("account").filter(pk=job.payload["notice"]).first()
    if notice is None or not notice.account.email or not notice.account.is_active:
        return ""
    message = EmailMessage(
        subject=SUBJECT,
        body=BODY.format(url=settings.MINSHENG_BASE_URL),
        to=[notice.account.email],
        headers={"Message-ID": f"<{notice.pk}@minsheng>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            return Notice.REFUSED
        raise _no_mail() from error
    except (smtplib.SMTPException, OSError) as error:
        raise _no_mail() from error
    return Notice.SENT


def mark_mailed(job: outbox.Job, answer: str) -> None:
    """Write down how the mail went, in the transaction that completes the effect."""
    Notice.objects.filter(pk=job.payload["notice"]).update(mail=answer)


HANDLERS: Mapping[str, outbox.Handler] = {EMAIL: outbox.Outside(call=send_email, then=mark_mailed)}
"""What the worker runs for this app."""


def _notice(notice_id: uuid.UUID | str, *, account_id: int) -> Notice:
    try:
        return Notice.objects.get(pk=uuid.UUID(str(notice_id)), account_id=account_id)
    except (Notice.DoesNotExist, ValueError) as error:
        raise NotFound(
            "notices.unknown",
            "没有这条通知，回到通知列表看看。",
            "There is no such notice. Go back to the list of notices.",
        ) from error


def _no_mail() -> Unavailable:
    return Unavailable(
        "notices.mail_down",
        "邮件服务器没有接收，稍后自动再发。站内通知已经能看。",
        "The mail server did not take it; it is sent again by itself later. The notice can be read here already.",
    )
