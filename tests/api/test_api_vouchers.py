"""The desk of vouchers by API: the year's pool, listed providers, who owns a firm; refused, sent back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.vouchers.vouchers_of import HEAD, LAB, OWNER, asked, issued, opened, used

from minsheng.apps.vouchers.models import Ownership, Provider, Voucher

pytestmark = pytest.mark.django_db
OPEN, PROVIDERS = "/desk/voucher-pools/innovation/open", "/desk/voucher-providers"
LISTED = {
    "scheme": "innovation", "credit_code": LAB, "name": "云桥检测（演示）", "uses": ["research"],
    "head": "110101196503030015",
}  # fmt: skip


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_a_year_is_opened_once_by_who_pays(district: Any) -> None:
    issuer, payer, outsider = of(district, "yuelan", "fanhua", "wutong")
    problem(issuer.post(OPEN), 403, "vouchers.not_yours")
    problem(payer.post("/desk/voucher-pools/no-such/open"), 404, "vouchers.none")
    made = told(payer.post(OPEN))
    assert told(payer.post(OPEN)) == made
    (pool,) = told(issuer.get("/desk/voucher-pools"))["rows"]
    assert (pool["free_fen"], pool["may"]) == (made["amount_fen"], ["issuer"])
    for path in ("/desk/voucher-pools", PROVIDERS):
        problem(outsider.get(path), 403, "vouchers.not_yours")


def test_a_provider_is_listed_and_ended_by_who_issues(district: Any) -> None:
    issuer, payer = of(district, "yuelan", "fanhua")
    problem(payer.post(PROVIDERS, LISTED), 403, "vouchers.not_yours")
    wrong = problem(issuer.post(PROVIDERS, {**LISTED, "uses": ["travel"]}), 422, "vouchers.uses")
    assert wrong["field"] == "uses"
    assert issuer.post(PROVIDERS, {**LISTED, "head": "1"}).status_code == 422
    assert not Provider.objects.exists()
    made = told(issuer.post(PROVIDERS, LISTED))
    assert told(issuer.post(PROVIDERS, LISTED))["id"] == made["id"]
    assert [one["name"] for one in told(issuer.get(PROVIDERS))["rows"]] == ["云桥检测（演示）"]
    at = f"{PROVIDERS}/{made['id']}/acts"
    body = {"scheme": "innovation", "act": "suspend", "why": "报告对不上"}
    problem(payer.post(at, body), 403, "vouchers.not_yours")
    assert problem(issuer.post(at, {**body, "why": " "}), 422, "vouchers.words")["field"] == "why"
    assert told(issuer.post(at, body))["suspended_on"]
    assert told(issuer.get(PROVIDERS))["rows"] == []
    problem(issuer.post(at, body), 409, "vouchers.provider_not_now")
    assert told(issuer.post(at, {**body, "act": "resume"}))["suspended_on"] is None
    assert told(issuer.post(at, {**body, "act": "end"}))["ended_on"]
    assert told(issuer.get(PROVIDERS))["rows"] == []


def test_a_firm_reads_its_choices_and_says_who_owns_it(district: Any) -> None:
    opened(district)
    firm, stranger = of(district, "huangyi", "liqiang")
    choices = told(firm.get("/firm/voucher-choices"))
    assert (choices["has_ownership"], choices["providers"][0]["credit_code"]) == (False, LAB)
    problem(stranger.get("/firm/voucher-choices"), 403, "vouchers.not_your_firm")
    said = {"head": HEAD, "owners": [OWNER]}
    problem(stranger.post("/firm/ownership", said), 403, "vouchers.not_your_firm")
    wrong = firm.post("/firm/ownership", {**said, "owners": ["12"]})
    assert told(wrong, 422)["field"] == "owners"
    assert not Ownership.objects.exists()
    assert told(firm.post("/firm/ownership", said)) == {"has_ownership": True}
    assert told(firm.get("/firm/voucher-choices"))["has_ownership"] is True
    assert HEAD not in str(told(firm.get("/firm/voucher-choices")))


def test_refusing_and_sending_back_say_why_at_the_field_of_here(district: Any) -> None:
    opened(district)
    row = asked(district)
    issuer, firm, stranger = of(district, "yuelan", "huangyi", "liqiang")
    at = f"/desk/vouchers/{row.pk}/acts"
    assert problem(issuer.post(at, {"act": "refuse"}), 422, "vouchers.words")["field"] == "why"
    assert Voucher.objects.get().state == "asked"
    told(issuer.post(at, {"act": "refuse", "why": "不在范围里。"}))
    one = told(firm.get(f"/firm/vouchers/{row.pk}"))
    assert (one["state"], one["why"]) == ("refused", "不在范围里。")
    problem(stranger.get(f"/firm/vouchers/{row.pk}"), 404, "vouchers.none")


def test_who_issued_a_voucher_does_not_pay_it(district: Any) -> None:
    opened(district)
    row = used(district)
    (payer,) = of(district, "fanhua")
    Voucher.objects.filter(pk=row.pk).update(issued_by=district.account("fanhua"))
    at = f"/desk/vouchers/{row.pk}/acts"
    problem(payer.post(at, {"act": "redeem"}), 409, "vouchers.two_persons")
    told(payer.post(at, {"act": "send_back", "why": "发票少一张。"}))
    assert Voucher.objects.get().state == "reserved"


def test_a_contract_of_nothing_names_its_field(district: Any) -> None:
    opened(district)
    row = issued(district)
    (firm,) = of(district, "huangyi")
    body = {"act": "reserve", "provider": LAB, "contract_fen": 0, "words": "3 号合同"}
    wrong = told(firm.post(f"/firm/vouchers/{row.pk}/acts", body), 422)
    assert wrong["field"] == "contract_fen"
