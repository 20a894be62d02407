"""Mails go out through the outbox, over a real socket, and say nothing personal."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.apps.notices.smtp_server import MailServer, running_mail_server

from minsheng.apps.notices import actions
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as mail:
        with override_settings(
            EMAIL_BACKEND=SMTP,
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=mail.port,
            MINSHENG_BASE_URL="https://minsheng.example.cn",
        ):
            yield mail


@pytest.fixture
def wang(db: None) -> Account:
    return people.open_account("wangfang", "minsheng-demo", email="wang@example.cn", demo=True)


@pytest.fixture
def notice(wang: Account) -> Notice:
    return actions.notify(
        wang,
        kind="case.item_done",
        title=Text("陈小满的出生医学证明办好了", "Chen Xiaoman's birth certificate is ready"),
        body=Text("编号 5009。", "Number 5009."),
        link="/cases/7",
    )


def work(*, later: timedelta = timedelta()) -> int:
    return outbox.run_due(actions.HANDLERS, now=timezone.now() + later, worker="test")


def test_a_mail_is_sent_to_the_account_s_address(notice: Notice, server: MailServer):
    assert work() == 1
    (raw,) = server.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["To"] == "wang@example.cn"
    assert mail["Subject"].strip() == actions.SUBJECT
    text = mail.get_content()
    assert "您的案卷有新进展，请登录查看" in text
    assert "https://minsheng.example.cn" in text
    notice.refresh_from_db()
    assert notice.mail == "sent"


def test_a_mail_says_nothing_about_the_matter_or_the_person(notice: Notice, server: MailServer):
    work()
    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    said = f"{mail.as_string()} {mail.get_content()} {mail['Subject']}"
    for personal in ("陈小满", "Xiaoman", "5009", "/cases/7", "wangfang", "出生"):
        assert personal not in said


def test_a_mail_is_sent_once_however_often_the_worker_runs(notice: Notice, server: MailServer):
    assert (work(), work()) == (1, 0)
    assert len(server.mails) == 1


def test_a_mail_sent_twice_after_a_kill_carries_the_same_message_id(
    notice: Notice, server: MailServer
):
    job = outbox.Job(1, "notice.email", "k", {"notice": str(notice.pk)}, 1, 1, "w")
    actions.send_email(job)
    actions.send_email(job)
    ids = {email.message_from_bytes(raw)["Message-ID"] for raw in server.mails}
    assert ids == {f"<{notice.pk}@minsheng>"}


def test_while_the_mail_server_is_down_the_mail_waits_and_then_goes(
    notice: Notice, server: MailServer
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    with override_settings(EMAIL_PORT=closed):
        assert work() == 0
    effect = Effect.objects.get()
    assert (effect.state, effect.last_error_code) == ("waiting", "notices.mail_down")
    assert work(later=timedelta(hours=2)) == 1
    assert len(server.mails) == 1


def test_a_server_that_says_later_is_asked_again(notice: Notice, server: MailServer):
    server.answer_to_recipient = "451 try later"
    assert work() == 0
    server.answer_to_recipient = "250 ok"
    server.answer_to_data = "452 disk full"
    assert work(later=timedelta(hours=2)) == 0
    server.answer_to_data = "250 taken"
    assert work(later=timedelta(hours=9)) == 1


def test_an_address_that_does_not_exist_is_given_up_and_shown(notice: Notice, server: MailServer):
    server.answer_to_recipient = "550 no such user"
    assert work() == 1
    notice.refresh_from_db()
    assert notice.mail == "refused"
    assert Effect.objects.get().state == "done"


def test_a_closed_account_and_a_deleted_notice_get_no_mail(
    wang: Account, notice: Notice, server: MailServer
):
    people.close_account(wang, by="account:9")
    assert work() == 1
    assert server.mails == server.recipients == []
    notice.refresh_from_db()
    assert notice.mail == ""
    actions.forget(wang)
    Effect.objects.update(state="waiting", done_at=None)
    assert work(later=timedelta(hours=2)) == 1
    assert server.recipients == []
