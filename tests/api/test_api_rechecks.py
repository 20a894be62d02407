"""By API: paid vouchers drawn and checked again, experts asked, a year kept, what the register says."""

from __future__ import annotations

from typing import Any

from tests.api.api_caller import Caller, problem, told
from tests.apps.scores.firms_of import declared
from tests.apps.stakes.stakes_of import led_to
from tests.apps.vouchers.rechecks_of import paid
from tests.apps.vouchers.vouchers_of import HEAD, LAB, opened

AT = "/desk/voucher-rechecks"


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_a_paid_voucher_is_drawn_doubted_and_paid_back(district: Any) -> None:
    opened(district)
    pk = paid(district).pk
    checker, decider, reviewer, payer, firm, stranger = of(
        district, "xuhang", "gaowen", "guanyi", "fanhua", "huangyi", "liqiang"
    )
    assert told(checker.get(AT))["undrawn"] == 1
    problem(decider.post("/desk/voucher-draws/innovation"), 403, "vouchers.not_yours")
    assert told(checker.post("/desk/voucher-draws/innovation"))["drawn"] == 1
    assert told(checker.get(AT))["draws"][0]["is_repeatable"]
    step, own = f"{AT}/{pk}/acts", f"/firm/vouchers/{pk}/recheck"
    doubt = {"act": "doubt", "reason": "日期不对", "amount_fen": 1_500_000, "blames_provider": True}
    wrong = problem(checker.post(step, {**doubt, "amount_fen": 0}), 422, "vouchers.wrong_amount")
    assert wrong["field"] == "amount_fen"
    assert told(checker.post(step, doubt))["state"] == "doubted"
    problem(stranger.post(own, {"act": "answer", "reason": "x"}), 404, "vouchers.none")
    assert told(firm.post(own, {"act": "answer", "reason": "写错了"}))["state"] == "heard"
    assert told(decider.post(step, {**doubt, "act": "uphold"}))["state"] == "upheld"
    assert told(firm.post(own, {"act": "object", "reason": "能查"}))["state"] == "objected"
    confirm = {"act": "confirm", "reason": "也没有"}
    assert told(reviewer.post(step, confirm))["state"] == "owed"
    assert told(payer.post(step, {"act": "take_back"}))["owed_fen"] == 1_500_000
    assert told(checker.get(f"{AT}/{pk}"))["state"] == "returned"


def test_experts_are_asked_the_register_noted_and_a_year_kept(district: Any) -> None:
    stake = led_to(district, "pass_review")
    bureau, issuer, head = of(district, "gaowen", "yuelan", "fanhua")
    problem(issuer.post(f"/desk/stakes/{stake.pk}/experts"), 404, "stakes.none")
    assert told(bureau.post(f"/desk/stakes/{stake.pk}/experts"))["state"] == "reviewed"
    said = {"scheme": "innovation", "credit_code": LAB, "head": HEAD}
    problem(head.post("/desk/voucher-register", said), 403, "vouchers.not_yours")
    assert told(issuer.post("/desk/voucher-register", said)) == {"credit_code": LAB}
    declared(district)
    at = "/desk/score-years/tech-sme"
    assert [one["is_kept"] for one in told(issuer.get(at))["rows"]] == [False]
    assert [one["is_kept"] for one in told(issuer.post(at, {"act": "keep"}))["rows"]] == [True]
    problem(bureau.get(at), 404, "scores.none")
