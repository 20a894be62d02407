"""The ledger's pages: who may open them, what is wrong in a form, and the closing check by another."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.factories import District

from minsheng.apps.projects import actions
from minsheng.apps.projects.actions import NewEntry, NewMilestone
from minsheng.apps.projects.models import Entry
from minsheng.lib.texts import Text


@pytest.fixture
def lamps(district: District) -> Entry:
    new = NewEntry(
        title=Text("东坡村路灯（演示）"),
        owner="construction.works",
        checker="office.ledger",
        due=date(2030, 1, 1),
        milestones=(NewMilestone(title=Text("装好"), due=date(2030, 1, 1)),),
    )
    return actions.open_entry(new, by=district.account("fangwei"))


def test_an_entry_is_worked_on_and_closed_over_its_page(district: District, lamps: Entry):
    page = f"/desk/projects/{lamps.number}"
    fang, ding = district.client("fangwei"), district.client("dingrui")
    assert "东坡村路灯" in fang.get("/desk/projects?words=路灯").content.decode()
    wrong = fang.post(page, {"act": "news", "words": ""})
    assert wrong.status_code == 422
    assert "别的都还在" in wrong.content.decode()
    fang.post(page, {"act": "news", "milestone": "m1", "words": "装好了"})
    fang.post(page, {"act": "ask", "words": "都亮了"})
    assert fang.post(page, {"act": "pass", "words": "我自己看过"}).status_code == 403
    assert "请您核对" in ding.get(page).content.decode()
    ding.post(page, {"act": "pass", "words": "晚上去看过"})
    lamps.refresh_from_db()
    assert lamps.state == "closed"


def test_a_stranger_and_another_office_find_nothing(district: District, lamps: Entry):
    page = f"/desk/projects/{lamps.number}"
    assert district.client("liqiang").get(page).status_code == 403
    assert district.client("sunwei").get(page).status_code == 404
    assert "东坡村" not in district.client("sunwei").get("/desk/projects").content.decode()
    assert district.client("sunwei").post(page, {"act": "news", "words": "x"}).status_code == 404


def test_everybody_reads_the_public_entries_in_every_view_and_no_internal_one(
    district: District, lamps: Entry
):
    leader = district.account("zhoujing")
    actions.open_plan("school-building", by=leader)
    passer_by = district.client()
    for view in ("table", "board", "gantt", "map", "tree"):
        page = passer_by.get(f"/projects?view={view}").content.decode()
        assert "东坡村路灯" not in page, view
        inside = district.client("fangwei").get(f"/desk/projects?view={view}").content.decode()
        assert ("东坡村路灯" in inside) == (view not in {"tree", "map"}), view
    assert "未列" in passer_by.get("/projects?view=tree").content.decode()
    assert passer_by.get(f"/projects/{lamps.number}").status_code == 404
    public = Entry.objects.filter(is_public=True).first()
    assert public is not None
    assert passer_by.get(f"/projects/{public.number}").status_code == 200


def test_an_entry_is_written_and_a_workbook_taken_in_over_the_pages(district: District):
    fang = district.client("fangwei")
    form = {
        "title": "", "owner": "construction.works", "checker": "office.ledger", "due": "2030-05-01",
        "step": ["设计", "装好", "", ""], "step_due": ["2030-03-01", "2030-04-01", "", ""],
        "step_weight": ["3", "7", "1", "1"],
    }  # fmt: skip
    assert fang.post("/desk/projects/new", form).status_code == 422
    assert fang.post("/desk/projects/new", {**form, "title": "路灯"}).status_code == 302
    assert Entry.objects.get().milestones.count() == 2
    book = fang.get("/desk/projects/export").content
    Entry.objects.all().delete()
    sent = SimpleUploadedFile("ledger.xlsx", book)
    look = fang.post("/desk/projects/import", {"file": sent, "act": "look"}).content.decode()
    content = re.findall(r'name="content" value="([^"]+)"', look)[0]
    assert Entry.objects.count() == 0
    assert (
        fang.post("/desk/projects/import", {"content": content, "act": "take"}).status_code == 302
    )
    assert Entry.objects.get().title_zh == "路灯"
    assert fang.post("/desk/projects/import", {"content": "x", "act": "look"}).status_code == 422


def test_helpers_and_milestones_come_later_over_the_page(district: District, lamps: Entry):
    page, fang = f"/desk/projects/{lamps.number}", district.client("fangwei")
    wrong = fang.post(page, {"act": "milestone", "step": "通电", "step_due": "2031-01-01"})
    assert wrong.status_code == 422
    assert "通电" in wrong.content.decode() and "完成日期之后" in wrong.content.decode()
    assert (
        fang.post(page, {"act": "milestone", "step": "通电", "step_due": "2029-12-01"}).status_code
        == 302
    )
    fang.post(page, {"act": "helpers", "helpers": ["urban.roads"]})
    lamps.refresh_from_db()
    assert (lamps.helpers, lamps.milestones.count()) == (["urban.roads"], 2)
    assert fang.post(page, {"act": "show"}).status_code == 403
    district.client("zhoujing").post(page, {"act": "show"})
    assert "东坡村路灯" in district.client().get(f"/projects/{lamps.number}").content.decode()


def test_what_somebody_typed_stays_when_another_was_faster(district: District, lamps: Entry):
    page = f"/desk/projects/{lamps.number}"
    asked = {"act": "change", "what": "scope", "after": "再加三盏", "reason": "村里要"}
    fang = district.client("fangwei")
    fang.post(page, asked)
    again = fang.post(page, asked | {"after": "再加九盏"})
    assert again.status_code == 409
    assert "再加九盏" in again.content.decode() and "先等它批" in again.content.decode()
