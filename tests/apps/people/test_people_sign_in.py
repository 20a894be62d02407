"""Signing in, the lock against guessing, and passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import RequestFactory, override_settings
from tests.apps.people.people_cast import PASSWORD

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions, reads
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput


def request(address: str = "10.0.0.1"):
    made = RequestFactory().post("/sign-in", REMOTE_ADDR=address)
    SessionMiddleware(lambda r: None).process_request(made)
    made.user = AnonymousUser()
    return made


@pytest.fixture
def account() -> Account:
    return actions.open_account("wangfang", PASSWORD, display="王芳", demo=True)


def fail(times: int, *, username: str = "wangfang", address: str = "10.0.0.1") -> list[str]:
    codes = []
    for _ in range(times):
        with pytest.raises((WrongInput, NotAllowed)) as told:
            actions.sign_in(request(address), username, "not the password")
        codes.append(told.value.code)
    return codes


def test_the_right_password_signs_in(account: Account):
    asked = request()
    assert actions.sign_in(asked, "wangfang", PASSWORD) == account
    assert asked.session[SESSION_KEY] == str(account.pk)
    kinds = [entry.kind for entry in audit_reads.history("account", str(account.pk))]
    assert kinds == ["opened", "signed_in"]


def test_a_name_is_the_same_in_capitals_and_full_width(account: Account):
    for typed in ("WangFang", " wangfang ", "ｗａｎｇｆａｎｇ"):
        assert actions.sign_in(request(), typed, PASSWORD) == account
    assert reads.account_by_username("WANGFANG") == account


def test_a_wrong_password_and_an_unknown_name_are_told_alike(account: Account):
    said = []
    for name in ("wangfang", "nobody"):
        with pytest.raises(WrongInput) as told:
            actions.sign_in(request(), name, "not the password")
        said.append((told.value.code, told.value.zh, told.value.en))
    assert said[0] == said[1]
    assert "还能试 4 次" in said[0][1]
    assert "4 tries left" in said[0][2]


def test_while_locked_the_right_password_is_refused_too(account: Account):
    assert fail(5) == ["people.wrong_password"] * 4 + ["people.locked"]
    asked = request()
    with pytest.raises(NotAllowed) as told:
        actions.sign_in(asked, "wangfang", PASSWORD)
    assert told.value.code == "people.locked"
    assert SESSION_KEY not in asked.session
    assert not asked.axes_locked_out


def test_the_lock_is_not_escaped_by_writing_the_name_differently(account: Account):
    fail(5)
    for typed in ("WANGFANG", "ｗａｎｇｆａｎｇ", " wangfang"):
        with pytest.raises(NotAllowed):
            actions.sign_in(request(), typed, PASSWORD)


def test_the_lock_holds_for_one_name_and_address_only(account: Account):
    other = actions.open_account("liqiang", PASSWORD, demo=True)
    fail(5)
    assert actions.sign_in(request("10.0.0.2"), "wangfang", PASSWORD) == account
    assert actions.sign_in(request(), "liqiang", PASSWORD) == other


def test_after_the_lock_has_run_out_the_right_password_signs_in(account: Account):
    fail(5)
    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.first().attempt_time - timedelta(hours=1, minutes=1)
    )
    assert actions.sign_in(request(), "wangfang", PASSWORD) == account


def test_signing_in_starts_the_count_anew(account: Account):
    fail(3)
    actions.sign_in(request(), "wangfang", PASSWORD)
    assert fail(4) == ["people.wrong_password"] * 4


def test_a_typed_password_is_kept_nowhere(account: Account):
    with pytest.raises(WrongInput):
        actions.sign_in(request(), "wangfang", "Secret-Typed-Here")
    attempt = AccessAttempt.objects.get()
    assert "Secret-Typed-Here" not in repr(attempt.__dict__)


@pytest.mark.parametrize("name", ["", "x" * 61, "a\x00b", "x" * 100_000])
def test_impossible_names_are_refused_without_a_fault(name):
    with pytest.raises(WrongInput):
        actions.sign_in(request(), name, PASSWORD)


def test_an_endless_password_is_refused_before_it_is_hashed(account: Account):
    with pytest.raises(WrongInput):
        actions.sign_in(request(), "wangfang", "x" * 1_000_000)


def test_a_closed_account_does_not_sign_in(account: Account):
    actions.close_account(account, by="account:9")
    with pytest.raises(WrongInput):
        actions.sign_in(request(), "wangfang", PASSWORD)


def test_signing_out_empties_the_session(account: Account):
    asked = request()
    actions.sign_in(asked, "wangfang", PASSWORD)
    asked.session["draft"] = "x"
    actions.sign_out(asked)
    assert SESSION_KEY not in asked.session
    assert "draft" not in asked.session


@pytest.mark.parametrize("weak", ["short", "1234567890", "password123", "", "x" * 300])
def test_a_weak_password_is_refused(weak):
    with pytest.raises(WrongInput) as told:
        actions.open_account("liqiang", weak)
    assert told.value.field == "password"
    assert not Account.objects.exists()


@pytest.mark.parametrize("name", ["", "a", "=cmd()", "wang fang", "~erased-1", "x" * 61, "a\x00b"])
def test_an_unusable_name_is_refused(name):
    with pytest.raises(WrongInput) as told:
        actions.open_account(name, PASSWORD)
    assert told.value.field == "username"


def test_a_name_is_given_once_whatever_its_case(account: Account):
    with pytest.raises(Conflict):
        actions.open_account("WANGFANG", PASSWORD)


def test_a_name_may_be_chinese():
    assert actions.open_account("王芳", PASSWORD).username == "王芳"


def test_changing_the_password_needs_the_old_one_and_a_good_new_one(account: Account):
    with pytest.raises(WrongInput):
        actions.change_password(account, old="wrong", new="another-long-one")
    with pytest.raises(WrongInput):
        actions.change_password(account, old=PASSWORD, new="short")
    actions.change_password(account, old=PASSWORD, new="another-long-one")
    assert actions.sign_in(request(), "wangfang", "another-long-one") == account


def test_an_incomplete_mail_address_is_refused(account: Account):
    for wrong in ("wang", "wang@", "wang@example.cn\nBcc: x@example.cn"):
        with pytest.raises(WrongInput):
            actions.set_address(account, email=wrong)
    assert actions.set_address(account, email="wang@example.cn").email == "wang@example.cn"
    assert actions.set_address(account, email="").email == ""


@override_settings(AXES_FAILURE_LIMIT=2)
def test_the_number_of_tries_is_a_setting(account: Account):
    assert fail(2) == ["people.wrong_password", "people.locked"]


def test_accounts_share_a_hash_in_a_demonstration_alone(db):
    """Its password is published; everybody else's is salted for them alone."""
    make = Account.objects.create_account
    one, other = (make(name, "minsheng-demo", demo=True) for name in ("one", "other"))
    assert one.password == other.password
    assert one.check_password("minsheng-demo")
    mine, yours = (make(name, "minsheng-demo") for name in ("mine", "yours"))
    assert len({mine.password, yours.password, one.password}) == 3
    one.set_password("a-password-of-my-own")
    assert other.check_password("minsheng-demo")
