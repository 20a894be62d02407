"""The ledger's pages: who may open them, what is wrong in a form, and the closing check by another."""

from __future__ import annotations

from datetime import date

import pytest
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
