"""Loans at the desk by API: each step by whose it is, the loss shared by another, the fund filled once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.loans.loans_of import end, fill, led_to

from minsheng.apps.loans.models import Loan

pytestmark = pytest.mark.django_db
FILL = "/desk/loan-funds/ladder/fill"
ASKED = {
    "scheme": "ladder", "rung": "tech", "bank": "bank.hanguang", "amount_fen": 300_000_000, "months": 12,
    "purpose": "买两台五轴机床，给新订单备料。",
}  # fmt: skip


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_the_fund_is_filled_once_by_its_post(district: Any) -> None:
    filler, bureau, bank, outsider = of(district, "luoan", "gaowen", "jinhao", "wutong")
    problem(bureau.post(FILL), 403, "loans.not_yours")
    problem(bank.post(FILL), 403, "loans.not_yours")
    problem(filler.post("/desk/loan-funds/no-such/fill"), 404, "loans.none")
    problem(filler.post(FILL, {"amount_fen": 1}), 422, "field_unknown")
    made = told(filler.post(FILL))
    assert told(filler.post(FILL)) == made == {"scheme": "ladder", "amount_fen": 2_000_000_000}
    (fund,) = told(filler.get("/desk/loan-funds"))["rows"]
    assert (fund["free_fen"], fund["is_filled"], fund["may_fill"]) == (2_000_000_000, True, False)
    problem(outsider.get("/desk/loan-funds"), 403, "loans.not_yours")
    problem(outsider.get("/desk/loans"), 403, "loans.not_yours")


def test_a_loan_from_the_application_to_what_came_back(district: Any) -> None:
    fill(district)
    firm, centre, bank, guarantor, other = of(
        district, "huangyi", "xuhang", "jinhao", "renjing", "wutong"
    )
    loan = told(firm.post("/firm/loans", ASKED))["id"]
    at = f"/desk/loans/{loan}"
    for stranger in (other, firm):
        assert stranger.get(at).status_code in (403, 404)
        assert stranger.post(f"{at}/acts", {"act": "recommend"}).status_code in (403, 404)
    assert [one["id"] for one in told(centre.get("/desk/loans"))["rows"]] == [loan]
    problem(bank.post(f"{at}/acts", {"act": "recommend"}), 403, "loans.not_yours")
    problem(centre.post(f"{at}/acts", {"act": "agree"}), 409, "loans.not_now")
    problem(centre.post(f"{at}/acts", {"act": "finish"}), 409, "loans.not_now")
    problem(centre.post(f"{at}/acts", {"act": "lend"}), 422, "mistakes")
    first = told(centre.post(f"{at}/acts", {"act": "recommend"}, Idempotency_Key="l-1"))
    assert told(centre.post(f"{at}/acts", {"act": "recommend"}, Idempotency_Key="l-1")) == first
    agree = {"act": "agree", "reason": "订单真实。"}
    assert told(bank.get(at))["open"][0]["asks"] == ["amount", "reason"]
    no_reason = problem(bank.post(f"{at}/acts", {"act": "agree"}), 422, "loans.missing")
    assert no_reason["field"] == "reason"
    much = bank.post(f"{at}/acts", {**agree, "amount_fen": 300_000_001})
    assert problem(much, 422, "loans.amount")["field"] == "amount_fen"
    assert Loan.objects.get().state == "recommended"
    told(bank.post(f"{at}/acts", agree))
    told(guarantor.post(f"{at}/acts", {"act": "guarantee"}))
    told(bank.post(f"{at}/acts", {"act": "contract"}))
    told(bank.post(f"{at}/acts", {"act": "pay_out"}))
    told(bank.post(f"{at}/acts", {"act": "repay", "amount_fen": 116_666_663}))
    problem(bank.post(f"{at}/acts", {"act": "call_overdue"}), 409, "loans.not_due")
    end(Loan.objects.get())
    told(bank.post(f"{at}/acts", {"act": "call_overdue"}))
    told(bank.post(f"{at}/acts", {"act": "claim", "reason": "催收两次。"}))
    shared = told(guarantor.post(f"{at}/acts", {"act": "share"}))
    assert shared == {"id": loan, "state": "shared"}
    loss = told(guarantor.get(at))["loss"]
    assert (loss["loss_fen"], loss["guarantor_fen"], loss["bank_fen"]) == (
        183_333_337,
        146_666_670,
        36_666_667,
    )
    report = {"act": "report", "amount_fen": 10_000_000, "reason": "卖了一台机床。"}
    reported = told(bank.post(f"{at}/acts", report))
    assert reported["state"] == "recovering"
    told(guarantor.post(f"{at}/acts", {"act": "recover"}))
    one = told(bank.get(at))
    assert one["loss"]["back_guarantor_fen"] + one["loss"]["back_bank_fen"] == 10_000_000
    assert one["loss"]["left_bank_fen"] == 36_666_667 - one["loss"]["back_bank_fen"]
    assert one["steps"][0]["side"]["zh"] == "企业"


def test_who_claimed_a_loss_does_not_share_it(district: Any) -> None:
    fill(district)
    loan = led_to(district, "claim")
    (guarantor,) = of(district, "renjing")
    Loan.objects.filter(pk=loan.pk).update(claimed_by=district.account("renjing"))
    at = f"/desk/loans/{loan.pk}/acts"
    problem(guarantor.post(at, {"act": "share"}), 403, "loans.own_claim")
    assert Loan.objects.get().state == "claimed"


def test_a_firm_takes_its_application_back_and_no_stranger_does(district: Any) -> None:
    loan = led_to(district, "apply")
    firm, stranger = of(district, "huangyi", "liqiang")
    at = f"/firm/loans/{loan.pk}/acts"
    problem(stranger.post(at, {"act": "withdraw"}), 404, "loans.none")
    problem(firm.post(at, {"act": "recommend"}), 422, "mistakes")
    assert told(firm.post(at, {"act": "withdraw"}))["state"] == "withdrawn"
    problem(firm.post(at, {"act": "withdraw"}), 409, "loans.not_now")


def test_the_loans_that_wait_come_by_pages(district: Any) -> None:
    fill(district)
    first, second = led_to(district, "pay_out").pk, led_to(district, "recommend").pk
    (bank,) = of(district, "jinhao")
    body = told(bank.get("/desk/loans?limit=1"))
    assert [one["id"] for one in body["rows"]] == [first]
    rest = told(bank.get(f"/desk/loans?limit=1&cursor={body['next']}"))
    assert ([one["id"] for one in rest["rows"]], rest["next"]) == ([second], None)
