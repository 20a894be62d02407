"""Policies find people at the desk: begin, approve, list, export; and what a resident sees of it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from minsheng.apps.audit import reads as audit
from minsheng.apps.policies import actions as policies
from minsheng.apps.screening.models import Run
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
DESK = "/desk/screening"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


@pytest.fixture
def told(district: Any) -> Any:
    """The district with what registers and 秦素 said."""
    demo.note(timezone.localdate())
    policies.answer(district.account("qinsu"), "work", "flexible", on=timezone.localdate())
    return district


def form_of(page: str, **chosen: str) -> dict[str, str]:
    """Return the form with the last basis of each data set, as an officer would choose."""
    selects = re.findall(r'<select id="b-\d+" name="([^"]+)".*?</select>', page, flags=re.S)
    bodies = re.findall(r'<select id="b-\d+" name="[^"]+".*?</select>', page, flags=re.S)
    bases = {
        name: re.findall(r'<option value="([a-z]+)"', body)[-1]
        for name, body in zip(selects, bodies, strict=True)
    }
    return {"policies": "flexible-insurance", "purpose": "tell", **bases, **chosen}


def test_an_officer_begins_another_approves_and_the_list_is_worked_through(told: Any) -> None:
    officer, leader = told.client("tangli"), told.client("zhoujing")
    page = shown(officer.get(DESK))
    missing = shown(officer.post(DESK, form_of(page, **{"basis-register:hr.insurance": ""})), 422)
    assert "“社保库”凭什么用，还没有写明" in missing
    assert 'value="flexible-insurance" checked' in missing
    begun = officer.post(DESK, form_of(page))
    assert begun.status_code == 302
    at = begun["Location"]
    assert "找到 0%" in shown(officer.get(at))
    told.work()
    page = shown(officer.get(at))
    assert "等另一个人批" in page
    assert "批准" not in page
    assert officer.post(at, {"act": "approve"}).status_code == 403
    assert officer.get(f"{at}/list.xlsx").status_code == 404
    page = shown(leader.get(at))
    assert "少于 5" in page
    assert leader.post(at, {"act": "approve"}).status_code == 302
    page = shown(officer.get(at))
    assert told.account("qinsu").person.name_masked in page
    assert "秦素" not in page
    assert "600.00 元" in page
    book = load_workbook(io.BytesIO(officer.get(f"{at}/list.xlsx").content))
    rows = list(book["名单"].values)
    assert rows[1][0] == "秦素"
    assert rows[1][2:4] == ("灵活就业社保补贴", "600.00")
    looks = [one for one in audit.since(0, 10_000) if one.stream == "look"]
    assert any('"screening"' in one.text for one in looks)
    person = re.findall(r'name="person" value="([^"]+)"', page)[0]
    wrong = {"act": "wrong", "person": person, "policy": "flexible-insurance", "reason": ""}
    assert "选哪里不对" in shown(officer.post(at, wrong), 422)
    assert officer.post(at, {**wrong, "reason": "has_it", "condition": "paid"}).status_code == 302
    page = shown(officer.get(at))
    assert "找错的：1 人" in page
    assert "名单是空的" in page


def test_strangers_see_no_run(told: Any) -> None:
    number = demo.find(timezone.localdate())
    for address in (DESK, f"{DESK}/{number}", f"{DESK}/{number}/list.xlsx"):
        for stranger in ("sunwei", "liqiang", "qinsu"):
            assert told.client(stranger).get(address).status_code == 403
        assert told.client().get(address).status_code == 302
    before = Run.objects.get(pk=number).state
    assert told.client("sunwei").post(f"{DESK}/{number}", {"act": "stop"}).status_code == 403
    assert Run.objects.get(pk=number).state == before


def test_the_pages_are_english_too(told: Any) -> None:
    number = demo.find(timezone.localdate())
    officer = told.client("tangli")
    officer.get("/language?to=en&next=/")
    page = shown(officer.get(f"{DESK}/{number}"))
    assert "Groups under 5 aren" in page
    assert "statutory duty" in page


def test_the_person_found_sees_it_applies_says_it_is_wrong_or_wants_no_search(told: Any) -> None:
    demo.find(timezone.localdate())
    cashier, stranger = told.client("qinsu"), told.client("liqiang")
    assert "可能适合您的政策" in shown(cashier.get("/mine"))
    assert "可能适合您的政策" not in shown(stranger.get("/mine"))
    page = shown(cashier.get("/mine/policies"))
    assert "登记库显示可能适合您" in page
    assert "/mine/policies/flexible-insurance/claim" in page
    wrong = {"act": "wrong", "policy": "flexible-insurance", "reason": "changed"}
    assert stranger.post("/mine/policies", wrong).status_code == 404
    assert "选哪里不对" in shown(cashier.post("/mine/policies", {**wrong, "reason": ""}), 422)
    assert cashier.post("/mine/policies", wrong).status_code == 302
    assert "/mine/policies/flexible-insurance/claim" not in shown(cashier.get("/mine/policies"))
    assert cashier.post("/mine/policies", {"act": "refuse"}).status_code == 302
    assert "您说过不要找" in shown(cashier.get("/mine/policies"))
    assert cashier.post("/mine/policies", {"act": "allow"}).status_code == 302
    assert "不要找我" in shown(cashier.get("/mine/policies"))
