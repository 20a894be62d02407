"""What an account is told, in the portal."""

from __future__ import annotations

import pytest
from django.db import transaction

from minsheng.apps.notices import actions, reads
from minsheng.apps.notices.models import Notice
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import actions as people
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text

TITLE = Text("出生医学证明办好了", "The birth certificate is ready")
BODY = Text("到“我的”里查看。", "See it under “Mine”.")


@pytest.fixture
def wang(db: None) -> Account:
    return people.open_account("wangfang", "minsheng-demo", email="wang@example.cn", demo=True)


@pytest.fixture
def li(db: None) -> Account:
    return people.open_account("liqiang", "minsheng-demo", demo=True)


def tell(account: Account, **more: str) -> Notice:
    return actions.notify(account, kind="case.item_done", title=TITLE, body=BODY, **more)


def test_a_notice_is_read_by_whom_it_is_for_and_by_nobody_else(wang: Account, li: Account):
    notice = tell(wang, link="/cases/7")
    assert reads.notices_of(wang) == [notice]
    assert reads.unread_of(li) == []
    with pytest.raises(NotFound):
        actions.mark_read(notice.pk, by=li)
    assert reads.unread_count(wang) == 1
    read = actions.mark_read(str(notice.pk), by=wang)
    assert actions.mark_read(notice.pk, by=wang).read_at == read.read_at
    assert reads.unread_count(wang) == 0
    assert (notice.title, notice.body) == (TITLE, BODY)


def test_a_malformed_notice_id_is_not_found(wang: Account):
    with pytest.raises(NotFound):
        actions.mark_read("7", by=wang)


def test_the_newest_notice_comes_first(wang: Account):
    first, second = tell(wang), tell(wang)
    assert reads.notices_of(wang) == [second, first]
    assert reads.notices_of(wang, limit=1) == [second]
    assert actions.mark_all_read(wang) == 2
    assert reads.unread_of(wang) == []


def test_the_same_news_is_told_once(wang: Account):
    first = tell(wang, key="case:7:item_done:birth")
    assert tell(wang, key="case:7:item_done:birth") == first
    assert Notice.objects.count() == 1
    assert Effect.objects.count() == 1


def test_one_key_never_tells_somebody_else_s_news(wang: Account, li: Account):
    mine, other = tell(wang, key="case:7:done"), tell(li, key="case:7:done")
    assert (mine.account, other.account) == (wang, li)


def test_nothing_personal_stands_in_the_outbox(wang: Account):
    notice = tell(wang, link="/cases/7")
    effect = Effect.objects.get()
    assert effect.kind == "notice.email"
    assert effect.payload == {"notice": str(notice.pk)}
    assert "wang" not in f"{effect.key} {effect.payload}"


def test_without_an_address_nothing_is_mailed(li: Account):
    assert tell(li).mail == ""
    assert not Effect.objects.exists()


def test_what_is_rolled_back_is_neither_told_nor_mailed(wang: Account):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(wang)
        raise RuntimeError
    assert not Notice.objects.exists()
    assert not Effect.objects.exists()


@pytest.mark.parametrize(
    "link", ["https://evil.example", "//evil.example", "javascript:x", "/a\nb", "a", "/\\evil"]
)
def test_a_link_leads_to_this_portal_only(wang: Account, link: str):
    with pytest.raises(WrongInput):
        tell(wang, link=link)


def test_what_an_erased_account_was_told_can_be_forgotten(wang: Account, li: Account):
    tell(wang)
    tell(li)
    assert actions.forget(wang) == 1
    assert Notice.objects.count() == 1
