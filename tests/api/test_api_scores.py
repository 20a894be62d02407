"""Numbers, objections and weights by API: the firm its own, the office notes, two enter weights."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.scores.firms_of import PAPER, declared, firm, noted

from minsheng.apps.scores import access
from minsheng.apps.scores.models import Declared, Objection, WeightSet

pytestmark = pytest.mark.django_db
DESK = "/desk/scores"


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def sent(district: Any, **numbers: int) -> dict[str, Any]:
    return {"numbers": numbers, "paper": PAPER, "as_of": district.today.isoformat()}


def test_a_firm_declares_its_numbers_in_fen(district: Any) -> None:
    owner, stranger, officer = of(district, "huangyi", "liqiang", "yuelan")
    body = sent(district, staff=86, rd_fen=162_000_050)
    problem(stranger.post("/firm/numbers", body), 403, "scores.not_your_firm")
    problem(officer.post("/firm/numbers", body), 403, "residents_only")
    problem(owner.post("/firm/numbers", sent(district, horses=1)), 404, "scores.no_number")
    below = owner.post("/firm/numbers", sent(district, staff=-1))
    assert problem(below, 422, "scores.number")["field"] == "staff"
    much = owner.post(
        "/firm/numbers", sent(district, staff=10**13)
    )  # never cut to its first digits
    assert problem(much, 422, "scores.number")["field"] == "staff"
    old = owner.post("/firm/numbers", {**body, "as_of": "2001-01-01"})
    assert problem(old, 422, "scores.as_of")["field"] == "as_of"
    assert not Declared.objects.exists()
    assert sorted(told(owner.post("/firm/numbers", body))["changed"]) == ["rd_fen", "staff"]
    assert told(owner.post("/firm/numbers", body))["changed"] == []
    rows = {one["fact"]: one for one in told(owner.get("/firm/numbers"))["rows"]}
    assert (rows["rd_fen"]["value"], rows["rd_fen"]["is_money"]) == (162_000_050, True)
    assert rows["assets_fen"]["value"] is None


def test_an_office_notes_a_number_the_firm_objects_and_another_answers(district: Any) -> None:
    declared(district)
    owner, keeper, second, outsider = of(district, "huangyi", "yuelan", "fanhua", "wutong")
    body = {**sent(district, rd_fen=100_000_000), "firm": firm(district).credit_code}
    problem(outsider.post(f"{DESK}/numbers", body), 403, "scores.not_yours")
    problem(keeper.post(f"{DESK}/numbers", {**body, "firm": "no"}), 404, "scores.no_firm")
    assert told(keeper.post(f"{DESK}/numbers", body))["changed"] == ["rd_fen"]
    own = sent(district, rd_fen=200_000_000)
    problem(owner.post("/firm/numbers", own), 409, "scores.noted_by_office")
    rows = {one["fact"]: one for one in told(owner.get("/firm/numbers"))["rows"]}
    at = f"/firm/numbers/{rows['rd_fen']['id']}/objections"
    assert problem(owner.post(at, {"words": ""}), 422, "scores.words")["field"] == "words"
    made = told(owner.post(at, {"words": "审计报告里是 200 万。"}))
    mine = f"/firm/numbers/{rows['staff']['id']}/objections"
    problem(owner.post(mine, {"words": "不对"}), 409, "scores.your_own")
    (line,) = told(second.get(DESK))["objections"]
    assert (line["id"], line["value"], line["may_settle"]) == (made["id"], 100_000_000, True)
    answer = f"{DESK}/objections/{made['id']}/answer"
    said = {"value": 200_000_000, "answer": "看过审计报告，改了。"}
    problem(keeper.post(answer, said), 403, "scores.not_yours")
    wrong = problem(second.post(answer, {"answer": ""}), 422, "scores.words")
    assert wrong["field"] == "answer"
    assert Objection.objects.get().outcome == "open"
    assert told(second.post(answer, said))["outcome"] == "changed"
    problem(second.post(answer, said), 409, "scores.answered")
    rows = {one["fact"]: one for one in told(owner.get("/firm/numbers"))["rows"]}
    assert (rows["rd_fen"]["value"], rows["rd_fen"]["objection"]) == (200_000_000, "changed")


def weights_of(stage_sum: int | None = None) -> dict[str, dict[str, str]]:
    """Weights of every stage that add up, all on the first part."""
    score = access.loaded("innovation").score
    total = score.total if stage_sum is None else stage_sum
    return {
        stage: {part: str(total if n == 0 else 0) for n, part in enumerate(score.parts)}
        for stage in score.stages
    }


def test_weights_are_entered_by_one_and_confirmed_by_another(district: Any) -> None:
    keeper, second, outsider = of(district, "yuelan", "fanhua", "wutong")
    at = f"{DESK}/innovation/weights"
    body = {
        "weights": weights_of(),
        "starts": district.today.isoformat(),
        "source": "演示文件 1 号",
    }
    problem(outsider.get(DESK), 403, "scores.not_yours")
    problem(second.post(at, body), 403, "scores.not_yours")
    problem(keeper.post(f"{DESK}/no-such/weights", body), 404, "scores.none")
    lacks = problem(keeper.post(at, {**body, "weights": weights_of(99)}), 422, "scores.sum")
    assert lacks["field"] in weights_of()
    assert not WeightSet.objects.exists()
    for wrong in ("1e99999999", "8/0", "-1", "101", "八"):
        weights = weights_of()
        stage, parts = next(iter(weights.items()))
        parts[next(iter(parts))] = wrong
        found = problem(keeper.post(at, {**body, "weights": weights}), 422, "scores.weight")
        assert found["field"].startswith(f"{stage}.")
    made = told(keeper.post(at, body, Idempotency_Key="w-1"))
    assert told(keeper.post(at, body, Idempotency_Key="w-1")) == made
    act = f"/desk/score-weights/{made['id']}/acts"
    problem(keeper.post(act, {"act": "confirm"}), 403, "scores.not_yours")
    WeightSet.objects.update(entered_by=district.account("fanhua"))
    problem(second.post(act, {"act": "confirm"}), 409, "scores.two_persons_weights")
    WeightSet.objects.update(entered_by=district.account("yuelan"))
    assert problem(second.post(act, {"act": "refuse"}), 422, "scores.words")["field"] == "why"
    assert told(second.get(DESK))["weights"][0]["may_decide"] is True
    assert told(second.post(act, {"act": "confirm"}))["state"] == "confirmed"
    problem(second.post(act, {"act": "confirm"}), 409, "scores.weights_decided")


def test_a_score_says_its_shortest_way_and_what_is_open(district: Any) -> None:
    noted(district, staff="86", sci_staff="17")
    (owner,) = of(district, "huangyi")
    first = told(owner.get("/firm/scores"))["rows"][0]
    assert "rd_fen" in {one["fact"] for one in first["open"]}
    assert {one["holds"] for one in first["needed"]} <= {True, False, None}
    assert told(owner.get("/firm/scores"))["kept"] == []
