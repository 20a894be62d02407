"""The same acts as in the portal: an order and a bad review from beginning to end."""

from __future__ import annotations

from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn


def test_an_order_and_a_review_are_settled_over_the_api(district: District) -> None:
    story = newborn(district, until="birth_certificate")
    leader, officer, head, desk, mother, clerk = (
        Caller(district.token(who))
        for who in ("zhoujing", "sunwei", "luochuan", "xujing", "wangfang", "zhaomin")
    )
    item = str(story.item_id("household"))
    made = told(leader.send("POST", "/orders", {"key": item, "reason": "申请人来问"}))
    at = f"/orders/{made['number']}"
    told(officer.send("POST", f"{at}/reply", {"words": "今天办好"}))
    problem(head.send("POST", f"{at}/reply", {"words": "我来回"}), 409, "supervision.not_now")
    told(leader.send("POST", f"{at}/return", {"words": "写明原因"}))
    told(head.send("POST", f"{at}/reply", {"words": "系统停了一天"}))
    assert told(leader.send("POST", f"{at}/closing", {"finding": "属实"}))["status"] == "closed"
    assert [one["kind"] for one in told(head.get(at))["history"]] == [
        "closed", "replied", "sent_back", "replied", "ordered",
    ]  # fmt: skip
    assert "÷" not in told(leader.get("/late-work"))["formula"]["zh"]
    problem(head.get("/late-work"), 403, "supervision.leader_only")

    story.approve("household")
    story.approve("social_card")
    rating = {"score": 2, "parts": {"ease": 1}, "comment": "跑了三趟", "office": "police"}
    told(mother.send("POST", f"/cases/{story.number}/rating", rating))
    (mine,) = told(mother.get("/ratings"))["rows"]
    (line,) = told(desk.get("/reviews"))["rows"]
    step = f"/reviews/{line['number']}/steps"
    told(desk.send("POST", step, {"step": "reached", "words": "问过"}))
    found = {"step": "founded", "words": "属实", "for_office": "一次说清"}
    told(desk.send("POST", step, found))
    seen = told(head.get(f"/reviews/{line['number']}"))
    assert (seen["task"], seen["score"], seen["words"]) == ("一次说清", None, "")
    told(head.send("POST", step, {"step": "correct", "words": "贴了清单"}))
    told(head.send("POST", step, {"step": "answer", "words": "已经改了"}))
    told(mother.send("POST", f"/ratings/{mine['id']}/confirmation", {"solved": True}))
    assert told(desk.send("POST", step, {"step": "passed", "words": "看过"}))["stage"] == "closed"
    assert told(mother.get(f"/ratings/{mine['id']}"))["steps"][0]["outcome"] == "passed"
    day = district.today.isoformat()
    (row,) = told(desk.get(f"/satisfaction?first={day}&last={day}"))["rows"]
    assert (row["office"], row["shown"]) == ("police", "0/1")
    problem(head.get(f"/satisfaction?first={day}&last={day}"), 403, "ratings.not_for_the_rated")

    code = told(clerk.send("POST", "/visits", None))["code"]
    assert told(Caller("").send("POST", "/visits/rating", {"code": code, "score": 5}))["score"] == 5
    again = Caller("").send("POST", "/visits/rating", {"code": code, "score": 5})
    problem(again, 404, "ratings.no_such_code")
