"""Guessing, stealing and keeping sign-ins."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client, RequestFactory
from tests.factories import District

from minsheng.apps.audit.models import Entry
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.apps.people.actions import RegisterAnswer
from minsheng.apps.people.addresses import client_address
from minsheng.apps.people.models import Account, ProofTry
from minsheng.cli.demo import cast
from minsheng.engines.population.households import DEMO_PREFIX
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.identifiers import CitizenNumber, citizen_number

PASSWORD = cast.PASSWORD


def _sign_in(client: Client, username: str = "wangfang", password: str = PASSWORD, **more: Any):
    return client.post("/sign-in", {"username": username, "password": password}, **more)


def _is_in(client: Client) -> bool:
    return client.get("/mine").status_code == 200


def _newcomer() -> Account:
    return people.open_account("newcomer", PASSWORD, display="新来的", demo=True)


# ── sessions and tokens ─────────────────────────────────────────────────────────────────────────
def test_a_session_that_was_planted_is_not_the_one_signed_in(district: District):
    victim = Client()
    victim.get("/language?to=en")
    planted = victim.session
    planted["x"] = 1
    planted.save()
    victim.cookies["sessionid"] = planted.session_key
    _sign_in(victim)
    assert victim.cookies["sessionid"].value != planted.session_key
    attacker = Client()
    attacker.cookies["sessionid"] = planted.session_key
    assert not _is_in(attacker)


def test_a_stolen_session_ends_with_the_sign_out(district: District):
    client = Client()
    _sign_in(client)
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert _is_in(stolen)
    client.post("/sign-out")
    assert not _is_in(stolen)


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(district: District):
    client = Client()
    _sign_in(client)
    first = client.cookies["sessionid"].value
    _sign_in(client, "liqiang")
    assert not Session.objects.filter(session_key=first).exists()


def test_a_new_password_ends_every_session_and_token(district: District):
    client = Client()
    _sign_in(client)
    account = district.account("wangfang")
    secret, _ = people.issue_token(account)
    people.change_password(account, old=PASSWORD, new="另一个很长的密码 2026")
    assert not _is_in(client)
    assert reads.account_of_token(secret) is None


def test_a_closed_account_is_out_at_once(district: District):
    client = Client()
    _sign_in(client)
    secret, _ = people.issue_token(district.account("wangfang"))
    people.close_account(district.account("wangfang"), by="account:0")
    assert not _is_in(client)
    assert reads.account_of_token(secret) is None


def test_a_token_does_not_open_pages_and_is_not_read_from_the_address(district: District):
    token = district.token("wangfang")
    assert Client().get("/mine", headers={"Authorization": f"Bearer {token}"}).status_code == 302
    assert Client().get(f"/api/v1/me?token={token}").status_code == 401


def test_a_bad_token_does_not_fall_back_to_the_session(district: District):
    client = district.client("wangfang")
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer no"}).status_code == 401


def test_the_session_alone_changes_nothing_over_the_api(district: District):
    """Another site's form can send the cookie, but neither the token nor the header."""
    client = district.client("wangfang", enforce_csrf_checks=True)
    for kind in ("application/json", "text/plain"):
        answer = client.post("/api/v1/applications", json.dumps({"service": "newborn"}), kind)
        assert answer.status_code == 403


# ── guessing passwords ──────────────────────────────────────────────────────────────────────────
def test_portal_and_api_share_one_lock(district: District):
    client = Client()
    for _ in range(3):
        _sign_in(client, password="wrong wrong wrong")
    wrong = json.dumps({"username": "wangfang", "password": "wrong wrong wrong"})
    for _ in range(2):
        client.post("/api/v1/sessions", wrong, "application/json")
    assert _sign_in(client).status_code == 403
    right = json.dumps({"username": "wangfang", "password": PASSWORD})
    assert client.post("/api/v1/sessions", right, "application/json").status_code == 403


def test_the_lock_is_not_escaped_by_a_header(district: District):
    client = Client()
    for number in range(5):
        head = {"X-Forwarded-For": f"10.9.8.{number}", "X-Real-IP": f"10.9.8.{number}"}
        _sign_in(client, password="wrong wrong wrong", headers=head)
    assert _sign_in(client, headers={"X-Forwarded-For": "10.9.8.77"}).status_code == 403


