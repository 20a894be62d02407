"""Vouchers in pages: asked for, issued, used, paid; mistakes stand at their field."""

from __future__ import annotations

from tests.apps.vouchers.rechecks_of import paid
from tests.apps.vouchers.vouchers_of import HEAD, LAB, OWNER, WORDS, opened, provider

from minsheng.apps.vouchers.models import Provider, Recheck, Voucher


def test_from_the_empty_list_to_payment(district):
    owner, issuer, head = (district.client(one) for one in ("huangyi", "yuelan", "fanhua"))
    assert "还没有开放" in owner.get("/firm/vouchers").content.decode()
    assert "开放今年的总额" in head.get("/desk/vouchers").content.decode()
    head.post("/desk/vouchers", {"act": "open", "scheme": "innovation"})
    provider(district)
    asked = {
        "act": "ask",
        "scheme": "innovation",
        "use": "research",
        "amount": "50,000",
        "words": WORDS,
    }
    wrong = owner.post("/firm/vouchers", asked | {"amount": "200000.01"})
    assert wrong.status_code == 422 and WORDS in wrong.content.decode()
    at = owner.post("/firm/vouchers", asked).url
    pk = str(Voucher.objects.get().pk)
    assert at == f"/firm/vouchers/{pk}"
    assert WORDS in issuer.get("/desk/vouchers").content.decode()
    issuer.post("/desk/vouchers", {"act": "issue", "voucher": pk})
    contract = {"act": "reserve", "provider": LAB, "contract_yuan": "80000", "contract": "3 号合同"}
    first = owner.post(at, contract)
    assert first.status_code == 409 and "先填法定代表人" in first.content.decode()
    owner.post("/firm/vouchers", {"act": "own", "head": HEAD, "owners": OWNER})
    assert owner.post(at, contract).status_code == 302
    owner.post(at, {"act": "prove", "proof": "试验报告和发票"})
    assert "试验报告和发票" in head.get("/desk/vouchers").content.decode()
    back = head.post("/desk/vouchers", {"act": "send_back", "voucher": pk, "why": " "})
    assert back.status_code == 422 and f'href="#why-{pk}"' in back.content.decode()
    head.post("/desk/vouchers", {"act": "redeem", "voucher": pk})
    assert "兑付了" in owner.get(at).content.decode()
    assert "40,000.00" in owner.get(at).content.decode()


def test_a_related_provider_is_refused_with_the_tie_named(district):
    opened(district)
    provider(district, head=HEAD)
    owner = district.client("huangyi")
    asked = {
        "act": "ask",
        "scheme": "innovation",
        "use": "research",
        "amount": "100",
        "words": WORDS,
    }
    at = owner.post("/firm/vouchers", asked).url
    pk = str(Voucher.objects.get().pk)
    district.client("yuelan").post("/desk/vouchers", {"act": "issue", "voucher": pk})
    owner.post("/firm/vouchers", {"act": "own", "head": HEAD, "owners": ""})
    sent = owner.post(
        at, {"act": "reserve", "provider": LAB, "contract_yuan": "80", "contract": "合同"}
    )
    assert sent.status_code == 409 and "法定代表人相同" in sent.content.decode()


def test_the_list_of_providers_is_kept_by_who_issues(district):
    issuer, head = district.client("yuelan"), district.client("fanhua")
    new = {
        "act": "list", "scheme": "innovation", "credit_code": LAB, "name": "云桥检测（演示）",
        "uses": ["research", "patent"], "head": HEAD, "owners": "",
    }  # fmt: skip
    assert issuer.post("/desk/vouchers", new | {"head": "1"}).status_code == 422
    assert issuer.post("/desk/vouchers", new).status_code == 302
    assert head.post("/desk/vouchers", new).status_code == 403
    one = str(Provider.objects.get().pk)
    assert Provider.objects.get().uses == ["research", "patent"]
    end = {"act": "suspend", "scheme": "innovation", "voucher": one, "why": " "}
    refused = issuer.post("/desk/vouchers", end)
    assert refused.status_code == 422
    assert f'href="#provider-why-{one}"' in refused.content.decode()
    issuer.post("/desk/vouchers", end | {"why": "报告对不上"})
    assert "报告对不上" in issuer.get("/desk/vouchers").content.decode()
    register = {
        "act": "register", "scheme": "innovation", "register_code": LAB, "register_head": "1",
        "register_owners": "", "register_managers": "",
    }  # fmt: skip
    wrong = issuer.post("/desk/vouchers", register)
    assert wrong.status_code == 422 and 'href="#register_head"' in wrong.content.decode()
    assert issuer.post("/desk/vouchers", register | {"register_head": HEAD}).status_code == 302
    issuer.post("/desk/vouchers", end | {"act": "end", "why": "不做了"})
    assert "名单还是空的" in issuer.get("/desk/vouchers").content.decode()


def test_a_paid_voucher_is_drawn_doubted_heard_and_paid_back(district):
    opened(district)
    pk = paid(district).pk
    people = {
        name: district.client(name)
        for name in ("huangyi", "xuhang", "gaowen", "guanyi", "fanhua", "yuelan")
    }
    assert "还没有抽过" in people["xuhang"].get("/desk/vouchers/rechecks").content.decode()
    assert people["yuelan"].get("/desk/vouchers/rechecks").status_code == 403
    people["xuhang"].post("/desk/vouchers/rechecks", {"scheme": "innovation"})
    drawn = people["xuhang"].get("/desk/vouchers/rechecks").content.decode()
    assert "1 张里抽了 1 张" in drawn and "重抽一遍结果一样" in drawn
    assert people["xuhang"].post("/desk/vouchers/rechecks").status_code == 404
    at, own = f"/desk/vouchers/rechecks/{pk}", f"/firm/vouchers/{pk}"
    wrong = {"act": "doubt", "amount": "15000", "reason": "报告日期不对"}
    refused = people["xuhang"].post(at, wrong)
    assert refused.status_code == 422 and "报告日期不对" in refused.content.decode()
    people["xuhang"].post(at, wrong | {"blames": "yes"})
    seen = people["huangyi"].get(own).content.decode()
    assert "报告日期不对" in seen and "兑付以后的复核" in seen
    assert people["huangyi"].post(own, {"act": "answer", "reason": " "}).status_code == 422
    people["huangyi"].post(own, {"act": "answer", "reason": "日期写错了"})
    people["gaowen"].post(at, wrong | {"act": "uphold", "blames": "yes"})
    assert people["gaowen"].post(at, {"act": "take_back"}).status_code in (403, 409)
    people["huangyi"].post(own, {"act": "object", "reason": "原始记录能查"})
    people["guanyi"].post(at, {"act": "confirm", "reason": "也没有原始记录"})
    people["fanhua"].post(at, {"act": "take_back"})
    assert Recheck.objects.get().state == "returned"
    assert "钱退回来了" in people["huangyi"].get(own).content.decode()
    assert "复核认定有责任 1 次" in people["yuelan"].get("/desk/vouchers").content.decode()
    for name in ("liqiang", "yuelan"):
        assert district.client(name).get(at).status_code in (403, 404)


def test_strangers_see_no_voucher(district):
    opened(district)
    page = district.client("liqiang").get("/firm/vouchers").content.decode()
    assert "还没有登记您代表哪家企业" in page
    assert district.client("sunwei").get("/desk/vouchers").status_code == 403
