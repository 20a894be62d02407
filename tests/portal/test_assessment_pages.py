"""Assessments in pages: one click from a policy, filled in part by part, settled, signed, objected to."""

from __future__ import annotations

from tests.apps.assessments.assessments_of import WEAK, answers, appointed, both_in, noted, signed

from minsheng.apps.assessments.models import Assessment, Result, Sheet
from minsheng.apps.people import reads as people
from minsheng.portal.assessing import kind, parts, shown


def body(client, path: str) -> str:
    return client.get(path).content.decode()


def part_forms() -> dict[str, dict[str, str]]:
    """What an assessor chooses in each part."""
    whole = {one.key: shown(one.value) for one in answers(WEAK)}
    return {part.key: {key: whole[key] for key in part.asks} for part in parts(kind().grading)}


def test_from_an_open_policy_by_one_click_to_its_answer(district):
    noted(district)
    elder, arranger = district.client("xuguilan"), district.client("aiming")
    page = body(elder, "/mine/policies/elder-medical-help")
    assert "还不知道您的失能等级" in page
    assert 'action="/mine/assessments"' in page
    made = elder.post("/mine/assessments", {})
    row = Assessment.objects.get()
    assert made.url == f"/mine/assessments/{row.pk}"
    assert "看约在哪天" in body(elder, "/mine/policies/elder-medical-help")
    at = f"/desk/assessments/{row.pk}"
    assert at in body(arranger, "/desk/assessments")
    ids = [str(district.account(one).pk) for one in ("mengyan", "dingke")]
    plan = {"act": "appoint", "day": district.today.isoformat(), "starts": "09:30", "place": "槐安路 19 号", "assessors": ids}  # fmt: skip
    assert arranger.post(at, plan).status_code == 302
    assert "上门评估" in body(elder, made.url)
    for name in ("mengyan", "dingke"):
        assessor = district.client(name)
        for key, form in part_forms().items():
            page = body(assessor, f"{at}/parts/{key}")
            assert all(f'name="{one}"' in page for one in form)
            sent = assessor.post(f"{at}/parts/{key}", form)
            assert sent.status_code == 302
        assert sent.url == at
        assessor.post(at, {"act": "hand_in"})
    one, other = district.client("mengyan"), district.client("dingke")
    assert "两位填的都一样" in body(one, at)
    one.post(at, {"act": "informant", "informant": "女儿"})
    page = body(one, at)
    assert "1 级（轻度失能）" in page
    for client in (one, other):
        client.post(at, {"act": "sign", "revision": "1"})
    assert Result.objects.count() == 1
    page = body(elder, made.url)
    assert "1 级，轻度失能" in page
    assert "总分 73 分" in page
    page = body(elder, "/mine/policies/elder-medical-help")
    assert "您符合条件" in page
    assert "来自" in page
    sheet = body(elder, f"{made.url}/sheet")
    titles = [item.title.zh for item in kind().grading.items()]
    places = [sheet.index(f'<th scope="row">{title}') for title in titles]
    assert places == sorted(places)
    assert "签字以后没有改过" in body(one, f"{at}/sheet")


def test_each_answer_is_kept_as_it_is_given(district):
    row = appointed(district)
    at = f"/desk/assessments/{row.pk}/parts/self_care"
    assessor = district.client("mengyan")
    kept = assessor.post(at, {"act": "keep", "eating": "2"})
    assert (kept.status_code, kept.json()) == (200, {"kept": True})
    assessor.post(at, {"act": "keep", "note-eating": "右手抖"})
    page = body(assessor, at)
    assert 'value="2" checked' in page
    assert "右手抖" in page
    assert 'value="2" checked' not in body(district.client("dingke"), at)
    wrong = assessor.post(at, {"act": "keep", "eating": "7"})
    assert wrong.status_code == 422
    assert wrong.json()["kept"] is False
    wrong = assessor.post(
        f"/desk/assessments/{row.pk}/parts/facts", {"care_events": "很多", "coma": "no"}
    )
    assert wrong.status_code == 422
    assert 'value="很多"' in wrong.content.decode()
    early = assessor.post(f"/desk/assessments/{row.pk}", {"act": "hand_in"})
    assert early.status_code == 422
    assert "没答" in early.content.decode()


def test_differences_stand_beside_one_another_and_are_settled(district):
    row = both_in(district, WEAK, {**WEAK, "memory": 4})
    at, one = f"/desk/assessments/{row.pk}", district.client("mengyan")
    page = body(one, at)
    assert "还有 1 项要商定" in page
    assert page.count('name="act" value="settle"') == 1
    wrong = one.post(at, {"act": "sign", "revision": "0"})
    assert wrong.status_code == 422
    assert 'href="#diff-memory"' in wrong.content.decode()
    one.post(at, {"act": "settle", "key": "memory", "memory": "3", "why": "又问了一遍"})
    page = body(one, at)
    assert "又问了一遍" in page
    assert "孟妍" in page
    stale = district.client("dingke").post(at, {"act": "sign", "revision": "0"})
    assert stale.status_code == 409


def test_an_objection_is_written_on_the_result(district):
    result = signed(district)
    elder, at = district.client("xuguilan"), f"/mine/assessments/{result.assessment_id}"
    assert elder.post(at, {"act": "object", "words": " "}).status_code == 422
    sent = elder.post(at, {"act": "object", "words": "洗澡自己来不了。"})
    review = Assessment.objects.get(reason="review")
    assert sent.url == f"/mine/assessments/{review.pk}"
    assert "您要求的复核" in body(elder, at)
    assert "洗澡自己来不了" in body(district.client("aiming"), f"/desk/assessments/{review.pk}")


def test_strangers_open_nothing_and_change_nothing(district):
    row = both_in(district)
    mine, desk = f"/mine/assessments/{row.pk}", f"/desk/assessments/{row.pk}"
    stranger = district.client("liqiang")
    assert stranger.get(mine).status_code == 404
    assert stranger.get(f"{mine}/sheet").status_code == 404
    assert stranger.post(mine, {"act": "cancel"}).status_code == 404
    assert stranger.get(desk).status_code == 403
    for name in ("linlan", "gebing", "zhoujing"):
        client = district.client(name)
        for path in (desk, f"{desk}/sheet", f"{desk}/parts/mind"):
            assert client.get(path).status_code == 404, (name, path)
        assert client.post(desk, {"act": "sign", "revision": "0"}).status_code == 404
        assert client.get("/desk/assessments/quality").status_code == 403
    assert "徐桂兰" not in body(district.client("linlan"), "/desk/assessments")
    assert Sheet.objects.filter(signed_at=None).count() == 2
    assert district.client().get(mine).status_code == 302


def test_the_office_reads_how_far_two_agree(district):
    signed(district)
    page = body(district.client("aiming"), "/desk/assessments/quality")
    assert "太少" in page
    assert "记忆" in page


def test_an_officer_writes_it_down_for_who_came(district):
    arranger, elder = district.client("aiming"), district.account("xuguilan")
    wrong = arranger.post("/desk/assessments", {"number": "12", "words": "来过电话"})
    assert wrong.status_code == 422
    assert "来过电话" in wrong.content.decode()
    made = arranger.post("/desk/assessments", {"number": people.number_of(elder.person)})
    assert made.url == f"/desk/assessments/{Assessment.objects.get().pk}"
    assert "正在安排" in body(district.client("xuguilan"), made.url.replace("desk", "mine"))
