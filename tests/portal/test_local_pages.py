"""The room of a street or village: what lies there, nobody named; each number is its list's length."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT
from tests.apps.councils.matters_of import lamp

from minsheng.apps.appeals import actions as appeals
from minsheng.apps.appeals.models import RequestItem
from minsheng.apps.projects import actions as projects
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs.models import Building
from minsheng.lib.texts import Text

pytestmark = pytest.mark.django_db
LIST = re.compile(r'href="(/desk/local/list\?area=shiqiao&amp;kind=[a-z-]+)"')


@pytest.fixture
def filled(district) -> str:
    """石桥镇 with a request that is overdue, a vote, a repair and two entries; return the request."""
    lamp(district, "voting")
    told = appeals.Told(
        category="utilities.light.out",
        words="我家门口的灯",
        area="shiqiao.qiaotou",
        contact=CONTACT,
    )
    number = appeals.file_request("hotline", told, by=district.account("wangfang")).number
    appeals.dispatch(number, "urban.roads", by=district.account("fanxue"))
    RequestItem.objects.filter(request__number=number).update(
        finish_due=timezone.now() - timedelta(days=1)
    )
    fang = district.account("fangwei")
    built = repairs.NewBuilding(
        area="estate.fengyuan", name="9 栋", accepted_on=date(2015, 6, 1), flats=(("1-1", 9000),)
    )
    repairs.register_buildings([built], by="system")
    building = Building.objects.get(name="9 栋").pk
    repairs.report_repair(building, part="roof", words="漏雨", flat="1-1", by=fang)
    new = projects.NewEntry(
        title=Text("石桥街换灯"), owner="construction.works", checker="office.ledger",
        due=date(2030, 1, 1), area="shiqiao", is_public=True,
    )  # fmt: skip
    projects.open_entry(new, by=fang)
    return number


def test_each_number_opens_a_list_of_that_length(district, filled):
    client = district.client("shenya")
    page = client.get("/desk/local?area=shiqiao").content.decode()
    assert "样超期了" in page
    found = 0
    for path in LIST.findall(page):
        said = re.search(
            rf'<p class="v">(\d+)</p><p><a class="open" href="{re.escape(path)}"', page
        )
        rows = client.get(path.replace("&amp;", "&")).content.decode().split('class="rows"')[1]
        assert rows.count("<li>") >= int(said[1])
        assert rows.split("</ul>")[0].count("<li>") == int(said[1]), path
        found += 1
    assert found >= 6
    for kind in ("requests-overdue", "councils-voting", "repairs", "entries"):
        assert f"kind={kind}" in page, kind


def test_nobody_is_named_and_only_what_one_may_open_is_a_link(district, filled):
    client = district.client("shenya")
    text = ""
    for kind in ("requests-open", "repairs", "entries", "councils"):
        text += client.get(f"/desk/local/list?area=shiqiao&kind={kind}").content.decode()
    for hidden in ("王芳", "王**", "我家门口的灯", "13800001234", "9 栋 1-1"):
        assert hidden not in text
    assert filled in text
    assert f"/desk/requests/{filled}" not in text  # it is with the office for roads
    assert "/desk/councils/" in text


def test_only_whoever_looks_after_a_place_opens_its_room(district, filled):
    assert district.client("sunwei").get("/desk/local").status_code == 403
    assert district.client("yangqun").get("/desk/local").status_code == 200
    for path in ("/desk/local?area=shiqiao", "/desk/local/list?area=shiqiao&kind=requests-open"):
        assert district.client("yangqun").get(path).status_code == 403
        assert district.client("wangfang").get(path).status_code == 403
    assert "东坡村" in district.client("yangqun").get("/desk/local").content.decode()
    assert district.client("gaoyuan").get("/desk/local").status_code == 403
