"""A firm's points and vouchers over the API: the same acts, the same refusals."""

from __future__ import annotations

from tests.api.test_api_sittings import ask
from tests.apps.scores.firms_of import declared
from tests.apps.vouchers.vouchers_of import HEAD, LAB, OWNER, WORDS, firm, opened
from tests.factories import District

from minsheng.apps.vouchers import actions


def test_a_firm_reads_its_points_and_what_would_raise_them(district: District) -> None:
    declared(district)
    status, found = ask(district, "huangyi", "get", "/firm/scores")
    first = found["rows"][0]
    assert (status, first["score"], first["passes"]) == (200, "tech-sme", False)
    assert first["total"] == {"low": "40", "high": "40"}
    assert first["raises"][0]["changes"] == [{"fact": "class_one", "before": 0, "after": 1}]
    weighed = found["rows"][1]
    assert (weighed["is_configured"], weighed["total"]) == (False, None)
    for name in ("liqiang", "yuelan"):
        assert ask(district, name, "get", "/firm/scores")[0] == 403


def test_a_voucher_from_asking_to_payment(district: District) -> None:
    opened(district)
    wanted = {"scheme": "innovation", "use": "research", "amount_fen": 5_000_000, "words": WORDS}
    assert ask(district, "liqiang", "post", "/firm/vouchers", wanted)[0] == 403
    status, made = ask(district, "huangyi", "post", "/firm/vouchers", wanted)
    assert (status, made["state"]) == (200, "asked")
    desk, own = f"/desk/vouchers/{made['id']}/acts", f"/firm/vouchers/{made['id']}/acts"
    assert ask(district, "fanhua", "post", desk, {"act": "issue"})[0] == 403
    waiting = ask(district, "yuelan", "get", "/desk/vouchers")[1]["rows"]
    assert [row["may"] for row in waiting] == [["issue", "refuse"]]
    assert ask(district, "yuelan", "post", desk, {"act": "issue"})[1]["state"] == "issued"
    actions.declare_ownership(
        firm(district).credit_code, HEAD, OWNER, by=district.account("huangyi")
    )
    contract = {"act": "reserve", "provider": LAB, "contract_fen": 8_000_000, "words": "3 号合同"}
    assert ask(district, "liqiang", "post", own, contract)[0] == 404
    assert ask(district, "huangyi", "post", own, contract)[1]["amount_fen"] == 4_000_000
    ask(district, "huangyi", "post", own, {"act": "prove", "words": "报告"})
    assert ask(district, "fanhua", "post", desk, {"act": "redeem"})[1]["state"] == "redeemed"
    assert ask(district, "fanhua", "post", desk, {"act": "redeem"})[0] == 409
    row = ask(district, "huangyi", "get", "/firm/vouchers")[1]["rows"][0]
    assert (row["state"], row["may"]) == ("redeemed", [])


def test_a_firm_reads_what_it_is_entitled_to(district: District) -> None:
    found = declared(district, young_hires="3", here="是")
    address = f"/firms/{found.credit_code}/policies"
    status, told = ask(district, "huangyi", "get", address)
    by = {row["policy"]: row for row in told["rows"]}
    assert (status, by["hiring-graduates"]["eligible"]) == (200, "yes")
    assert by["hiring-graduates"]["amount_fen"] is None
    assert (by["seed-grant"]["eligible"], by["seed-grant"]["amount_fen"]) == ("yes", None)
    assert "startup-loan" not in by
    lacking = {row["policy"]: row["lacks"] for row in told["waiting"]}
    assert lacking["growth-loan"] and "graduate-search" not in lacking
    status, one = ask(district, "huangyi", "get", f"{address}/hiring-graduates")
    assert (status, one["missing"]) == (200, ["each_fen"])
    assert ask(district, "huangyi", "get", f"{address}/growth-loan")[0] == 409
    assert ask(district, "huangyi", "get", f"{address}/startup-loan")[0] == 404
    for name in ("liqiang", "yuelan"):
        assert ask(district, name, "get", address)[0] == 403
        assert ask(district, name, "get", f"{address}/hiring-graduates")[0] == 403


def test_the_list_of_policies_splits_by_for_whom(district: District) -> None:
    rows = ask(district, "liqiang", "get", "/policies?whom=firm")[1]["rows"]
    assert {"keep-jobs", "veteran-tax"} <= {row["policy"] for row in rows}
    assert all("firm" in row["for_whom"] for row in rows)
    assert ask(district, "liqiang", "get", "/policies?whom=moon")[0] == 422
