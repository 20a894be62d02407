"""The newborn story told by programs: from the guide to the verified certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.api.api_caller import PDF, Caller, problem, told
from tests.factories import ANSWERS, OFFICERS, District, newborn

from minsheng.cli.demo import cast
from minsheng.engines.population import Birth
from minsheng.lib.identifiers import mask_citizen_number

Call = Callable[..., Caller]
FATHER = {"father_name": "陈立", "father_number": cast.CHEN_LI.number}


def _state_of(caller: Caller, at: str, material: str) -> str:
    plan = told(caller.get(f"{at}/plan"))
    return next(one["state"] for one in plan["materials"] if one["key"] == material)


def test_the_whole_story_by_the_api_alone(district: District, call: Call) -> None:
    nobody, wang = call(), call("wangfang")
    guide = told(nobody.get("/services/newborn"))
    assert len(guide["items"]) == 7
    started = told(wang.post("/applications", {"service": "newborn"}), 201)
    at = f"/applications/{started['id']}"
    draft = told(wang.get(at))
    assert {known["register_key"] for known in draft["known"]} >= {"hospital.birth_record"}
    offers = {offer["key"]: offer for offer in draft["offers"]}
    assert all(offer["chosen"] for offer in offers.values())
    assert [label["zh"] for label in offers["birth_costs"]["asks"]] == ["您的银行卡号"]
    problem(wang.put(f"{at}/items", {"items": ["birth_costs"]}), 422, "choice_needs_other")
    told(wang.put(f"{at}/items", {"items": ["social_card"]}))
    for step, answers in ANSWERS.items():
        progress = told(wang.put(f"{at}/steps/{step}", {"answers": answers}))
    assert progress["may_submit"] and not progress["unanswered"]
    plan = told(wang.get(f"{at}/plan"))
    assert [item["key"] for item in plan["items"]] == list(OFFICERS)
    assert plan["avoided"] == len(plan["materials"])
    case = told(wang.post(f"{at}/submission"), 201)
    assert case["promised"] == plan["finish"]
    district.work()

    for key, username in OFFICERS.items():
        officer = call(username)
        (line,) = told(officer.get("/inbox"))["rows"]
        assert line["case"] == case["number"]
        item = told(officer.get(f"/items/{line['id']}?purpose=case"))
        assert item["key"] == key
        assert all(check["answer"] == "yes" for check in item["checks"])
        decided = told(
            officer.post(
                f"/items/{line['id']}/decision", {"decision": "approve", "purpose": "case"}
            )
        )
        assert decided["number"] == case["number"]
        district.work()

    detail = told(wang.get(f"/cases/{case['number']}"))
    assert detail["status"] == "done"
    chosen = [item for item in detail["items"] if item["status"] != "skipped"]
    numbers = [item["certificate"] for item in chosen]
    assert all(numbers) and detail["certificate"]
    certificate = told(wang.get(f"/certificates/{numbers[0]}"))
    assert "陈予珺" in {fact["value"] for fact in certificate["facts"]}
    pdf = wang.get(f"/certificates/{numbers[0]}/pdf")
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert pdf.content.startswith(b"%PDF-")
    verified = told(nobody.get(f"/verify/{numbers[0]}"))
    assert (verified["status"], verified["holder"], verified["demo"]) == ("valid", "王＊", True)

    rated = wang.post(f"/cases/{case['number']}/rating", {"score": 5, "comment": "很快"})
    assert told(rated)["status"] == "done"
    assert told(wang.get("/cases"))["rows"][0]["score"] == 5
    assert {notice["kind"] for notice in told(wang.get("/notices"))["rows"]} >= {"case.closed"}


def test_what_may_be_of_use_afterwards_is_told_to_the_applicant_alone(
    district: District, call: Call
) -> None:
    story = newborn(district, household="father")
    at = f"/cases/{story.number}"
    steps = told(call("wangfang").get(at))["next_steps"]
    vaccines = next(step for step in steps if step["source"]["mark"] == "M")
    assert len(vaccines["days"]) == 13
    born = district.today - timedelta(days=12)
    assert vaccines["days"][0] == {
        "day": born.isoformat(), "title": vaccines["days"][0]["title"], "is_past": True
    }  # fmt: skip
    assert told(call("chenli").get(at))["next_steps"] == []
    problem(call("liqiang").get(at), 404, "no_such_case")


def test_citizen_numbers_are_masked_for_the_applicant_and_for_officers(
    district: District, call: Call
) -> None:
    story = newborn(district, until="submitted")
    for username, path in (
        ("wangfang", f"/cases/{story.number}"),
        ("linlan", f"/items/{story.item_id('birth_certificate')}?purpose=case"),
    ):
        text = call(username).get(path).content.decode()
        assert mask_citizen_number(cast.WANG_FANG.number) in text
        assert cast.WANG_FANG.number not in text
        assert cast.CHEN_LI.number not in text


def test_of_twins_the_applicant_says_which_one(district: District, call: Call) -> None:
    first = cast.birth(district.today)
    district.bear(first, Birth("YS-DEMO-0002", first.mother, first.born, "male", 2950))
    wang = call("wangfang")
    started = told(wang.post("/applications", {"service": "newborn"}), 201)
    assert started["event_chosen"] is False
    at = f"/applications/{started['id']}"
    events = told(wang.get(at))["events"]
    assert [event["id"] for event in events] == ["YS-DEMO-0001", "YS-DEMO-0002"]
    assert cast.WANG_FANG.number not in str(events)
    problem(wang.post(f"{at}/event", {"event": "YS-DEMO-9999"}), 422, "no_such_event")
    told(wang.post(f"{at}/event", {"event": "YS-DEMO-0002"}))
    chosen = told(wang.get(at))
    assert chosen["event_chosen"] and not chosen["events"]


def test_what_is_wrong_is_said_by_field_and_what_is_right_is_kept(
    district: District, call: Call
) -> None:
    story = newborn(district, until="draft")
    wang, at = call("wangfang"), f"/applications/{story.draft}"
    wrong = {"answers": {"child_name": "=cmd", "phone": "13800001234"}}
    found = problem(wang.put(f"{at}/steps/child", wrong), 422, "mistakes")
    assert [(error["field"], error["code"]) for error in found["errors"]] == [
        ("child_name", "names.formula")
    ]
    steps = told(wang.get(at))["steps"]
    values = {field["key"]: field["value"] for field in steps[0]["asked"]}
    assert values["phone"] == "13800001234"
    assert values["child_name"] == "=cmd"


def test_the_father_agrees_by_the_api(district: District, call: Call) -> None:
    story = newborn(district, until="birth_certificate", household="father")
    chen, at = call("chenli"), f"/cases/{story.number}"
    assert told(chen.get(at))["wants_my_consent"]
    told(chen.post(f"{at}/consent", {"given": True}))
    seen = told(chen.get(at))
    assert not seen["wants_my_consent"]
    assert seen["values"] == [] and seen["materials"] == []


def test_an_officer_asks_and_the_mother_answers(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    item, lin, wang = story.item_id("birth_certificate"), call("linlan"), call("wangfang")
    asked = {
        "decision": "return",
        "reason": "name_unclear",
        "message": "是“珺”吗",
        "purpose": "case",
    }
    told(lin.post(f"/items/{item}/decision", asked))
    (waiting,) = [
        one
        for one in told(wang.get(f"/cases/{story.number}"))["items"]
        if one["status"] == "returned"
    ]
    assert waiting["message"] == "是“珺”吗"
    at = f"/cases/{story.number}/items/birth_certificate/answer"
    problem(wang.post(at, {"answer": "  "}), 422, "answer_missing")
    told(wang.post(at, {"answer": "是，王字旁"}))
    notes = told(lin.get(f"/items/{item}?purpose=case"))["notes"]
    assert [(note["kind"], note["text"]) for note in notes] == [
        ("message", "是“珺”吗"),
        ("answer", "是，王字旁"),
    ]


def test_a_reversed_certificate_is_revoked_for_everybody(district: District, call: Call) -> None:
    story = newborn(district, until="birth_certificate")
    wang = call("wangfang")
    number = told(wang.get(f"/cases/{story.number}"))["items"][0]["certificate"]
    at = f"/items/{story.item_id('birth_certificate')}/reversal"
    told(call("linlan").post(at, {"reason": "record_corrected", "purpose": "case"}))
    district.work()
    verified = told(call().get(f"/verify/{number}"))
    assert (verified["status"], verified["reason"]["zh"]) == ("revoked", "医院更正了出生记录")


def test_what_a_silent_register_leaves_open_is_asked_and_then_promised_or_uploaded(
    district: District, call: Call
) -> None:
    district.switch("civil.marriage", "failing")
    story = newborn(district, until="draft")
    wang, at = call("wangfang"), f"/applications/{story.draft}"
    assert told(wang.get(at))["silent"] == ["civil.marriage"]
    told(wang.put(f"{at}/steps/child", {"answers": ANSWERS["child"]}))
    told(wang.put(f"{at}/steps/parents", {"answers": {"marriage_status": "married"}}))
    told(wang.put(f"{at}/steps/father", {"answers": FATHER}))
    told(wang.put(f"{at}/steps/household", {"answers": ANSWERS["household"]}))
    open_still = told(wang.put(f"{at}/steps/card", {"answers": ANSWERS["card"]}))
    assert (open_still["missing"], open_still["may_submit"]) == (["marriage"], False)
    problem(wang.post(f"{at}/submission"), 422, "material_missing")

    path = f"{at}/materials/marriage"
    problem(wang.put_file(path, "结婚证.pdf", b"MZ not a pdf"), 422, "file_not_picture_or_pdf")
    problem(wang.put_file(path, "a.pdf", PDF, field="other"), 422, "field_unknown")
    problem(wang.put(path, {"promise": False}), 422, "file_or_promise")
    problem(wang.put(path, {"promise": True, "x": 1}), 422, "file_or_promise")
    problem(wang.put(f"{at}/materials/nothing", {"promise": True}), 404, "no_such_material")
    assert told(wang.put(path, {"promise": True}))["may_submit"]
    assert _state_of(wang, at, "marriage") == "promised"
    assert told(wang.put_file(path, "结婚证.pdf", PDF))["may_submit"]
    assert _state_of(wang, at, "marriage") == "provided"
    told(wang.post(f"{at}/submission"), 201)


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(
    district: District, call: Call, settings: Any
) -> None:
    settings.MINSHENG_UPLOAD_BYTES = 1_000_000
    story = newborn(district, until="draft")
    path = f"/applications/{story.draft}/materials/marriage"
    large = PDF + b" " * 1_500_000
    refused = problem(call("wangfang").put_file(path, "a.pdf", large), 422, "file_too_large")
    assert "最多 1 MB" in refused["detail_zh"]


def test_a_draft_can_be_thrown_away(district: District, call: Call) -> None:
    at = f"/applications/{newborn(district, until='answered').draft}"
    wang = call("wangfang")
    assert wang.delete(at).status_code == 204
    problem(wang.get(at), 404, "no_such_draft")


def test_notices_are_marked_read(district: District, call: Call) -> None:
    newborn(district, until="submitted")
    wang = call("wangfang")
    unread = told(wang.get("/me"))["unread"]
    assert unread > 0
    assert told(wang.post("/notices/read")) == {"read": unread}
    assert told(wang.get("/me"))["unread"] == 0
    assert all(notice["is_read"] for notice in told(wang.get("/notices"))["rows"])


def test_a_case_can_be_taken_back_once(district: District, call: Call) -> None:
    story = newborn(district, until="submitted")
    wang, at = call("wangfang"), f"/cases/{story.number}/withdrawal"
    problem(wang.post(at, {"why": "x"}), 422, "field_unknown")
    assert told(wang.post(at))["status"] == "withdrawn"
    again = wang.post(at)
    assert again.status_code == 409
