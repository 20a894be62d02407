"""Awards at the desk by API: decided by two, refused, ended, asked back by two, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.grants.story import FLEXIBLE, batched, claimed, fill_pot, paid, running

from minsheng.apps.grants.models import Grant, Recovery
from minsheng.apps.payouts.models import Instalment

pytestmark = pytest.mark.django_db
WHY = {"words": "重新核对过，登记错了。"}


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_an_award_is_decided_by_one_and_approved_by_another(district: Any) -> None:
    fill_pot(district)
    grant = claimed(district)
    officer, second, cashier, other = of(district, "tangli", "jinyue", "qinsu", "dengyan")
    at = f"/desk/grants/{grant.pk}"
    (row,) = told(officer.get("/desk/grants"))["rows"]
    assert (row["id"], row["waits"], row["state"]) == (grant.pk, True, "claimed")
    assert "秦素" not in row["who"]
    page = told(officer.get(at))
    assert (page["may"], page["sheet"]["amount_fen"]) == (["decide", "refuse"], 60_000)
    problem(second.post(f"{at}/acts", {"act": "decide"}), 403, "payouts.not_yours")
    problem(officer.post(f"{at}/acts", {"act": "approve"}), 409, "grants.done")
    made = told(officer.post(f"{at}/acts", {"act": "decide"}, Idempotency_Key="d-1"))
    assert made == {"id": grant.pk, "state": "decided"}
    assert told(officer.post(f"{at}/acts", {"act": "decide"}, Idempotency_Key="d-1")) == made
    problem(officer.post(f"{at}/acts", {"act": "approve"}), 403, "payouts.not_yours")
    assert told(second.post(f"{at}/acts", {"act": "approve"}))["state"] == "running"
    assert [one["state"] for one in told(officer.get(at))["months"]] == ["reserved"]
    for stranger, code in ((cashier, "staff_only"), (other, "grants.none")):
        status = 403 if code == "staff_only" else 404
        problem(stranger.get(at), status, code)
    assert told(other.get("/desk/grants")) == {"rows": [], "next": None}
    assert Instalment.objects.count() == 1


def test_a_refusal_needs_words_that_the_person_reads(district: Any) -> None:
    grant = claimed(district)
    officer, cashier = of(district, "tangli", "qinsu")
    at = f"/desk/grants/{grant.pk}/acts"
    assert problem(officer.post(at, {"act": "refuse"}), 422, "grants.words")["field"] == "words"
    problem(officer.post(at, {"act": "close"}), 422, "mistakes")
    assert Grant.objects.get().state == "claimed"
    assert told(officer.post(at, {"act": "refuse", **WHY}))["state"] == "refused"
    assert told(cashier.get(f"/me/grants/{grant.pk}"))["words"] == WHY["words"]


def test_what_runs_is_ended_by_its_office_and_the_field_has_its_name_here(district: Any) -> None:
    grant = running(district)
    officer, second = of(district, "tangli", "jinyue")
    at = f"/desk/grants/{grant.pk}/acts"
    assert problem(officer.post(at, {"act": "end"}), 422, "grants.words")["field"] == "words"
    problem(second.post(at, {"act": "end", **WHY}), 403, "payouts.not_yours")
    assert told(officer.post(at, {"act": "end", **WHY}))["state"] == "ended"


def test_a_pot_too_small_stops_the_approval_and_nothing_is_changed(district: Any) -> None:
    fill_pot(district, 100)
    grant = claimed(district)
    officer, second = of(district, "tangli", "jinyue")
    at = f"/desk/grants/{grant.pk}/acts"
    told(officer.post(at, {"act": "decide"}))
    problem(second.post(at, {"act": "approve"}), 409, "payouts.pot_short")
    assert Grant.objects.get().state == "decided"
    assert not Instalment.objects.exists()


def test_months_are_worked_out_once_by_the_office_of_the_policy(district: Any) -> None:
    running(district)
    officer, second = of(district, "tangli", "jinyue")
    problem(second.post("/desk/grant-months", {"policy": FLEXIBLE}), 403, "payouts.not_yours")
    problem(officer.post("/desk/grant-months", {"policy": "no-such"}), 404, "policies.no_such")
    done = told(officer.post("/desk/grant-months", {"policy": FLEXIBLE}))
    assert done == {"reserved": 0, "reserved_fen": 0, "not_due": 1, "short": []}
    assert Instalment.objects.count() == 1


def test_money_is_asked_back_by_one_heard_and_settled_by_another(district: Any) -> None:
    paid(district)
    grant, month = Grant.objects.get(), Instalment.objects.get()
    officer, second, cashier, payer = of(district, "tangli", "jinyue", "qinsu", "duanlin")
    at = f"/desk/grants/{grant.pk}/recoveries"
    wrong = {"ground": "employed", "months": [month.pk], **WHY}
    refused = problem(officer.post(at, wrong), 422, "grants.wrong_ground")
    assert refused["field"] == "ground"
    assert not Recovery.objects.exists()
    lost = {**wrong, "words": ""}
    assert problem(officer.post(at, lost), 422, "grants.words")["field"] == "words"
    # the card she has now isn't the one it went to: this ground holds
    told(cashier.put("/me/bank-account", {"account": "6222020000000000018"}))
    asked = told(officer.post(at, {**wrong, "ground": "account"}))
    back = f"/desk/recoveries/{asked['recovery']}"
    problem(officer.post(f"{back}/acts", {"act": "confirm"}), 403, "payouts.not_yours")
    problem(second.post(f"{back}/acts", {"act": "confirm"}), 409, "grants.not_heard")
    (mine,) = told(cashier.get(f"/me/grants/{grant.pk}"))["asked_back"]
    assert (mine["may"], mine["due_fen"]) == (["speak"], 60_000)
    own = f"/me/recoveries/{asked['recovery']}/answer"
    problem(of(district, "liqiang")[0].post(own, WHY), 404, "grants.none")
    told(cashier.post(own, {"words": "那张卡也是我的，已经注销。"}))
    much = problem(second.post(f"{back}/acts", {"act": "confirm", "parts": 2}), 422, "grants.parts")
    assert much["field"] == "parts"
    settled = told(second.post(f"{back}/acts", {"act": "confirm", "parts": 1}))
    assert (settled["state"], settled["parts"]) == ("confirmed", 1)
    problem(second.post(f"{back}/repayments", {"part": 1}), 403, "payouts.not_yours")
    (due,) = told(payer.get("/desk/payouts"))["to_repay"]
    assert (due["recovery"], due["due_fen"]) == (asked["recovery"], 60_000)
    assert told(payer.post(f"{back}/repayments", {"part": 1}))["state"] == "repaid"
    assert Instalment.objects.get().state == "reversed"


def test_a_recovery_is_dropped_with_words(district: Any) -> None:
    paid(district)
    grant, month = Grant.objects.get(), Instalment.objects.get()
    officer, second, cashier = of(district, "tangli", "jinyue", "qinsu")
    told(cashier.put("/me/bank-account", {"account": "6222020000000000018"}))
    asked = told(
        officer.post(
            f"/desk/grants/{grant.pk}/recoveries",
            {"ground": "account", "months": [month.pk], **WHY},
        )
    )
    back = f"/desk/recoveries/{asked['recovery']}/acts"
    problem(officer.post(back, {"act": "drop", **WHY}), 403, "payouts.not_yours")
    assert problem(second.post(back, {"act": "drop"}), 422, "grants.words")["field"] == "words"
    assert told(second.post(back, {"act": "drop", **WHY}))["state"] == "dropped"


def test_i_end_my_own_award_and_read_how_a_month_was_worked_out(district: Any) -> None:
    batched(district)
    grant, month = Grant.objects.get(), Instalment.objects.get()
    cashier, stranger = of(district, "qinsu", "liqiang")
    sheet = told(cashier.get(f"/me/grant-months/{month.pk}"))
    assert sheet["amount_fen"] == 60_000
    problem(stranger.get(f"/me/grant-months/{month.pk}"), 404, "grants.none")
    at = f"/me/grants/{grant.pk}/acts"
    problem(stranger.post(at, {"act": "give_up"}), 404, "grants.none")
    assert told(cashier.get(f"/me/grants/{grant.pk}"))["may"] == ["give_up", "object", "print"]
    assert told(cashier.post(at, {"act": "give_up"}))["state"] == "ended"
    problem(cashier.post(at, {"act": "give_up"}), 409, "grants.done")


def test_a_list_of_awards_comes_by_pages(district: Any) -> None:
    first, second = claimed(district).pk, claimed(district, username="wangfang").pk
    (officer,) = of(district, "tangli")
    body = told(officer.get("/desk/grants?limit=1"))
    assert [one["id"] for one in body["rows"]] == [second]
    rest = told(officer.get(f"/desk/grants?limit=1&cursor={body['next']}"))
    assert ([one["id"] for one in rest["rows"]], rest["next"]) == ([first], None)
    problem(officer.get("/desk/grants?cursor=nonsense"), 422, "no_such_cursor")


def test_a_refusal_is_objected_to_answered_by_another_and_printed(district: Any) -> None:
    grant = claimed(district)
    officer, second, cashier, stranger = of(district, "tangli", "jinyue", "qinsu", "liqiang")
    at, own = f"/desk/grants/{grant.pk}/acts", f"/me/grants/{grant.pk}"
    told(officer.post(at, {"act": "refuse", **WHY}))
    problem(stranger.post(f"{own}/acts", {"act": "object", **WHY}), 404, "grants.none")
    lost = problem(cashier.post(f"{own}/acts", {"act": "object"}), 422, "grants.words")
    assert lost["field"] == "words"
    told(cashier.post(f"{own}/acts", {"act": "object", **WHY}))
    assert officer.post(at, {"act": "reopen", **WHY}).status_code in (403, 409)
    assert told(second.post(at, {"act": "reopen", **WHY}))["state"] == "claimed"
    told(officer.post(at, {"act": "refuse", **WHY}))
    paper = cashier.get(f"{own}/sheet")
    assert (paper.headers["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert stranger.get(f"{own}/sheet").status_code == 404


def test_an_officer_claims_only_for_who_agrees(district: Any) -> None:
    (other,) = of(district, "dengyan")
    body = {"policy": FLEXIBLE, "number": "110101199001010015", "agreed": True}
    assert other.post("/desk/grant-claims", body).status_code == 403
    (officer,) = of(district, "tangli")
    assert officer.post("/desk/grant-claims", {**body, "agreed": False}).status_code in (403, 422)
    assert not Grant.objects.exists()
