"""Secrets for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from minsheng.apps.people import actions, reads
from minsheng.apps.people.models import Account, Token
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput


def test_a_token_stands_for_its_account_and_its_secret_is_not_stored(wang: Account):
    secret, token = actions.issue_token(wang, label="手机")
    assert reads.account_of_token(secret) == wang
    assert len(secret) >= 43
    assert secret not in repr(Token.objects.values().get())
    assert list(reads.tokens_of(wang)) == [token]


def test_two_tokens_differ(wang: Account):
    assert actions.issue_token(wang)[0] != actions.issue_token(wang)[0]


def test_a_wrong_secret_stands_for_nobody(wang: Account):
    secret, token = actions.issue_token(wang)
    for wrong in ("", "ms_", secret[:-1], secret + "x", secret.upper(), token.digest):
        assert reads.account_of_token(wrong) is None


def test_a_token_ends_on_its_day(wang: Account):
    ends = timezone.now() + timedelta(hours=1)
    secret, _ = actions.issue_token(wang, expires=ends)
    assert reads.account_of_token(secret, now=ends - timedelta(seconds=1)) == wang
    assert reads.account_of_token(secret, now=ends) is None


def test_a_revoked_token_is_refused_at_once_and_a_stranger_cannot_revoke(
    wang: Account, li: Account
):
    secret, token = actions.issue_token(wang)
    with pytest.raises(NotFound):
        actions.revoke_token(token.pk, by=li)
    assert reads.account_of_token(secret) == wang
    actions.revoke_token(token.pk, by=wang)
    actions.revoke_token(token.pk, by=wang)
    assert reads.account_of_token(secret) is None


def test_closing_the_account_ends_its_tokens(wang: Account):
    secret, _ = actions.issue_token(wang)
    actions.close_account(wang, by="account:9")
    assert reads.account_of_token(secret) is None
    wang.refresh_from_db()
    with pytest.raises(NotAllowed):
        actions.issue_token(wang)


def test_a_token_can_not_end_before_it_begins(wang: Account):
    with pytest.raises(WrongInput):
        actions.issue_token(wang, expires=timezone.now() - timedelta(minutes=1))


def test_a_token_made_under_one_suite_is_known_under_the_other(wang: Account):
    with override_settings(MINSHENG_SUITE="s1"):
        secret, token = actions.issue_token(wang)
    assert token.digest.startswith("s1:")
    assert reads.account_of_token(secret) == wang
