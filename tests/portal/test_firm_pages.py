"""Who speaks for which firm: kept by the counter, and the firm's room opens for who is named."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.factories import District

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Representative
from minsheng.cli.demo.cast import Firm

FIRM = Firm(body="MA00NEW01", name="新苗包装厂（演示）", representative="liqiang")


@pytest.fixture
def typed() -> dict[str, str]:
    return {"username": "liqiang", "credit_code": FIRM.code, "name": FIRM.name}


def test_a_clerk_names_somebody_who_may_then_whistle(
    district: District, typed: dict[str, str]
) -> None:
    owner, clerk = district.client("liqiang"), district.client("zhaomin")
    before = owner.get("/firm/new/whistle").content.decode()
    assert 'name="words"' not in before
    assert clerk.post("/desk/firms", typed).status_code == 302
    page = clerk.get("/desk/firms").content.decode()
    assert "新苗包装厂（演示）" in page and typed["credit_code"] in page
    assert 'name="words"' in owner.get("/firm/new/whistle").content.decode()
    assert clerk.post("/desk/firms", typed).status_code == 302
    assert Representative.objects.filter(account__username="liqiang").count() == 1


def test_an_entry_is_ended_and_the_room_closes(district: District, typed: dict[str, str]) -> None:
    clerk = district.client("zhaomin")
    clerk.post("/desk/firms", typed)
    row = Representative.objects.get(account__username="liqiang")
    assert clerk.post("/desk/firms", {"end": str(row.pk)}).status_code == 302
    assert people.organisations_of(district.account("liqiang")) == []
    assert "新苗包装厂" not in clerk.get("/desk/firms").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "nobody-here", "没有这个登录名"),
        ("username", "linlan", "还没有核实身份"),
        ("credit_code", "91", "18 位"),
        ("name", "", "照营业执照写上名称"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_nothing_is_lost(
    district: District, typed: dict[str, str], field: str, value: str, said: str
) -> None:
    answer = district.client("zhaomin").post("/desk/firms", typed | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert all(kept in page for key, kept in typed.items() if key != field)
    assert not Representative.objects.filter(account__username="liqiang").exists()


def test_nobody_else_keeps_the_register(district: District, typed: dict[str, str]) -> None:
    for who in ("", "liqiang", "linlan", "zhoujing"):
        client = district.client(who)
        assert client.get("/desk/firms").status_code in {302, 403}, who
        client.post("/desk/firms", typed)
    assert not Representative.objects.filter(account__username="liqiang").exists()


def test_the_interface_does_the_same(district: District, typed: dict[str, str]) -> None:
    clerk = Client(headers={"Authorization": f"Bearer {district.token('zhaomin')}"})
    made = clerk.post("/api/v1/representatives", typed, "application/json").json()
    assert made["organisation"] == typed["name"]
    listed = clerk.get("/api/v1/representatives").json()
    assert made["id"] in {one["id"] for one in listed}
    assert clerk.post(f"/api/v1/representatives/{made['id']}/end").status_code == 200
    other = Client(headers={"Authorization": f"Bearer {district.token('linlan')}"})
    assert other.get("/api/v1/representatives").status_code in {403, 404}
    assert other.post("/api/v1/representatives", typed, "application/json").status_code == 403
