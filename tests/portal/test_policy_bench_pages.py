"""The bench of policies: numbers with sources, sentences tried, a trial, publishing by two."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from minsheng.apps.policies import actions as policies
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
PAGE = "/desk/policies/flexible-insurance"
CLIFFS = f"{PAGE}/cliffs"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


def test_a_number_is_tried_proposed_and_approved_by_another(district: Any) -> None:
    today = timezone.localdate()
    demo.note(today)
    policies.answer(district.account("qinsu"), "work", "flexible", on=today)
    officer, leader = district.client("tangli"), district.client("zhoujing")
    assert "能判" in shown(officer.get("/desk/policies"))
    page = shown(officer.get(PAGE))
    assert "都对" in page
    assert "全国框架：不超过实际缴费的三分之二" in page
    tried = shown(officer.get(PAGE, {"name": "share", "value": "1/2"}))
    assert "每次少要钱" in tried
    assert "600.00" in tried
    assert "450.00" in tried
    assert "少得的 1 人" in tried
    assert "<svg" in tried
    book = load_workbook(
        io.BytesIO(officer.get(f"{PAGE}/trial.xlsx", {"name": "share", "value": "1/2"}).content)
    )
    assert [list(row) for row in book["试算"].values][-1] == ["每次要（分）", 60_000, 45_000]
    assert len(list(book["曲线"].values)) == 22
    assert "金额写元" in shown(officer.get(PAGE, {"name": "share", "value": "x"}), 422)
    new = {
        "act": "propose",
        "name": "share",
        "value": "1/2",
        "since": "",
        "reason": "钱不够",
        "source": "一号文",
    }
    wrong = shown(officer.post(PAGE, new), 422)
    assert "日期写成" in wrong
    assert 'value="钱不够"' in wrong
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert officer.post(PAGE, {**new, "since": tomorrow}).status_code == 302
    page = shown(officer.get(PAGE))
    assert "等另一个人批" in page
    assert 'value="approve"' not in page
    assert officer.post(PAGE, {"act": "approve", "override": "1"}).status_code == 403
    page = shown(leader.get(PAGE))
    number = page.split('name="override" value="')[1].split('"')[0]
    assert leader.post(PAGE, {"act": "approve", "override": number}).status_code == 302
    assert "一号文" in shown(leader.get(PAGE))


def test_cliffs_are_shown_to_the_fen_for_one_policy_and_for_all(district: Any) -> None:
    today = timezone.localdate()
    demo.note(today)
    policies.answer(district.account("qinsu"), "work", "flexible", on=today)
    officer = district.client("tangli")
    asked = {"person": "qinsu", "fact": "received.flexible_insurance"}
    page = shown(officer.get(CLIFFS, asked))
    assert "1 处多了反而少领" in page
    assert "从 35 个月到 36 个月：少领 600.00 元" in page
    assert "<svg" in page
    assert "一年合计" not in page
    together = shown(officer.get(CLIFFS, {**asked, "of": "all"}))
    assert "一年合计" in together
    assert "少领 7,200.00 元" in together
    book = load_workbook(io.BytesIO(officer.get(f"{CLIFFS}.xlsx", asked).content))
    assert [list(row) for row in book["断崖"].values][1][:2] == [36, 60_000]
    typed = {"fact": "flexible_paid_fen_month", "f.flexible_paid_fen_month": "x"}
    wrong = shown(officer.get(CLIFFS, {**typed, "high": "-1"}), 422)
    assert "金额写元，例如 3000" in wrong
    assert 'name="f.flexible_paid_fen_month" value="x"' in wrong
    assert shown(officer.get(CLIFFS, {"fact": "sex"}), 422)


def test_strangers_see_no_bench(district: Any) -> None:
    for address in (
        "/desk/policies",
        PAGE,
        CLIFFS,
        f"{PAGE}/trial.xlsx?name=share&value=1/2",
        f"{CLIFFS}.xlsx?fact=age",
    ):
        for stranger in ("sunwei", "liqiang"):
            assert district.client(stranger).get(address).status_code == 403
        assert district.client().get(address).status_code == 302
    assert district.client("tangli").get("/desk/policies/free-money").status_code == 404
