"""A defect over its pages, from the report to the plan; a stranger finds nothing."""

from __future__ import annotations

from datetime import date

from tests.factories import District

from minsheng.apps.repairs import actions
from minsheng.apps.repairs.actions import NewBuilding
from minsheng.apps.repairs.models import Building, Repair


def test_a_defect_is_entered_planned_and_its_vote_counted_over_the_pages(district: District):
    new = NewBuilding(
        area="estate.heyuan", name="1 栋", accepted_on=date(2015, 6, 1), flats=(("1-1", 9000),)
    )
    actions.register_buildings([new], by="system")
    fang, house = district.client("fangwei"), Building.objects.get()
    assert "1 栋" in fang.get("/desk/repairs/new?estate=estate.heyuan").content.decode()
    form = {
        "estate": "estate.heyuan",
        "building": house.pk,
        "flat": "1-1",
        "part": "",
        "words": "漏",
    }
    wrong = fang.post("/desk/repairs/new", form)
    assert wrong.status_code == 422
    assert "别的都还在" in wrong.content.decode()
    done = fang.post("/desk/repairs/new", {**form, "part": "roof"})
    page = done["Location"]
    shown = fang.get(f"{page}?part_area=90&part_persons=1&yes_area=90&yes_persons=1")
    assert "过了保修期" in shown.content.decode()
    assert "够了，可以用" in shown.content.decode()
    plan = {"act": "plan", "plan": "重做防水", "contractor": "演示公司", "bearer": "fund"}
    assert fang.post(page, plan).status_code == 302
    assert Repair.objects.get().bearer == "fund"
    assert district.client("liqiang").get(page).status_code == 403
    assert district.client("sunwei").get(page).status_code == 404
    assert district.client("sunwei").get("/desk/repairs").status_code == 403
