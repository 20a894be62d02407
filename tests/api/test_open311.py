"""Open311 GeoReport v2: a client of the package index reads it unchanged; making a request needs a key."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from georeport import GeoReport
from tests.factories import District

from minsheng.apps.appeals import actions
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed

BASE = "/open311/v2"
LIGHT = "hotline.utilities.light.out"
CONTACT = {"contact_name": "演示", "phone": "13800000000"}
SENT = {
    "service_code": LIGHT,
    "description": "路灯一段不亮，晚上看不清。",
    "lat": "29.6284",
    "long": "106.3614",
    "phone": "13800000000",
}


def filed(district: District, count: int, *, category: str = "utilities.light.out") -> list[str]:
    told = actions.Told(category=category, words="看不清。", area="jinhu.hubin", contact=CONTACT)
    by = district.account("chenli")
    return [actions.file_request("hotline", told, by=by).number for _ in range(count)]


def rows(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"{BASE}/{path}", query)
    assert answer.status_code == 200, answer.content.decode()
    return json.loads(answer.content)


def test_a_client_of_the_package_index_reads_it_unchanged(district: District, live_server: Any):
    numbers = filed(district, 5)
    client = GeoReport(f"{live_server.url}{BASE}")
    codes = {one["service_code"] for one in client.get_service_list()}
    assert LIGHT in codes
    assert client.get_service_definition(LIGHT)["service_code"] == LIGHT
    found = client.get_service_requests(service_code=LIGHT, status="open")
    assert {one["service_request_id"] for one in found} == set(numbers)
    assert client.get_service_request(numbers[0])["status"] == "open"
    in_xml = GeoReport(f"{live_server.url}{BASE}", output_format="xml")
    assert {one["service_code"] for one in in_xml.get_service_list()} == codes
    assert len(in_xml.get_service_requests()) == 5


def test_a_resident_makes_a_request_and_reads_it_with_the_key(district: District, client: Client):
    sent = {**SENT, "api_key": district.token("wangfang")}
    answer = client.post(f"{BASE}/requests.json", sent)
    assert answer.status_code == 201
    number = answer.json()[0]["service_request_id"]
    made = Request.objects.get(number=number)
    assert (made.slug, made.category, made.channel) == ("hotline", "utilities.light.out", "open311")
    assert made.area == "jinhu.kechuang"  # the community nearest to the point
    assert made.account == district.account("wangfang")
    own = rows(client, f"requests/{number}.json", api_key=sent["api_key"])
    assert own[0]["description"] == SENT["description"]
    assert rows(client, f"tokens/{number}.json", api_key=sent["api_key"])[0]["token"] == number
    # Of one alone of its kind nobody else reads anything.
    assert client.get(f"{BASE}/requests/{number}.json").status_code == 404
    assert rows(client, "requests.json") == []
    other = {"api_key": district.token("liqiang")}
    assert client.get(f"{BASE}/requests/{number}.json", other).status_code == 404


def test_what_everybody_reads_says_nothing_of_who_and_where(district: District, client: Client):
    numbers = filed(district, 5)
    filed(district, 4, category="utilities.drain.cover")
    found = rows(client, "requests.json")
    assert {one["service_request_id"] for one in found} == set(numbers)
    whole = json.dumps(found, ensure_ascii=False)
    assert "看不清" not in whole and "湖滨" not in whole and "陈立" not in whole
    assert {(one["description"], one["address"], one["lat"]) for one in found} == {("", "", None)}


def test_protected_kinds_and_those_of_firms_are_no_service(client: Client, db: None):
    kinds = {one["service_code"].partition(".")[0] for one in rows(client, "services.json")}
    specs = {slug: one.spec for slug, one in installed.packs().appeals.items()}
    assert kinds
    assert not [k for k in kinds if specs[k].protected or specs[k].requester != "person"]
    assert [k for k, spec in specs.items() if spec.protected]  # there is one to hide


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "made-up"}, 403),
        ({"service_code": "hotline.nothing"}, 404),
        ({"service_code": "whistle.energy"}, 404),
        ({"description": ""}, 400),
        ({"phone": ""}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "0", "long": "0"}, 400),
        ({"address_id": "nowhere"}, 400),
    ],
)
def test_what_is_wrong_is_said_as_the_standard_says_it(
    district: District, client: Client, change: dict[str, str], status: int
):
    sent = {**SENT, "api_key": district.token("wangfang"), **change}
    answer = client.post(f"{BASE}/requests.json", sent)
    assert answer.status_code == status
    (error,) = answer.json()
    assert error["code"] == status and error["description"]
    as_xml = client.post(f"{BASE}/requests.xml", sent)
    assert ElementTree.fromstring(as_xml.content).findtext("error/code") == str(status)
    assert not Request.objects.exists()


def test_sent_twice_under_one_key_it_is_made_once(district: District, client: Client):
    sent = {**SENT, "api_key": district.token("wangfang")}
    header = {"Idempotency-Key": "tap-1"}
    made = [client.post(f"{BASE}/requests.json", sent, headers=header).json() for _ in range(2)]
    assert made[0] == made[1] and Request.objects.count() == 1


def test_staff_use_the_desk_and_other_methods_are_refused(district: District, client: Client):
    sent = {**SENT, "api_key": district.token("fanxue")}
    assert client.post(f"{BASE}/requests.json", sent).status_code == 403
    assert client.delete(f"{BASE}/services.json").status_code == 405
    assert client.get(f"{BASE}/requests.json", {"start_date": "yesterday"}).status_code == 400
    today = timezone.localdate().isoformat()
    assert rows(client, "requests.json", start_date=today) == []
