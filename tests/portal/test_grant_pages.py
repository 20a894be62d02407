"""Applying with one click, deciding with the sheet, the batch to the bank and its answer, page by page."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.apps.grants.story import CARD, FLEXIBLE, known, paid, running

from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts.models import Batch, Instalment
from minsheng.engines.payments import Answered, Statement, read_pain001, write_pain002

pytestmark = pytest.mark.django_db
CLAIM = f"/mine/policies/{FLEXIBLE}/claim"


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return str(response.content.decode())


def test_the_whole_way_by_pages(district: Any) -> None:
    known(district)
    cashier = district.client("qinsu")
    assert "收钱的银行卡号" in shown(cashier.get(f"/mine/policies/{FLEXIBLE}"))
    wrong = shown(cashier.post(CLAIM, {"account": "622202"}), 422)
    assert 'value="622202"' in wrong
    made = cashier.post(CLAIM, {"account": CARD})
    assert made.status_code == 302
    grant = Grant.objects.get()
    assert "等初审" in shown(cashier.get(made["Location"]))

    budget, head = district.client("duanlin"), district.client("guanyi")
    budget.post("/desk/money", {"act": "propose", "policy": FLEXIBLE, "amount": "10000"})
    assert "1 笔额度等您定" in shown(head.get("/desk/money"))
    head.post("/desk/money", {"act": "give", "budget": "1"})
    from minsheng.apps.payouts.models import Budget

    head.post("/desk/money", {"act": "give", "budget": str(Budget.objects.get().pk)})
    assert "10,000.00" in shown(budget.get("/desk/money"))

    officer, second = district.client("tangli"), district.client("jinyue")
    assert "1 笔补贴等您" in shown(officer.get("/desk/grants"))
    page = shown(officer.get(f"/desk/grants/{grant.pk}"))
    assert "计算单" in page
    assert "三分之二" in page
    assert "900.00 元" in page
    officer.post(f"/desk/grants/{grant.pk}", {"act": "decide"})
    second.post(f"/desk/grants/{grant.pk}", {"act": "approve"})
    assert "正在享受" in shown(cashier.get(f"/mine/grants/{grant.pk}"))
    row = Instalment.objects.get()
    assert "600.00 元是这样算的" in shown(cashier.get(f"/mine/grants/months/{row.pk}"))

    assert "做一批：1 笔，600.00 元" in shown(budget.get("/desk/money"))
    path = budget.post("/desk/money", {"act": "batch", "policy": FLEXIBLE})["Location"]
    assert "600.00 元等银行回" in shown(budget.get(path))
    order = read_pain001(budget.get(f"{path}/file").content).orders[0]
    assert (order.account, order.amount_fen) == (CARD, 60_000)
    book = load_workbook(io.BytesIO(budget.get(f"{path}/file?as=list").content))
    book.worksheets[0]["F3"].value = "成功"
    out = io.BytesIO()
    book.save(out)
    for _ in range(2):
        sent = SimpleUploadedFile("回执.xlsx", out.getvalue())
        assert budget.post(path, {"file": sent}).status_code == 302
    page = shown(budget.get(path))
    assert "600.00 元都付了" in page
    assert page.count("对的账") == 1
    assert "到账 600.00 元" in shown(cashier.get("/mine/grants"))


def test_a_bad_answer_is_said_beside_the_field_and_a_refusal_in_words(district: Any) -> None:
    running(district)
    budget = district.client("duanlin")
    path = budget.post("/desk/money", {"act": "batch", "policy": FLEXIBLE})["Location"]
    assert "请选回执文件" in shown(budget.post(path), 422)
    bad = SimpleUploadedFile("a.xml", b"<!DOCTYPE a><a/>")
    assert "DOCTYPE" in shown(budget.post(path, {"file": bad}), 422)
    batch = Batch.objects.get()
    key = batch.lines.get().key
    said = Statement(
        batch=batch.number, lines=(Answered(key=key, outcome="refused", reason="AC04"),), count=7
    )
    file = SimpleUploadedFile("a.xml", write_pain002(said, made_at=batch.at))
    assert budget.post(path, {"file": file}).status_code == 302
    page = shown(budget.get(path))
    assert "账户已经销了" in page
    assert "控制合计对不上" in page
    assert "1 笔银行退回了" in shown(budget.get("/desk/money"))
    assert "银行退回了" in shown(
        district.client("qinsu").get(f"/mine/grants/{Grant.objects.get().pk}")
    )


def test_strangers_and_other_offices_see_nothing(district: Any) -> None:
    batch = paid(district)
    grant, row = Grant.objects.get(), Instalment.objects.get()
    stranger = district.client("liqiang")
    for path in (f"/mine/grants/{grant.pk}", f"/mine/grants/months/{row.pk}"):
        assert stranger.get(path).status_code == 404
        assert district.client().get(path).status_code == 302
        assert district.client("tangli").get(path).status_code == 403
    assert "600" not in shown(stranger.get("/mine/grants"))
    for path in (
        "/desk/grants",
        f"/desk/grants/{grant.pk}",
        "/desk/money",
        f"/desk/money/{batch.number}",
    ):
        assert stranger.get(path).status_code == 403
    assert district.client("dengyan").get(f"/desk/grants/{grant.pk}").status_code == 404
    for username in ("tangli", "jinyue", "dengyan"):
        assert district.client(username).get("/desk/money").status_code == 403
        assert district.client(username).get(f"/desk/money/{batch.number}/file").status_code == 403
    assert district.client("guanyi").get(f"/desk/money/{batch.number}/file").status_code == 403
    assert district.client("liqiang").post(CLAIM, {"account": CARD}).status_code == 409


def test_the_account_is_changed_and_masked(district: Any) -> None:
    known(district)
    cashier = district.client("qinsu")
    assert "还没有补贴" in shown(cashier.get("/mine/grants"))
    assert cashier.post("/mine/grants", {"account": CARD}).status_code == 302
    page = shown(cashier.get("/mine/grants"))
    assert "**** 0000" in page
    assert CARD not in page
    assert shown(cashier.post("/mine/grants", {"account": "1"}), 422)


def test_the_pages_are_english_too(district: Any) -> None:
    paid(district)
    grant = Grant.objects.get()
    cashier = district.client("qinsu")
    cashier.get("/language?to=en&next=/")
    page = shown(cashier.get(f"/mine/grants/{grant.pk}"))
    assert "Running, 600.00 yuan paid" in page
    assert "national frame: at most two thirds" in page
