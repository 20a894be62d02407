"""Loans and grants in pages: applied for, led on by whose turn it is, previewed, downloaded."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook
from tests.apps.loans.loans_of import PURPOSE, end, fill
from tests.apps.loans.loans_of import led_to as loan_at
from tests.apps.stakes.stakes_of import led_to as stake_at

from minsheng.apps.loans.models import Loan
from minsheng.apps.stakes.models import Stake


def page(client, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200, (path, found.status_code)
    return found.content.decode()


def test_a_loan_from_the_form_to_the_sheet_of_its_loss(district):
    people = {
        name: district.client(name) for name in ("huangyi", "xuhang", "jinhao", "renjing", "luoan")
    }
    assert "风险资金" in page(people["luoan"], "/desk/loans")
    people["luoan"].post("/desk/loans", {"scheme": "ladder"})
    form = {"rung": "tech", "bank": "bank.hanguang", "amount": "3000000.00", "months": "12"}
    wrong = people["huangyi"].post("/firm/loans", form)
    assert wrong.status_code == 422
    assert "3000000.00" in wrong.content.decode()
    sent = people["huangyi"].post("/firm/loans", {**form, "purpose": PURPOSE})
    loan = Loan.objects.get()
    assert sent.url == f"/firm/loans/{loan.pk}"
    assert "等创新中心推荐" in page(people["huangyi"], sent.url)
    desk = f"/desk/loans/{loan.pk}"
    assert desk in page(people["xuhang"], "/desk/loans")
    people["xuhang"].post(desk, {"act": "recommend"})
    refused = people["jinhao"].post(desk, {"act": "agree", "amount": "9000000"})
    assert refused.status_code == 422
    people["jinhao"].post(desk, {"act": "agree", "reason": "现金流够"})
    people["renjing"].post(desk, {"act": "guarantee"})
    for form in ({"act": "contract"}, {"act": "pay_out"}, {"act": "repay", "amount": "1166666.63"}):
        assert people["jinhao"].post(desk, form).status_code == 302
    end(loan)
    people["jinhao"].post(desk, {"act": "call_overdue"})
    people["jinhao"].post(desk, {"act": "claim", "reason": "账上没有钱"})
    before = page(people["renjing"], desk)
    assert "核对以后会这样分" in before
    assert "1,466,666.70" in before
    assert people["jinhao"].post(desk, {"act": "share"}).status_code == 403
    people["renjing"].post(desk, {"act": "share"})
    assert "损失怎么分的" in page(people["huangyi"], f"/firm/loans/{loan.pk}")
    again = people["renjing"].post(desk, {"act": "share"})
    assert again.status_code == 409


def test_the_sheet_of_a_loss_reads_back_from_excel(district):
    fill(district)
    loan = loan_at(district, "share")
    sent = district.client("renjing").get(f"/desk/loans/{loan.pk}/loss")
    rows = {row[0]: row[1] for row in load_workbook(BytesIO(sent.content))["loss"].values}
    assert rows["要分的损失"] == "1,833,333.37"
    assert (rows["担保公司承担"], rows["银行承担"]) == ("1,466,666.70", "366,666.67")
    paid = loan_at(district, "recommend")
    assert district.client("jinhao").get(f"/desk/loans/{paid.pk}/loss").status_code == 404


def test_a_grant_from_the_form_to_the_shares(district):
    people = {
        name: district.client(name)
        for name in (
            "huangyi",
            "xuhang",
            "gaowen",
            "kangning",
            "heming",
            "fuxiao",
            "yanshi",
            "shimin",
        )
    }
    people["shimin"].post("/desk/stakes", {"scheme": "seed"})
    form = {"title": "误差补偿", "purpose": "样机", "amount": "2000000"}
    sent = people["huangyi"].post("/firm/stakes", form)
    stake = Stake.objects.get()
    assert sent.url == f"/firm/stakes/{stake.pk}"
    desk = f"/desk/stakes/{stake.pk}"
    assert desk in page(people["xuhang"], "/desk/stakes")
    people["xuhang"].post(desk, {"act": "check"})
    for name in ("heming", "fuxiao", "yanshi"):
        assert (
            people[name].post(desk, {"act": "opinion", "agrees": "yes", "words": "好"}).status_code
            == 422
        )
        people[name].post(
            desk, {"act": "opinion", "agrees": "yes", "has_interest": "no", "words": "值得"}
        )
    people["xuhang"].post(desk, {"act": "conclude"})
    people["gaowen"].post(desk, {"act": "approve", "amount": ""})
    people["gaowen"].post(desk, {"act": "contract"})
    first = str(stake.tranches.get(key="first").pk)
    people["gaowen"].post(desk, {"act": "order", "part": first})
    people["kangning"].post(desk, {"act": "pay", "part": first})
    happened = {
        "act": "trigger", "event": "financing", "pre_money": "38000000", "new_money": "10000000",
        "investor": "星河创投（演示）", "holdings": "创始团队 700,000\n员工持股 300000", "reason": "看过协议",
    }  # fmt: skip
    wrong = people["kangning"].post(desk, {**happened, "holdings": "创始团队"})
    assert wrong.status_code == 422
    assert "38000000" in wrong.content.decode()
    people["kangning"].post(desk, happened)
    preview = page(people["kangning"], desk)
    assert "转股以后会这样" in preview
    assert "1/49" in preview  # 1 ÷ (38 + 10 + 1)
    assert "2.04" in preview
    assert ">700,000<" in preview
    people["kangning"].post(desk, {"act": "propose"})
    people["gaowen"].post(desk, {"act": "confirm"})
    mine = page(people["huangyi"], f"/firm/stakes/{stake.pk}")
    assert "1/49" in mine
    assert "贺铭" not in mine


def test_the_cap_table_reads_back_from_excel(district):
    stake = stake_at(district, "confirm")
    sent = district.client("kangning").get(f"/desk/stakes/{stake.pk}/table")
    rows = list(load_workbook(BytesIO(sent.content))["table"].values)
    after = {row[1]: (row[3], row[4]) for row in rows if row[0] == "转股后"}
    assert after["科创新城国资持股公司（演示）"] == ("1/25", "4.00")
    assert after["创始团队"] == ("133/250", "53.20")


def test_who_has_no_part_is_refused(district):
    fill(district)
    loan, stake = loan_at(district, "recommend"), stake_at(district, "check")
    for name in ("liqiang", "wangfang"):
        client = district.client(name)
        assert client.get(f"/firm/loans/{loan.pk}").status_code == 404
        assert client.get(f"/firm/stakes/{stake.pk}").status_code == 404
    for path in ("/desk/loans", "/desk/stakes"):
        assert district.client("zhaomin").get(path).status_code == 403
        assert district.client("zhaomin").post(path, {"scheme": "ladder"}).status_code == 403
    assert district.client("mingzhu").get(f"/desk/loans/{loan.pk}").status_code == 404