def test_the_lock_is_not_escaped_by_the_many_addresses_of_one_line(district: District):
    client = Client()
    for number in range(5):
        _sign_in(client, password="wrong wrong wrong", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert _sign_in(client, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 403
    assert _sign_in(client, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_behind_our_proxy_nobody_locks_others_out(district: District, settings: Any):
    settings.MINSHENG_PROXIES = 1
    attacker, owner = Client(), Client()
    for _ in range(5):
        _sign_in(
            attacker,
            password="wrong wrong wrong",
            headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
        )
    assert _sign_in(owner, headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "1.2.3.4", "9.9.9.9", "9.9.9.9"),
        (1, "1.2.3.4, 5.6.7.8", "9.9.9.9", "5.6.7.8"),
        (2, "1.2.3.4, 5.6.7.8", "9.9.9.9", "1.2.3.4"),
        (2, "1.2.3.4", "9.9.9.9", "9.9.9.9"),
        (1, "nonsense", "9.9.9.9", "0.0.0.0"),
        (0, "", "", "0.0.0.0"),
        (0, "", "::ffff:9.9.9.9", "9.9.9.9"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_where_a_try_comes_from(
    settings: Any, proxies: int, forwarded: str, remote: str, address: str
):
    settings.MINSHENG_PROXIES = proxies
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)
    assert client_address(request) == address


def test_nobody_learns_which_names_exist(district: District):
    """Neither by words, nor by status, nor by the work that a password costs."""
    people.close_account(district.account("chenli"), by="account:0")
    said = {}
    for name in ("wangfang", "chenli", "nobody-at-all"):
        with mock.patch.object(
            hashers.get_hasher(), "encode", wraps=hashers.get_hasher().encode
        ) as encode:
            answer = _sign_in(Client(), name, "wrong wrong wrong")
        page = answer.content.decode().replace(name, "…")
        words = page[page.index("<main") : page.index("<aside")]
        plain = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", words)
        said[name] = (answer.status_code, encode.call_count, plain)
    assert len({status for status, _, _ in said.values()}) == 1
    assert len({plain for _, _, plain in said.values()}) == 1
    assert len({count for _, count, _ in said.values()}) == 1


# ── guessing whose number it is ─────────────────────────────────────────────────────────────────
def _says(name: str) -> Callable[[CitizenNumber], RegisterAnswer]:
    return lambda asked: RegisterAnswer(name, asked.birth)


def test_a_proved_account_asks_the_register_about_nobody_else(district: District):
    """Else it could try out, for ever, which name belongs to which number."""
    asked: list[CitizenNumber] = []

    def lookup(number: CitizenNumber) -> RegisterAnswer:
        asked.append(number)
        return RegisterAnswer("王芳", number.birth)

    with pytest.raises(Conflict):
        people.prove_by_register(district.account("liqiang"), cast.WANG_FANG.number, "王芳", lookup)
    assert asked == []


def test_a_right_guess_at_a_number_that_is_taken_costs_a_try(district: District):
    newcomer = _newcomer()
    for _ in range(5):
        with pytest.raises(Conflict):
            people.prove_by_register(newcomer, cast.LI_QIANG.number, "李强", _says("李强"))
    with pytest.raises(NotAllowed):
        people.prove_by_register(newcomer, cast.CHEN_LI.number, "陈立", _says("陈立"))


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_five_get_through():
    newcomer = _newcomer()
    number = citizen_number(DEMO_PREFIX, date(1990, 1, 1), 7)
    gate, asked = threading.Barrier(8), []

    def lookup(about: CitizenNumber) -> RegisterAnswer:
        asked.append(about)
        return RegisterAnswer("别人", about.birth)

    def attempt() -> None:
        try:
            gate.wait()
            people.prove_by_register(newcomer, number, "张三", lookup)
        except MinshengError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    assert len(asked) == 5
    assert ProofTry.objects.count() == 5


def test_a_clerk_who_tries_out_names_is_written_down(district: District):
    clerk, newcomer = district.account("zhaomin"), _newcomer()
    li = reads.person_by_number(cast.LI_QIANG.number)
    assert li is not None
    looks = Entry.objects.filter(stream="look", key=str(li.pk), kind="looked").order_by("seq")
    before = looks.count()
    for name in ("李一", "李二"):
        with pytest.raises(WrongInput):
            people.prove_by_clerk(newcomer, cast.LI_QIANG.number, clerk=clerk, name=name)
    looks = looks[before:]
    assert [entry.data["post"] for entry in looks] == ["hall.window", "hall.window"]
    assert {entry.data["purpose"] for entry in looks} == {"proof"}


@pytest.mark.parametrize("typed", ["\x00", "wang\x00fang", "x" * 100_000, "' OR 1=1 --", "%", "_"])
def test_an_impossible_name_at_the_counter_is_nobody(district: District, typed: str):
    answer = district.client("zhaomin").post(
        "/desk/counter", {"username": typed, "name": "李强", "number": cast.LI_QIANG.number}
    )
    assert answer.status_code == 422
