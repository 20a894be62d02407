"""Vouchers: asked for, issued, reserved, used, paid; and their money in the accounts at every step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.vouchers.vouchers_of import (
    HEAD,
    LAB,
    OWNER,
    WORDS,
    asked,
    firm,
    issued,
    opened,
    provider,
    reserved,
    used,
)

from minsheng.apps.accounts import reads as books
from minsheng.apps.audit import reads as audit
from minsheng.apps.notices.models import Notice
from minsheng.apps.vouchers import actions, reads
from minsheng.apps.vouchers.models import Voucher
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

POOL = 800_000_000


def money(district) -> tuple[int, int, int]:
    """What is free, promised and paid; the books are whole."""
    found = reads.pool("innovation", district.today.year)
    assert books.verify(found.scheme.unit(found.year)).is_whole
    assert found.free_fen + found.held_fen + found.paid_fen == found.total_fen == POOL
    return found.free_fen, found.held_fen, found.paid_fen


def test_from_asking_to_payment_with_the_money_at_every_step(district):
    opened(district)
    assert money(district) == (POOL, 0, 0)
    row = used(district)  # 50,000 yuan asked, a contract of 80,000: the half of it is paid
    assert (row.state, row.amount_fen) == ("used", 4_000_000)
    assert money(district) == (POOL - 4_000_000, 4_000_000, 0)
    actions.redeem(row.pk, by=district.account("fanhua"))
    assert money(district) == (POOL - 4_000_000, 0, 4_000_000)
    kinds = [entry.kind.removeprefix("voucher.") for entry in audit.history("voucher", str(row.pk))]
    assert kinds == ["asked", "issued", "reserved", "used", "redeemed"]
    assert WORDS not in str([entry.data for entry in audit.history("voucher", str(row.pk))])
    with pytest.raises(Conflict):
        actions.redeem(row.pk, by=district.account("fanhua"))
    told = Notice.objects.filter(account=district.account("huangyi"), kind="voucher")
    assert [one.title_zh for one in told.order_by("created_at")][-1] == "创新券：兑付了"


def test_what_does_not_come_to_payment_gives_its_money_back(district):
    opened(district)
    owner, issuer = district.account("huangyi"), district.account("yuelan")
    actions.refuse(asked(district).pk, "用途不清楚。", by=issuer)
    actions.give_up(asked(district).pk, by=owner)
    actions.give_up(reserved(district).pk, by=owner)
    late = issued(district)
    assert late.until is not None
    assert actions.expire(late.until) == 0
    assert actions.expire(late.until + timedelta(days=1)) == 1
    assert {row.state for row in Voucher.objects.all()} == {"refused", "returned", "expired"}
    assert money(district) == (POOL, 0, 0)


def test_a_firm_never_asks_for_more_than_its_cap(district):
    opened(district)
    asked(district, 15_000_000)
    with pytest.raises(WrongInput) as wrong:
        asked(district, 5_000_001)
    assert "50,000.00 元" in wrong.value.zh and wrong.value.field == "amount"
    with pytest.raises(WrongInput):
        asked(district, 0)
    actions.refuse(asked(district, 5_000_000).pk, "再说", by=district.account("yuelan"))
    asked(district, 5_000_000)


def test_without_a_pool_nothing_is_asked_for_and_it_opens_once(district):
    with pytest.raises(Conflict):
        asked(district)
    opened(district)
    actions.open_pool("innovation", district.today.year, by=district.account("fanhua"))
    assert money(district) == (POOL, 0, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"head": HEAD}, "法定代表人相同"),
        ({"owners": OWNER}, "有共同的股东"),
        ({"head": OWNER}, "一方的法定代表人是另一方的股东"),
    ],
)
def test_nothing_is_bought_from_a_related_party(district, changes, said):
    opened(district)
    row = issued(district)
    provider(district, **changes)
    with pytest.raises(Conflict) as refused:
        actions.reserve_for(
            row.pk, provider=LAB, contract_fen=100, contract="合同", by=district.account("huangyi")
        )
    assert said in refused.value.zh
    assert money(district) == (POOL - 5_000_000, 5_000_000, 0)


def test_only_listed_providers_and_only_for_their_uses(district):
    opened(district)
    row, owner = issued(district), district.account("huangyi")
    listed = provider(district, uses=["patent"])
    for code in (LAB, "91500000MA0DEMLAB9"):
        with pytest.raises(WrongInput) as wrong:
            actions.reserve_for(row.pk, provider=code, contract_fen=9, contract="合同", by=owner)
        assert wrong.value.field == "provider"
    provider(district)
    actions.end_provider("innovation", listed.pk, "不做了", by=district.account("yuelan"))
    with pytest.raises(WrongInput):
        actions.reserve_for(row.pk, provider=LAB, contract_fen=9, contract="合同", by=owner)


def test_who_owns_the_firm_is_said_before_a_contract(district):
    opened(district)
    row = actions.issue(asked(district).pk, by=district.account("yuelan"))
    with pytest.raises(Conflict) as refused:
        actions.reserve_for(
            row.pk, provider=LAB, contract_fen=9, contract="合同", by=district.account("huangyi")
        )
    assert "先填法定代表人" in refused.value.zh
    with pytest.raises(WrongInput) as wrong:
        actions.declare_ownership(
            firm(district).credit_code, HEAD, "张三", by=district.account("huangyi")
        )
    assert wrong.value.field == "owners"


def test_a_proof_is_sent_back_and_comes_again(district):
    opened(district)
    row, head = used(district), district.account("fanhua")
    actions.send_back(row.pk, "缺发票。", by=head)
    assert reads.own_voucher(row.pk, account=district.account("huangyi")).why == "缺发票。"
    actions.prove(row.pk, "报告和发票", by=district.account("huangyi"))
    actions.redeem(row.pk, by=head)
    assert money(district)[2] == 4_000_000


def test_strangers_and_wrong_posts_do_nothing(district):
    opened(district)
    row = used(district)
    for name in ("liqiang", "zhaomin", "fanhua"):
        with pytest.raises(NotFound):
            actions.give_up(row.pk, by=district.account(name))
        with pytest.raises(NotFound):
            reads.own_voucher(row.pk, account=district.account(name))
    for name in ("huangyi", "liqiang", "yuelan", "sunwei"):
        with pytest.raises(NotAllowed):
            actions.redeem(row.pk, by=district.account(name))
    for name in ("huangyi", "fanhua", "sunwei"):
        with pytest.raises(NotAllowed):
            actions.issue(row.pk, by=district.account(name))
    with pytest.raises(NotAllowed):
        actions.ask(
            "innovation", code=firm(district).credit_code, use="research", amount_fen=5,
            words="要", by=district.account("liqiang"),
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        reads.desk(district.account("sunwei"))


def test_words_are_sealed_and_the_database_wants_two_persons(district):
    opened(district)
    row = used(district)
    stored = Voucher.objects.get()
    assert WORDS not in stored.words and "发票" not in stored.proof
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=row.pk).update(
            state="redeemed", step="", redeemed_by=district.account("yuelan")
        )
