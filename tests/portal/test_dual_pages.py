"""Pages of dual lessons: a head pairs, the lead teaches both, the far teacher keeps attendance."""

import re
from datetime import timedelta

import pytest
from tests.factories import District

from minsheng.apps.dual.models import DualLesson, Pairing
from minsheng.apps.people.installed import packs
from minsheng.apps.schools.models import SchoolClass
from minsheng.cli.demo import dual
from minsheng.engines.items import as_html


@pytest.fixture
def loaded(schooled: District) -> District:
    dual.begin(schooled.today)
    return schooled


def page(district: District, username: str, path: str) -> str:
    answer = district.client(username).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_head_proposes_and_the_other_side_sees_it_wait(schooled: District) -> None:
    lead, far = (
        SchoolClass.objects.get(sourced_id=key).pk for key in ("mingde-4-3", "qinghuai-4-2")
    )
    head = schooled.client("kongrui")
    sent = {
        "subject": "mathematics-4", "lead": f"{lead}:{schooled.account('qiaoyu').pk}",
        "far": f"{far}:{schooled.account('tanmei').pk}", "since": str(schooled.today), "until": "",
    }  # fmt: skip
    wrong = head.post("/school/dual/new", sent)
    assert wrong.status_code == 422
    assert "日期写成" in wrong.content.decode()
    right = head.post("/school/dual/new", {**sent, "until": str(schooled.today + timedelta(90))})
    assert right.status_code == 302
    pairing = Pairing.objects.get()
    at = f"/school/dual/pairings/{pairing.pk}"
    assert head.post(at, {"act": "hours", "at-1": "14:40"}).status_code == 302
    assert "14:40" in page(schooled, "qiaoyu", at)
    assert schooled.client("linxia").get("/school/dual/new").status_code == 403
    assert "结对由校长来提" in page(schooled, "tanmei", "/school/dual/new")


def test_a_lesson_runs_from_the_page_in_both_classes(loaded: District) -> None:
    coming = DualLesson.objects.get(state="planned")
    at, lead, far = (
        f"/school/dual/lessons/{coming.pk}",
        loaded.client("qiaoyu"),
        loaded.client("tanmei"),
    )
    assert "还没有接会议系统" in page(loaded, "qiaoyu", at)
    assert "023-0000" in page(loaded, "tanmei", at)
    assert lead.post(at, {"act": "room"}).status_code == 409
    for sent in ({"act": "begin"}, {"act": "step", "step": "activity"}):
        assert lead.post(at, sent).status_code == 302
    shown = page(loaded, "qiaoyu", at)
    items = re.findall(r'name="item" value="([^"]+)"', shown)
    assert items
    assert lead.post(at, {"act": "ticket", "item": items}).status_code == 302
    part = coming.parts.get(side="far")
    pupil = re.findall(r'name="p-(\d+)"', page(loaded, "tanmei", at))[0]
    assert (
        far.post(at, {"act": "presence", "part": part.pk, f"p-{pupil}": "absent"}).status_code
        == 302
    )
    assert lead.post(at, {"act": "end"}).status_code == 302
    assert far.post(at, {"act": "word", "part": part.pk, "words": "顺"}).status_code == 302
    assert "课后的话" in page(loaded, "qiaoyu", at)
    assert far.post(at, {"act": "nothing"}).status_code == 422
    # The room isn't there: the door leads back to the lesson.
    assert lead.get(f"{at}/room/0").url == at


def test_names_of_the_other_class_are_on_no_page(loaded: District) -> None:
    taught = DualLesson.objects.filter(state="taught").order_by("pk")[0]
    at = f"/school/dual/lessons/{taught.pk}"
    for username, sees in (
        ("tanmei", True),
        ("qiaoyu", False),
        ("shaoqing", False),
        ("kongrui", False),
    ):
        assert ("林小禾" in page(loaded, username, at)) is sees, username
    assert "没做对" in page(loaded, "tanmei", at)
    work = taught.parts.get(side="far").lesson.ticket
    assert work is not None
    first = packs().subjects["mathematics-4"].items[work.items[0]]
    assert as_html(first.ask) in page(loaded, "tanmei", at)
    assert "$" not in page(loaded, "tanmei", at)
    assert "没做对" not in page(loaded, "shaoqing", at)
    assert "课后的话" not in page(loaded, "kongrui", at)


def test_the_effect_says_that_nothing_can_be_said(loaded: District) -> None:
    pairing = Pairing.objects.get()
    for username in ("shaoqing", "tanmei", "kongrui"):
        assert "说不出" in page(loaded, username, f"/school/dual/pairings/{pairing.pk}/effect")
    assert "主讲乔宇" in page(loaded, "kongrui", "/school/dual")


@pytest.mark.parametrize("username", ["linlan", "kelan"])
def test_a_stranger_on_the_staff_finds_nothing(loaded: District, username: str) -> None:
    pairing, lesson = Pairing.objects.get(), DualLesson.objects.all()[0]
    stranger = loaded.client(username)
    for path in (
        f"/school/dual/pairings/{pairing.pk}", f"/school/dual/pairings/{pairing.pk}/effect",
        f"/school/dual/lessons/{lesson.pk}", f"/school/dual/lessons/{lesson.pk}/room/0",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404
    assert "还没有双师结对" in page(loaded, username, "/school/dual")
    assert loaded.client("liqiang").get("/school/dual").status_code == 403
