"""Wherever a due day is shown, it unfolds into its days; the API gives the same rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from tests.api.api_caller import Caller, told
from tests.apps.cases.cases_cast import Clock, follow
from tests.factories import District, newborn

from minsheng.apps.cases import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Thursday before Qingming 2026, so that a holiday lies inside the terms."""
    return Clock(monkeypatch, date(2026, 4, 2))


def test_a_due_day_unfolds_on_every_page_and_in_the_api(clock: Clock, district: District):
    story = newborn(district, until="answered")
    wang, resident = district.client("wangfang"), Caller(district.token("wangfang"))
    plan = wang.get(reverse("apply-plan", args=[story.draft])).content.decode()
    assert "清明节放假" in plan
    planned = told(resident.get(f"/applications/{story.draft}/plan"))
    assert planned["finish_days"]["counted"] == planned["workdays"]
    assert plan.count('class="data due"') == 1 + len(planned["items"])
    for one in planned["items"]:
        assert one["due_days"]["term"] == f"{one['due_days']['counted']}wd"

    story.submit()
    story.approve("birth_certificate")
    row = story.item_id("household")
    actions.return_item(
        row, by=district.account("sunwei"), reason="name_unclear", message="请补一张照片"
    )
    follow()
    clock.go_to(date(2026, 4, 8))
    wang, sun = district.client("wangfang"), district.client("sunwei")  # sign-ins have run out
    resident, officer = Caller(district.token("wangfang")), Caller(district.token("sunwei"))
    case_page = wang.get(f"/mine/cases/{story.number}").content.decode()
    assert "现在停表" in case_page
    actions.supply_item(story.case_id, "household", by=district.account("wangfang"), answer="补了")

    pages = {
        "case": wang.get(f"/mine/cases/{story.number}"),
        "mine": wang.get("/mine"),
        "inbox": sun.get("/desk"),
        "item": sun.get(f"/desk/items/{row}"),
    }
    for name, page in pages.items():
        text = page.content.decode()
        assert '<details class="data due">' in text, name
        assert "国务院办公厅关于2026年部分节假日安排的通知（出处里就是这样）" in text, name
    for name in ("case", "inbox", "item"):
        text = pages[name].content.decode()
        assert "停表：" in text, name
        assert "时限3 个工作日" in text, name

    (line,) = told(officer.get("/inbox"))["rows"]
    days = line["due_days"]
    assert (days["term"], days["counted"], days["stopped"]) == ("3wd", 3, 2)
    assert days["due"] == line["due"]
    assert days == told(officer.get(f"/items/{row}?purpose=case"))["due_days"]
    stop = next(one for one in days["rows"] if one["kind"] == "stopped")
    assert (stop["first"], stop["last"], stop["counts"]) == ("2026-04-03", "2026-04-07", 0)
    assert stop["name"]["zh"]
    (mine,) = told(resident.get("/cases"))["rows"]
    detail = told(resident.get(f"/cases/{story.number}"))
    assert mine["promised_days"] == detail["promised_days"]
    household = next(one for one in detail["items"] if one["key"] == "household")
    assert household["due_days"] == days
