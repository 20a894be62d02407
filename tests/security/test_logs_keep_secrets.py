"""A log is read by people who may not know whose matter it is about."""

from __future__ import annotations

import io
import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import District, newborn

from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people.models import Account
from minsheng.cli.demo import cast
from minsheng.config.logs import PrivateFormatter, hidden
from minsheng.lib.errors import WrongInput

NUMBER = cast.WANG_FANG.number


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the handler of the settings writes, at any level."""
    out = io.StringIO()
    [handler] = [
        one for one in logging.getLogger().handlers if type(one.formatter) is PrivateFormatter
    ]
    monkeypatch.setattr(handler, "stream", out)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    return out


def test_the_settings_use_it():
    line = settings.LOGGING["formatters"]["line"]
    assert line["()"] == f"{PrivateFormatter.__module__}.{PrivateFormatter.__name__}"


@pytest.mark.parametrize(
    "secret",
    [
        NUMBER,
        NUMBER[:17] + "x",
        "110105491231002",
        "6222021234567890123",
        "13800001234",
        "ms_abcdefghijklmnop-QRSTUV_0123456789",
        "wang.fang@example.cn",
        "2026-K7Q4-XM2P-9TDH",
    ],
)
def test_what_belongs_to_a_person_is_left_out(secret: str):
    for line in (secret, f"Not Found: /verify/{secret}", f"“{secret}”，", f"key={secret}&x=1"):
        assert secret not in hidden(line)


@pytest.mark.parametrize(
    "line",
    [
        "case:12:household:1:certificate",
        "Not Found: /mine/cases/2026-000123",
        "2026-11-22 23:19:57,005 WARNING outbox: failed, attempt 3",
        "a1:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "/apply/9318253b-8fa3-45a8-9220-f33c96c0cc21/steps/child",
    ],
)
def test_what_an_operator_needs_stays(line: str):
    assert hidden(line) == line


@given(st.text(), st.text())
def test_a_citizen_number_never_gets_through(before: str, after: str):
    assert NUMBER not in hidden(f"{before} {NUMBER} {after}")


def test_a_message_is_one_line_whatever_is_in_it():
    formatter = PrivateFormatter("{message}", style="{")
    record = logging.LogRecord("x", 30, "x.py", 1, "%s failed", ("/a\nERROR forged\r",), None)
    assert formatter.format(record) == "/a\\nERROR forged\\r failed"


def test_a_number_typed_into_an_address_is_not_logged(db: None, lines: io.StringIO):
    Client().get(f"/verify/{NUMBER}")
    Client().get("/verify", {"number": NUMBER}, follow=True)
    Client().get(f"/nowhere/{NUMBER}/x%0aERROR")
    assert "/verify/" in lines.getvalue()
    assert NUMBER not in lines.getvalue()
    assert "\nERROR" not in lines.getvalue()


def test_the_row_that_a_database_refuses_is_not_logged(db: None, lines: io.StringIO):
    row = {"username": "wangfang@example.cn", "display": "王芳"}
    Account.objects.create(**row)
    try:
        with transaction.atomic():
            Account.objects.create(**row)
    except IntegrityError:
        logging.getLogger("minsheng").exception("failed")
    assert "IntegrityError" in lines.getvalue()
    assert "wangfang@example.cn" not in lines.getvalue()
    assert "王芳" not in lines.getvalue()


@pytest.mark.django_db(transaction=True)
def test_what_a_handler_stumbles_over_is_not_logged(lines: io.StringIO):
    def handler(job: outbox.Job) -> None:
        raise WrongInput("wrong", "号码不对", f"the number {NUMBER} is wrong")

    from django.utils import timezone

    outbox.put("x", "x:1", {})
    outbox.run_due({"x": handler}, now=timezone.now(), worker="w")
    assert "x:1 failed" in lines.getvalue()
    assert NUMBER not in lines.getvalue()


def test_a_whole_story_leaves_nothing_personal_in_the_log(
    district: District, lines: io.StringIO, settings: Any
):
    token = district.token("wangfang")
    story = newborn(district, until="rated")
    client = district.client("wangfang")
    client.post("/mine/identity", {"number": NUMBER, "name": "王芳"})
    client.post("/sign-in", {"username": "wangfang", "password": "a wrong password"})
    client.get(f"/mine/cases/{story.number}")
    client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    client.get("/api/v1/cases/2026-999999", headers={"Authorization": f"Bearer {token}"})
    said = lines.getvalue()
    assert said
    secrets = [NUMBER, cast.CHEN_LI.number, "13800001234", "王芳", "陈立", "陈予珺", token,
               "a wrong password", settings.MINSHENG_REGISTERS_TOKEN]  # fmt: skip
    assert [secret for secret in secrets if secret in said] == []
