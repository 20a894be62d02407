"""The room of requests: for leaders only, each number opens a list of that length, protected ones left out."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import District

from minsheng.apps.appeals import actions
from minsheng.apps.appeals import reads as requests
from minsheng.apps.appeals.models import RequestItem
from minsheng.apps.people import installed

PAGES = ("/cockpit/requests", "/cockpit/requests/list")


def filed(district: District, area: str, *, days_ago: int, sent: bool) -> str:
    """Let 王芳 say that a light is out, and the desk give it to its office."""
    at = timezone.now() - timedelta(days=days_ago)
    told = actions.Told(
        category="utilities.light.out",
        words="晚上看不清，崴了脚。",
        area=area,
        contact={"contact_name": "演示", "phone": "13800000000"},
    )
    number = actions.file_request("hotline", told, by=district.account("wangfang"), at=at).number
    if sent:
        desk = district.account("fanxue")
        post = requests.desk_view(number, account=desk).proposed
        actions.dispatch(number, post, by=desk, at=at + timedelta(minutes=5))
    return number


@pytest.fixture
def some(district: District) -> dict[str, str]:
    return {
        "late": filed(district, "jinhu.hubin", days_ago=40, sent=True),
        "fresh": filed(district, "jinhu.hubin", days_ago=0, sent=True),
        "new": filed(district, "jinhu.hubin", days_ago=0, sent=False),
    }


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def test_only_leaders_are_let_in(district: District, some: dict[str, str]) -> None:
    for who in ("wangfang", "fanxue", "linlan", "hejun"):
        client = district.client(who)
        assert {client.get(path).status_code for path in PAGES} == {403}, who
    assert {district.client("zhoujing").get(path).status_code for path in PAGES} == {200}


def test_each_number_opens_a_list_of_that_length(district: District, some: dict[str, str]) -> None:
    leader = district.client("zhoujing")
    page = shown(leader, "/cockpit/requests")
    links = re.findall(r'href="(/cockpit/requests/list\?[^"]+)"[^>]*>(?:<b>)?(?:打开 )?(\d+)', page)
    assert len(links) >= 8
    for path, number in links:
        assert shown(leader, path).count('<tr><th scope="row">') == int(number), path


def test_an_office_is_red_when_something_is_overdue(
    district: District, some: dict[str, str]
) -> None:
    leader = district.account("zhoujing")
    found = requests.glance(leader, days=30)
    office = RequestItem.objects.get(request__number=some["late"]).office
    line = next(one for one in found.offices if one.office == office)
    assert (line.open, line.overdue, line.light) == (2, 1, "red")
    assert [one.number for one in requests.glance_list(leader, "overdue", days=30)] == [
        some["late"]
    ]
    assert "有超期" in shown(district.client("zhoujing"), "/cockpit/requests")


@pytest.mark.parametrize("held_back", [{"status": "held"}, {"is_provisional": True}])
def test_a_stopped_or_provisional_clock_is_never_overdue(
    district: District, some: dict[str, str], held_back: dict[str, object]
) -> None:
    RequestItem.objects.filter(request__number=some["late"]).update(**held_back)
    found = requests.glance(district.account("zhoujing"), days=30)
    assert found.overdue == 0
    assert {one.light for one in found.offices} <= {"amber", "green"}


def test_protected_kinds_are_left_out_of_everything(
    district: District, some: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = installed.packs().appeals["hotline"].spec
    monkeypatch.setattr(type(spec), "protected", property(lambda self: True), raising=False)
    leader = district.account("zhoujing")
    found = requests.glance(leader, days=90)
    assert (found.open, found.received, found.offices) == (0, 0, ())
    assert requests.glance_list(leader, "open", days=90) == []
    assert some["late"] not in shown(
        district.client("zhoujing"), "/cockpit/requests/list?kind=open"
    )


def test_the_list_says_nothing_of_who_asked(district: District, some: dict[str, str]) -> None:
    page = shown(district.client("zhoujing"), "/cockpit/requests/list?kind=open")
    assert some["new"] in page
    assert "王芳" not in page and "崴了脚" not in page and "138" not in page


def test_the_interface_says_the_same(district: District, some: dict[str, str]) -> None:
    client = Client(headers={"Authorization": f"Bearer {district.token('zhoujing')}"})
    told = client.get("/api/v1/indicators/requests?days=90").json()
    assert (told["open"], told["to_dispatch"], told["overdue"]) == (3, 1, 1)
    listed = client.get("/api/v1/indicators/requests/list?kind=overdue&days=90").json()
    assert [one["number"] for one in listed] == [some["late"]]
    stranger = Client(headers={"Authorization": f"Bearer {district.token('linlan')}"})
    assert stranger.get("/api/v1/indicators/requests").status_code == 403
