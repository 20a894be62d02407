"""Assessments over the API: asked for, arranged, answered, settled, signed; the policy is settled by it."""

from __future__ import annotations

from tests.api.test_api_sittings import ask
from tests.apps.assessments.assessments_of import WEAK, answers, noted

from minsheng.apps.assessments.models import Result


def test_from_asking_to_the_answer_of_a_policy(district):
    noted(district)
    assert (
        ask(district, "xuguilan", "get", "/me/policies/elder-medical-help")[1]["eligible"]
        == "unknown"
    )
    status, made = ask(district, "xuguilan", "post", "/me/assessments", {"words": "走路不稳"})
    assert (status, made["state"]) == (200, "asked")
    at = f"/desk/assessments/{made['id']}"
    ids = [district.account(one).pk for one in ("mengyan", "dingke")]
    plan = {"day": district.today.isoformat(), "starts": "09:30", "place": "家里", "assessors": ids}
    assert ask(district, "dingke", "post", f"{at}/appointment", plan)[0] == 404
    assert ask(district, "aiming", "post", f"{at}/appointment", plan)[1]["state"] == "appointed"
    for name, changes in (("mengyan", WEAK), ("dingke", {**WEAK, "memory": 4})):
        sent = [{"key": one.key, "value": one.value} for one in answers(changes)]
        assert ask(district, name, "post", f"{at}/answers", {"answers": sent})[0] == 200
        assert ask(district, name, "post", f"{at}/sheet")[0] == 200
    work = ask(district, "mengyan", "get", at)[1]
    assert [(d["key"], d["first"], d["second"]) for d in work["differences"]] == [("memory", 2, 4)]
    word = {"key": "memory", "value": 2, "why": "又问了一遍", "informant": "女儿"}
    revision = ask(district, "dingke", "post", f"{at}/settlement", word)[1]["revision"]
    signed = {"revision": revision}
    assert ask(district, "mengyan", "post", f"{at}/signatures", {"revision": 0})[0] == 409
    assert not ask(district, "mengyan", "post", f"{at}/signatures", signed)[1]["result"]
    assert ask(district, "dingke", "post", f"{at}/signatures", signed)[1]["result"]
    assert Result.objects.count() == 1
    mine = ask(district, "xuguilan", "get", f"/me/assessments/{made['id']}")[1]
    assert (mine["outcome"]["total"], mine["outcome"]["level"], mine["may"]) == (73, 1, ["object"])
    assert (
        ask(district, "xuguilan", "get", "/me/policies/elder-medical-help")[1]["eligible"] == "yes"
    )
    assert ask(district, "liqiang", "get", f"/me/assessments/{made['id']}")[0] == 404
