"""Grants into shares at the desk by API: experts, parts of the money, conversion and sale by two."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.stakes.stakes_of import EXPERTS, OWN, led_to

from minsheng.apps.stakes.models import Stake, Tranche

pytestmark = pytest.mark.django_db
FILL = "/desk/stake-pools/seed/fill"
ASKED = {
    "scheme": "seed",
    "title": "五轴机床误差补偿",
    "purpose": "样机、测试。",
    "amount_fen": 200_000_000,
}
WORD = {"agrees": True, "has_interest": False, "words": "看过材料。"}
ROUND = {
    "act": "trigger",
    "reason": "A 轮协议看过原件。",
    "event": "financing",
    "investor": "星河创投（演示）",
    "pre_money_fen": 3_800_000_000,
    "new_money_fen": 1_000_000_000,
    "holdings": {"创始团队": 700_000, "员工持股": 300_000},
}
SALE = {
    "act": "offer",
    "reason": "新股东受让",
    "way": "transfer",
    "buyer": "星河创投（演示）",
    "value_fen": 6_000_000_000,
}


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_the_pool_is_filled_once_by_its_post(district: Any) -> None:
    filler, bureau, holding, outsider = of(district, "shimin", "gaowen", "kangning", "wutong")
    for other in (bureau, holding):
        problem(other.post(FILL), 403, "stakes.not_yours")
    problem(filler.post("/desk/stake-pools/no-such/fill"), 404, "stakes.none")
    made = told(filler.post(FILL))
    assert told(filler.post(FILL)) == made
    (pool,) = told(holding.get("/desk/stake-pools"))["rows"]
    assert (pool["free_fen"], pool["may_fill"]) == (made["amount_fen"], False)
    problem(outsider.get("/desk/stake-pools"), 403, "stakes.not_yours")
    problem(outsider.get("/desk/stakes"), 403, "stakes.not_yours")


def paid(district: Any, bureau: Caller, holding: Caller, at: str, place: int) -> None:
    """Let one part be ordered and paid as if its day had come."""
    part = told(bureau.get(at))["parts"][place]["id"]
    Tranche.objects.filter(pk=part).update(from_on=district.today)
    where = f"/desk/stake-parts/{part}/acts"
    problem(holding.post(where, {"act": "order"}), 403, "stakes.not_yours")
    problem(holding.post(where, {"act": "pay"}), 409, "stakes.part_not_now")
    told(bureau.post(where, {"act": "order"}))
    told(bureau.post(where, {"act": "stop"}))
    told(bureau.post(where, {"act": "order"}))
    problem(bureau.post(where, {"act": "pay"}), 403, "stakes.not_yours")
    assert told(holding.post(where, {"act": "pay"}))["state"] == "paid"
    problem(holding.post(where, {"act": "pay"}), 409, "stakes.part_not_now")


def test_a_project_from_the_application_to_the_sale(district: Any) -> None:
    firm, centre, bureau, holding, other = of(
        district, "huangyi", "xuhang", "gaowen", "kangning", "wutong"
    )
    told(of(district, "shimin")[0].post(FILL))
    stake = told(firm.post("/firm/stakes", ASKED))["id"]
    at = f"/desk/stakes/{stake}"
    acts = f"{at}/acts"
    problem(other.get(at), 404, "stakes.none")
    problem(other.post(acts, {"act": "check"}), 404, "stakes.none")
    assert [one["id"] for one in told(centre.get("/desk/stakes"))["rows"]] == [stake]
    problem(bureau.post(acts, {"act": "check"}), 403, "stakes.not_yours")
    problem(centre.post(acts, {"act": "approve"}), 409, "stakes.not_now")
    told(centre.post(acts, {"act": "check"}))
    problem(centre.post(acts, {"act": "conclude"}), 409, "stakes.too_few_experts")
    for name in EXPERTS:
        (expert,) = of(district, name)
        assert told(expert.post(f"{at}/opinion", WORD))["state"] == "checked"
    problem(expert.post(f"{at}/opinion", WORD), 409, "stakes.opinion_given")
    problem(bureau.post(f"{at}/opinion", WORD), 403, "stakes.not_yours")
    told(centre.post(acts, {"act": "conclude"}))
    much = bureau.post(acts, {"act": "approve", "amount_fen": 200_000_001})
    assert problem(much, 422, "stakes.amount")["field"] == "amount_fen"
    told(bureau.post(acts, {"act": "approve"}))
    told(bureau.post(acts, {"act": "contract"}))
    paid(district, bureau, holding, at, 0)
    told(centre.post(acts, {"act": "pass_review", "reason": "样机过了测试。"}))
    told(bureau.post(acts, {"act": "audit", "reason": "账目清楚。"}))
    paid(district, bureau, holding, at, 1)
    wrong = problem(holding.post(acts, {**ROUND, "pre_money_fen": 0}), 422, "stakes.pre_money")
    assert wrong["field"] == "pre_money_fen"
    named = problem(holding.post(acts, {**ROUND, "holdings": {OWN: 1}}), 422, "stakes.holdings")
    assert named["field"] == "holdings"
    assert Stake.objects.get().state == "audited"
    told(holding.post(acts, ROUND))
    told(holding.post(acts, {"act": "propose"}))
    problem(holding.post(acts, {"act": "confirm"}), 403, "stakes.not_yours")
    told(bureau.post(acts, {"act": "confirm"}))
    one = told(firm.get(f"/firm/stakes/{stake}"))
    assert {row["part"] for row in one["after"]} == {"133/250", "57/250", "1/5", "1/25"}
    assert one["conversion"]["round_price"] == "3800"
    assert len(one["opinions"]) == 3
    assert "heming" not in str(one)
    problem(holding.post(acts, {**SALE, "value_fen": 0}), 422, "stakes.value")
    told(holding.post(acts, SALE))
    assert told(bureau.post(acts, {"act": "sell"}))["state"] == "exited"
    assert told(bureau.get(at))["proceeds_fen"] == 240_000_000


def test_who_proposed_a_conversion_does_not_confirm_it(district: Any) -> None:
    stake = led_to(district, "propose")
    Stake.objects.update(proposed_by=district.account("gaowen"))
    (bureau,) = of(district, "gaowen")
    at = f"/desk/stakes/{stake.pk}/acts"
    problem(bureau.post(at, {"act": "confirm"}), 403, "stakes.own_proposal")
    assert Stake.objects.get().state == "converting"


def test_a_project_is_written_off_only_where_experts_agree(district: Any) -> None:
    stake = led_to(district, "audit")
    bureau, centre = of(district, "gaowen", "xuhang")
    at = f"/desk/stakes/{stake.pk}"
    body = {"act": "write_off", "reason": "样机做不下去，账清楚。"}
    problem(bureau.post(f"{at}/acts", body), 409, "stakes.too_few_experts")
    (early,) = of(district, EXPERTS[0])
    problem(early.post(f"{at}/opinion", WORD), 403, "stakes.not_yours")
    problem(centre.post(f"{at}/experts"), 403, "stakes.not_yours")
    told(bureau.post(f"{at}/experts"))
    problem(bureau.post(f"{at}/experts"), 409, "stakes.asked")
    for name in EXPERTS:
        (expert,) = of(district, name)
        told(expert.post(f"{at}/opinion", WORD))
    assert told(bureau.post(f"{at}/acts", body))["state"] == "written_off"


def test_a_firm_takes_its_project_back_and_no_stranger_does(district: Any) -> None:
    stake = led_to(district, "apply")
    firm, stranger = of(district, "huangyi", "liqiang")
    at = f"/firm/stakes/{stake.pk}/acts"
    problem(stranger.post(at, {"act": "withdraw"}), 404, "stakes.none")
    assert told(firm.post(at, {"act": "withdraw"}))["state"] == "withdrawn"
    problem(firm.post(at, {"act": "withdraw"}), 409, "stakes.not_now")
