"""The decision on paper in both languages, and objecting to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone
from tests.apps.grants.story import FLEXIBLE, claimed, fill_pot, paid, running
from tests.apps.grants.test_all_policies import approved as approved_of

from minsheng.apps.grants import actions, printed, reads
from minsheng.apps.grants.models import Grant
from minsheng.apps.records import signing
from minsheng.apps.records.certificates.sign import check_signature
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    whole = "".join(page.get_textpage().get_text_range() for page in pages)
    return whole.replace("\r\n", " ").replace("\n", " ")


def refused(district: Any) -> Grant:
    grant = claimed(district)
    return actions.refuse(grant.pk, "登记库里还没有缴费", by=district.account("tangli"))


def test_the_decision_says_what_why_from_which_facts_and_how_to_object(district: Any) -> None:
    paid(district)
    grant = Grant.objects.get()
    me = district.account("qinsu")
    for language, expected in (
        ("zh", ("灵活就业社保补贴", "正在享受", "900.00 元", "社保库", "三分之二", "[M]", "不同意怎么办", "600.00", "本区的设置")),
        ("en", ("Social insurance subsidy", "Running", "900.00 yuan", "Numbers used", "If you don", "600.00", "own setting")),
    ):  # fmt: skip
        pdf = printed.own_sheet(grant.pk, account=me, language=language)
        text = words_of(pdf)
        for words in expected:
            assert words in text, (words, text)
        assert str(timezone.localdate() + timedelta(days=60)) in text
        assert check_signature(pdf, [signing.authority().root]).holds
        spoilt = pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]
        assert not check_signature(spoilt, [signing.authority().root]).holds


def test_a_refusal_and_a_registration_are_printed_too(district: Any) -> None:
    grant = refused(district)
    text = words_of(printed.own_sheet(grant.pk, account=district.account("qinsu"), language="zh"))
    assert "登记库里还没有缴费" in text
    assert "不予通过" in text
    registered = approved_of(district, "jobless-registration")
    text = words_of(
        printed.desk_sheet(registered.pk, account=district.account("tangli"), language="zh")
    )
    assert "失业登记" in text
    assert "在生效" in text


def test_before_it_is_settled_and_for_strangers_there_is_no_sheet(district: Any) -> None:
    grant = claimed(district)
    with pytest.raises(NotFound):
        printed.own_sheet(grant.pk, account=district.account("qinsu"), language="zh")
    actions.refuse(grant.pk, "没有缴费", by=district.account("tangli"))
    for username in ("liqiang", "duanlin", "dengyan"):
        for path in (f"/mine/grants/{grant.pk}/sheet.pdf", f"/desk/grants/{grant.pk}/sheet.pdf"):
            assert district.client(username).get(path).status_code in (302, 403, 404)
    answer = district.client("qinsu").get(f"/mine/grants/{grant.pk}/sheet.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert district.client("tangli").get(f"/desk/grants/{grant.pk}/sheet.pdf").status_code == 200


def test_who_did_not_settle_it_looks_again_and_begins_it_anew(district: Any) -> None:
    grant = refused(district)
    me, mine = district.client("qinsu"), f"/mine/grants/{grant.pk}"
    assert "不同意，" in me.get(mine).content.decode()
    assert me.post(mine, {"act": "object", "objection": " "}).status_code == 422
    assert me.post(mine, {"act": "object", "objection": "上周补缴了"}).status_code == 302
    with pytest.raises(Conflict):
        actions.object_to(grant.pk, "再说一次", by=district.account("qinsu"))
    with pytest.raises(NotAllowed):
        actions.answer_objection(grant.pk, "不行", reopen=True, by=district.account("tangli"))
    for username in ("liqiang", "duanlin", "dengyan"):
        with pytest.raises(NotAllowed):
            actions.answer_objection(grant.pk, "x", reopen=True, by=district.account(username))
    second, desk = district.client("jinyue"), f"/desk/grants/{grant.pk}"
    assert any(one.waits for one in reads.desk(district.account("jinyue")))
    assert "上周补缴了" in second.get(desk).content.decode()
    assert second.post(desk, {"act": "reopen", "answer": "查到了，重新办"}).status_code == 302
    assert "查到了，重新办" in me.get(mine).content.decode()
    fill_pot(district)
    actions.decide(grant.pk, by=district.account("tangli"))
    assert actions.approve(grant.pk, by=district.account("jinyue")).state == "running"


def test_what_is_upheld_is_answered_once(district: Any) -> None:
    grant = refused(district)
    actions.object_to(grant.pk, "上周补缴了", by=district.account("qinsu"))
    with pytest.raises(WrongInput):
        actions.answer_objection(grant.pk, "", reopen=False, by=district.account("jinyue"))
    actions.answer_objection(grant.pk, "还没有到账", reopen=False, by=district.account("jinyue"))
    with pytest.raises(Conflict):
        actions.answer_objection(grant.pk, "又", reopen=True, by=district.account("jinyue"))
    assert Grant.objects.get().state == "refused"


def test_after_the_days_and_for_somebody_elses_it_is_too_late(district: Any) -> None:
    grant = refused(district)
    with pytest.raises(NotFound):
        actions.object_to(grant.pk, "我也不同意", by=district.account("liqiang"))
    Grant.objects.update(settled_on=timezone.localdate() - timedelta(days=61))
    with pytest.raises(Conflict) as late:
        actions.object_to(grant.pk, "晚了", by=district.account("qinsu"))
    assert late.value.code == "grants.object_late"
    assert "object" not in reads.own_view(grant.pk, account=district.account("qinsu")).may


def test_the_page_says_what_comes_next(district: Any) -> None:
    grant = running(district)
    me = district.account("qinsu")
    assert "等财政局做下一批" in reads.own_view(grant.pk, account=me).next.zh
    from minsheng.apps.payouts import actions as payouts

    today = timezone.localdate()
    payouts.make_batch(FLEXIBLE, by=district.account("duanlin"), pay_on=today)
    assert reads.own_view(grant.pk, account=me).next.zh == f"{today} 银行付款"
    page = district.client("qinsu").get(f"/mine/grants/{grant.pk}").content.decode()
    assert "下一步" in page
    assert "下载签名的 PDF" in page
