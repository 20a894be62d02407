"""The money of policies by API: a pot by two, a batch, its file, the bank's answer once; a whole walk."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from tests.api.api_caller import Caller, problem, told
from tests.apps.grants.story import CARD, FLEXIBLE, answer, batched, known, paid, running

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.payouts.models import BankAnswer, Batch, Budget, Instalment
from minsheng.engines.payments import (
    Answered,
    Statement,
    read_pain001,
    write_pain002,
)

pytestmark = pytest.mark.django_db
DESK, POTS, BATCHES = "/desk/payouts", "/desk/payouts/pots", "/desk/payouts/batches"
POT = {"policy": FLEXIBLE, "amount_fen": 1_000_000}


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_a_pot_is_proposed_by_one_and_given_by_another(district: Any) -> None:
    payer, head, officer = of(district, "duanlin", "guanyi", "tangli")
    problem(officer.post(POTS, POT), 403, "payouts.not_yours")
    problem(payer.post(POTS, {**POT, "policy": "no-such"}), 404, "policies.no_such")
    problem(payer.post(POTS, {**POT, "amount_fen": 0}), 422, "mistakes")
    assert not Budget.objects.exists()
    made = told(payer.post(POTS, POT, Idempotency_Key="p-1"))
    assert told(payer.post(POTS, POT, Idempotency_Key="p-1")) == made
    desk = told(head.get(DESK))
    assert [one["id"] for one in desk["proposed"]] == [made["id"]]
    assert (desk["may"], told(payer.get(DESK))["may"]) == (["confirm"], ["propose", "pay"])
    at = f"{POTS}/{made['id']}/acts"
    problem(payer.post(at, {"act": "give"}), 403, "payouts.not_yours")
    assert told(head.post(at, {"act": "give"}))["state"] == "given"
    problem(head.post(at, {"act": "give"}), 409, "payouts.done")
    problem(head.post(f"{POTS}/99999/acts", {"act": "drop"}), 404, "payouts.no_budget")
    pot = next(one for one in told(head.get(DESK))["pots"] if one["policy"] == FLEXIBLE)
    assert (pot["given_fen"], pot["left_fen"], pot["ready"]) == (1_000_000, 1_000_000, 0)
    second = told(payer.post(POTS, POT))
    assert told(head.post(f"{POTS}/{second['id']}/acts", {"act": "drop"}))["state"] == "dropped"


def test_a_batch_is_sealed_once_and_its_file_is_for_who_pays(district: Any) -> None:
    running(district)
    payer, head, officer = of(district, "duanlin", "guanyi", "tangli")
    problem(head.post(BATCHES, {"policy": FLEXIBLE}), 403, "payouts.not_yours")
    made = told(payer.post(BATCHES, {"policy": FLEXIBLE}, Idempotency_Key="b-1"))
    assert told(payer.post(BATCHES, {"policy": FLEXIBLE}, Idempotency_Key="b-1")) == made
    problem(payer.post(BATCHES, {"policy": FLEXIBLE}), 409, "payouts.nothing_to_pay")
    at = f"{BATCHES}/{made['number']}"
    for caller in (head, officer):
        problem(caller.get(f"{at}/file"), 403, "payouts.not_yours")
    sent = payer.get(f"{at}/file")
    assert sent.headers["Content-Type"] == "application/xml"
    assert [one.account for one in read_pain001(sent.content).orders] == [CARD]
    book = payer.get(f"{at}/file?as=list")
    assert "spreadsheetml" in book.headers["Content-Type"]
    assert book.content[:2] == b"PK"
    problem(payer.get(f"{at}/file?as=word"), 422, "mistakes")
    page = told(head.get(at))
    assert CARD not in str(page)
    assert (page["open_fen"], [one["account"] for one in page["lines"]]) == (60_000, ["**** 0000"])
    problem(officer.get(at), 403, "payouts.not_yours")
    problem(head.get(f"{BATCHES}/F99-000001"), 404, "payouts.no_batch")


def filled(content: bytes) -> bytes:
    """The list for a counter as it comes back: every line says that it worked."""
    book = load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows(min_row=3):
        row[5].value = "成功"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["pain.002", "workbook", "csv"])
def test_the_banks_answer_is_booked_once_whatever_file_it_is(district: Any, kind: str) -> None:
    batch = batched(district)
    payer, head = of(district, "duanlin", "guanyi")
    at = f"{BATCHES}/{batch.number}/answer"
    content = answer(batch)
    if kind == "workbook":
        content = filled(payer.get(f"{BATCHES}/{batch.number}/file?as=list").content)
    if kind == "csv":
        content = f"编号,结果\n{batch.lines.get().key},成功\n".encode("gb18030")
    problem(head.put_file(at, "answer.xml", content), 403, "payouts.not_yours")
    assert problem(payer.put(at, {}), 422, "payouts.no_file")["field"] == "file"
    wrong = payer.put_file(at, "answer.xml", b"nonsense")
    assert wrong.status_code == 422
    assert not BankAnswer.objects.exists()
    first = told(payer.put_file(at, "answer.xml", content))
    assert (first["found"], first["ask_about"]) == ({"paid": 1}, [])
    assert told(payer.put_file(at, "answer.xml", content)) == first
    page = told(payer.get(f"{BATCHES}/{batch.number}"))
    assert (page["paid_fen"], page["open_fen"], len(page["answers"])) == (60_000, 0, 1)
    assert accounts.verify().is_whole


def test_an_answer_about_another_batch_books_nothing(district: Any) -> None:
    batch = batched(district)
    (payer,) = of(district, "duanlin")
    said = Statement(batch="F20-000009", lines=(), count=0, sum_fen=0)
    content = write_pain002(said, made_at=timezone.now())
    at = f"{BATCHES}/{batch.number}/answer"
    problem(payer.put_file(at, "answer.xml", content), 422, "payouts.other_batch")
    assert Instalment.objects.get().state == "batched"


def test_what_the_bank_refused_is_set_aside_anew_once(district: Any) -> None:
    batch = batched(district)
    payer, officer = of(district, "duanlin", "tangli")
    content = answer(batch, outcome="refused", reason="AC04")
    told(payer.put_file(f"{BATCHES}/{batch.number}/answer", "answer.xml", content))
    (row,) = told(payer.get(DESK))["refused"]
    assert row["reason"]["zh"] == "账户已经销了"
    at = f"/desk/payouts/instalments/{row['instalment']}/retry"
    problem(officer.post(at), 403, "payouts.not_yours")
    assert told(payer.post(at)) == {
        "instalment": row["instalment"],
        "state": "reserved",
        "attempt": 2,
    }
    problem(payer.post(at), 409, "payouts.done")
    problem(payer.post("/desk/payouts/instalments/999999/retry"), 404, "payouts.no_instalment")


def test_batches_come_by_pages_and_only_to_who_handles_money(district: Any) -> None:
    first = paid(district).number
    payer, officer, cashier = of(district, "duanlin", "tangli", "qinsu")
    body = told(payer.get(f"{BATCHES}?limit=1"))
    assert [(one["number"], one["open"]) for one in body["rows"]] == [(first, 0)]
    problem(officer.get(BATCHES), 403, "payouts.not_yours")
    problem(officer.get(DESK), 403, "payouts.not_yours")
    problem(cashier.get(DESK), 403, "staff_only")


def test_a_subsidy_from_the_claim_to_the_account_over_the_api_alone(district: Any) -> None:
    """秦素 applies, two give the pot, two decide, the bank pays; a wrong claw-back is refused."""
    known(district)
    cashier, officer, second, payer, head = of(
        district, "qinsu", "tangli", "jinyue", "duanlin", "guanyi"
    )
    grant = told(cashier.post("/me/grants", {"policy": FLEXIBLE, "account": CARD}))["grant"]
    pot = told(payer.post(POTS, POT))["id"]
    told(officer.post(f"/desk/grants/{grant}/acts", {"act": "decide"}))
    early = second.post(f"/desk/grants/{grant}/acts", {"act": "approve"})
    problem(early, 409, "payouts.pot_short")
    told(head.post(f"{POTS}/{pot}/acts", {"act": "give"}))
    told(second.post(f"/desk/grants/{grant}/acts", {"act": "approve"}))
    number = told(payer.post(BATCHES, {"policy": FLEXIBLE}))["number"]
    ordered = read_pain001(payer.get(f"{BATCHES}/{number}/file").content)
    lines = tuple(
        Answered(key=one.key, outcome="paid", amount_fen=one.amount_fen) for one in ordered.orders
    )
    said = Statement(batch=number, lines=lines, count=len(lines), sum_fen=ordered.sum_fen)
    content = write_pain002(said, made_at=timezone.now())
    told(payer.put_file(f"{BATCHES}/{number}/answer", "answer.xml", content))
    mine = told(cashier.get(f"/me/grants/{grant}"))
    assert (mine["state"], mine["paid_fen"]) == ("running", 60_000)
    month = mine["paid_months"][0]["id"]
    back = {"ground": "employed", "months": [month], "words": "听说上班了"}
    problem(officer.post(f"/desk/grants/{grant}/recoveries", back), 422, "grants.wrong_ground")
    assert told(cashier.get(f"/me/grants/{grant}"))["asked_back"] == []
    assert accounts.verify().is_whole
    assert Batch.objects.count() == 1
