"""The kiosk, and entering what was said on paper or by telephone, as pages."""

from __future__ import annotations

from django.test import Client
from tests.factories import District, newborn

from minsheng.apps.cases.models import Case
from minsheng.apps.ratings import actions
from minsheng.apps.ratings.models import Rating


def code_of(district: District) -> str:
    return actions.give_code(by=district.account("zhaomin"))[1]


def test_a_kiosk_takes_a_code_and_one_touch_and_forgets(district: District) -> None:
    code, kiosk = code_of(district), Client()
    assert "12 位码" in kiosk.get("/kiosk").content.decode()
    assert kiosk.post("/kiosk", {"code": "AAAA"}).status_code == 404
    led = kiosk.post("/kiosk", {"code": f"{code[:4]}-{code[4:].lower()}"})
    assert led.status_code == 302 and led["Location"] == f"/kiosk/{code}"
    page = kiosk.get(f"/kiosk/{code}")
    assert page.content.decode().count('name="score"') == 5 and "no-store" in page["Cache-Control"]
    assert kiosk.post(f"/kiosk/{code}", {"score": "9"}).status_code == 422
    done = kiosk.post(f"/kiosk/{code}", {"score": "1", "manner": "2", "comment": "等了很久"})
    assert "谢谢" in done.content.decode() and done["Refresh"] == "10; url=/kiosk"
    rating = Rating.objects.get()
    assert (rating.channel, rating.is_named, rating.parts) == ("kiosk", False, {"manner": 2})
    assert kiosk.get(f"/kiosk/{code}").status_code == 404
    # The desk verifies it at once, and the clerk who was rated finds nothing of it.
    clerk = district.client("zhaomin")
    for path in ("/desk/reviews", "/desk/ratings", "/desk/visits"):
        assert "等了很久" not in clerk.get(path).content.decode()
    assert clerk.get(f"/desk/reviews/{rating.review.number}").status_code == 404


def test_at_a_kiosk_a_clerk_is_refused_and_a_resident_stays_unnamed(district: District) -> None:
    clerk = district.client("zhaomin").post(f"/kiosk/{code_of(district)}", {"score": "5"})
    assert clerk.status_code == 403 and not Rating.objects.exists()
    district.client("liqiang").post(f"/kiosk/{code_of(district)}", {"score": "1"})
    rating = Rating.objects.get()
    assert not rating.is_named and rating.person_id != district.account("liqiang").person_id


def test_the_desk_enters_a_call_and_is_told_when_it_was_rated(district: District) -> None:
    story = newborn(district, until="social_card")
    number = Case.objects.get(pk=story.case_id).number
    desk, form = district.client("xujing"), "/desk/ratings/new"
    page = desk.get(form, {"about": number}).content.decode()
    assert "12345 回访" in page and "王" not in page
    assert desk.get(form, {"about": "2026-999999"}).status_code == 404
    assert desk.post(form, {"about": number, "score": "2"}).status_code == 422
    said = {"about": number, "channel": "hotline", "score": "2", "comment": "跑了两趟"}
    assert "记下了" in desk.post(form, said).content.decode()
    assert "已经评过" in desk.post(form, said).content.decode()
    assert Rating.objects.get().channel == "hotline"
    assert "12345 回访" in desk.get("/desk/ratings?office=health").content.decode()
    assert "小样本，不排" in desk.get("/desk/ratings").content.decode()


def test_who_may_not_enter_is_told_who_does(district: District) -> None:
    code = code_of(district)
    for who in ("zhaomin", "sunwei"):
        refused = district.client(who).get("/desk/ratings/new", {"about": code})
        assert refused.status_code == 403 and "评价回访岗" in refused.content.decode(), who
    assert district.client("liqiang").get("/desk/ratings/new").status_code == 403
