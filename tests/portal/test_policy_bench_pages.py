"""The bench of policies: numbers with sources, sentences tried, a trial, publishing by two."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.shelf import text_in_force
from minsheng.apps.screening import access
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
PAGE = "/desk/policies/flexible-insurance"
CLIFFS = f"{PAGE}/cliffs"
TEXT = f"{PAGE}/text"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


@pytest.fixture
def known(district: Any) -> Any:
    today = timezone.localdate()
    demo.note(today)
    policies.answer(district.account("qinsu"), "work", "flexible", on=today)
    return district


@pytest.fixture
def nobody_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a single person might be shown."""
    found = replace(access.spec(), smallest_group=1)
    monkeypatch.setattr(access, "spec", lambda: found)


def proposal_of(response: Any) -> str:
    assert response.status_code == 302, response.content.decode()[:3000]
    return str(response["Location"])


def why(**changed: str) -> dict[str, str]:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    return {"since": tomorrow, "reason": "钱不够", "source": "一号文", **changed}


def test_a_number_is_tried_proposed_and_approved_by_another(known: Any, nobody_small: None) -> None:
    officer, leader = known.client("tangli"), known.client("zhoujing")
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
    new = {"act": "propose", "name": "share", "value": "1/2"}
    wrong = shown(officer.post(PAGE, {**new, **why(since="")}), 422)
    assert "日期写成" in wrong
    assert 'value="钱不够"' in wrong
    at = proposal_of(officer.post(PAGE, {**new, **why()}))
    page = shown(officer.get(at))
    assert "等另一个人批" in page
    assert 'value="approve"' not in page
    assert officer.post(at, {"act": "approve"}).status_code == 403
    page = shown(leader.get(at, {"try": "1"}))
    assert 'value="approve"' in page
    assert "按本区的人试" in page
    assert leader.post(at, {"act": "approve"}).status_code == 302
    assert "批了" in shown(leader.get(PAGE))
    history = shown(leader.get("/desk/policy-proposals"))
    assert "tangli" in history
    assert "zhoujing" in history


def test_a_trial_of_few_people_shows_neither_counts_nor_costs(known: Any) -> None:
    page = shown(known.client("tangli").get(PAGE, {"name": "share", "value": "1/2"}))
    assert "人太少，多要多少不显示" in page
    assert "450.00" not in page
    assert "少得的 少 人" in page
    assert 'class="chart"' not in page
    sheet = known.client("tangli").get(f"{PAGE}/trial.xlsx", {"name": "share", "value": "1/2"})
    book = load_workbook(io.BytesIO(sheet.content))
    assert [list(row) for row in book["试算"].values][-1] == ["每次要（分）", "少", "少"]
    assert len(list(book["曲线"].values)) == 1


def test_a_shared_number_names_every_policy_it_touches_and_is_withdrawn(known: Any) -> None:
    officer = known.client("tangli")
    page = shown(officer.get("/desk/policy-numbers"))
    assert "大龄（女）" in page
    tried = shown(officer.get("/desk/policy-numbers", {"name": "older_age_female", "value": "45"}))
    assert "碰到的政策" in tried
    assert "算出来不一样" in tried
    new = {"act": "propose", "name": "older_age_female", "value": "45"}
    assert "写明为什么改" in shown(
        officer.post("/desk/policy-numbers", {**new, **why(reason="")}), 422
    )
    at = proposal_of(officer.post("/desk/policy-numbers", {**new, **why()}))
    assert "就业困难人员认定" in shown(known.client("zhoujing").get(at))
    assert proposal_of(officer.post(at, {"act": "withdraw"})) == at
    assert "撤回了" in shown(officer.get(at))


def test_a_text_is_checked_at_its_lines_tried_proposed_approved_and_taken_back(known: Any) -> None:
    officer, leader = known.client("tangli"), known.client("zhoujing")
    text = text_in_force("flexible-insurance", timezone.localdate())
    broken = text.replace("flexible_paid_fen_month > 0", "flexible_payed_fen_month > 0")
    line = next(n for n, one in enumerate(broken.splitlines(), 1) if "payed" in one)
    page = shown(officer.post(TEXT, {"act": "check", "text": broken, **why()}), 422)
    assert f"第 {line} 行" in page
    assert "flexible_payed_fen_month" in page
    better = text.replace("flexible_paid_fen_month > 0", "flexible_paid_fen_month >= 100000")
    sent = {"text": better.replace("\n", "\r\n"), **why()}
    page = shown(officer.post(TEXT, {"act": "check", **sent}))
    assert "没有写错" in page
    assert "改了 2 行" in page
    assert "按本区的人试" in shown(officer.post(TEXT, {"act": "try", **sent}))
    page = shown(officer.post(TEXT, {"act": "propose", **sent}), 422)
    assert "例子不一样是对的" in page
    at = proposal_of(officer.post(TEXT, {"act": "propose", "meant": "yes", **sent}))
    assert "改了 2 行" in shown(leader.get(at))
    assert leader.post(at, {"act": "approve"}).status_code == 302
    assert "写明为什么改" in shown(officer.post(at, {"act": "take_back", **why(reason="")}), 422)
    back = proposal_of(officer.post(at, {"act": "take_back", **why()}))
    assert "恢复到这一条之前" in shown(leader.get(back))


def test_a_table_goes_to_excel_and_comes_back_into_the_text(known: Any) -> None:
    officer = known.client("tangli")
    page = "/desk/policies/skill-subsidy"
    content = officer.get(f"{page}/table.xlsx", {"at": "amount.table"}).content
    book = load_workbook(io.BytesIO(content))
    sheet = book["表"]
    then = [cell.value for cell in sheet[1]].index("then") + 1
    first, second = (sheet.cell(line, then).value for line in (2, 3))
    sheet.cell(2, then).value, sheet.cell(3, then).value = second, first
    out = io.BytesIO()
    book.save(out)
    text = text_in_force("skill-subsidy", timezone.localdate())
    file = SimpleUploadedFile("t.xlsx", out.getvalue())
    sent = {"act": "table", "at": "amount.table", "text": text, "file": file, **why()}
    answer = shown(officer.post(f"{page}/text", sent))
    assert "没有写错" in answer
    assert "改了 4 行" in answer
    assert f"level: five, then: {second}" in answer
    assert "请选从这里导出" in shown(officer.post(f"{page}/text", {**sent, "file": ""}), 422)


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
        TEXT,
        "/desk/policies/skill-subsidy/table.xlsx?at=amount.table",
        "/desk/policy-numbers",
        "/desk/policy-proposals",
        "/desk/policy-proposals/1",
    ):
        for stranger in ("sunwei", "liqiang"):
            assert district.client(stranger).get(address).status_code == 403
        assert district.client().get(address).status_code == 302
    assert district.client("tangli").get("/desk/policies/free-money").status_code == 404
