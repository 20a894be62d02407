"""Loans and grants of a firm by API: applied for once, read with the sheet and the cap table, closed to strangers."""

from __future__ import annotations

from tests.apps.loans.loans_of import PURPOSE, fill
from tests.apps.loans.loans_of import led_to as loan_at
from tests.apps.stakes.stakes_of import led_to as stake_at

LOANS, STAKES = "/api/v1/firm/loans", "/api/v1/firm/stakes"
ASKED = {
    "scheme": "ladder", "rung": "tech", "bank": "bank.hanguang", "amount_fen": 300_000_000, "months": 12,
    "purpose": PURPOSE,
}  # fmt: skip


def headers(district, name: str, key: str = "") -> dict[str, str]:
    given = {"authorization": f"Bearer {district.token(name)}"}
    return {**given, **({"idempotency-key": key} if key else {})}


def test_a_firm_applies_once_and_sees_where_it_stands(district):
    client, firm = district.client(), headers(district, "huangyi", "loan-1")
    made = client.post(LOANS, ASKED, content_type="application/json", headers=firm)
    again = client.post(LOANS, ASKED, content_type="application/json", headers=firm)
    assert made.json() == again.json()
    assert made.json()["state"] == "applied"
    rows = client.get(LOANS, headers=firm).json()["rows"]
    assert [one["asked_fen"] for one in rows] == [300_000_000]
    one = client.get(f"{LOANS}/{rows[0]['id']}", headers=firm).json()
    assert (one["loss"], one["may"]) == (None, ["withdraw"])
    much = {**ASKED, "amount_fen": 300_000_001}
    refused = client.post(
        LOANS, much, content_type="application/json", headers=headers(district, "huangyi", "loan-2")
    )
    assert refused.status_code == 422


def test_the_sheet_and_the_cap_table_are_exact(district):
    fill(district)
    loan, stake = loan_at(district, "share"), stake_at(district, "confirm")
    client, firm = district.client(), headers(district, "huangyi")
    loss = client.get(f"{LOANS}/{loan.pk}", headers=firm).json()["loss"]
    assert (loss["loss_fen"], loss["guarantor_fen"], loss["bank_fen"]) == (
        183_333_337,
        146_666_670,
        36_666_667,
    )
    found = client.get(f"{STAKES}/{stake.pk}", headers=firm).json()
    assert {one["part"] for one in found["after"]} == {"133/250", "57/250", "1/5", "1/25"}
    assert [one["id"] for one in client.get(STAKES, headers=firm).json()["rows"]] == [stake.pk]


def test_a_stranger_finds_nothing_and_applies_for_nobody(district):
    fill(district)
    loan, stake = loan_at(district, "recommend"), stake_at(district, "check")
    client, stranger = district.client(), headers(district, "liqiang")
    assert client.get(f"{LOANS}/{loan.pk}", headers=stranger).status_code == 404
    assert client.get(f"{STAKES}/{stake.pk}", headers=stranger).status_code == 404
    assert client.get(LOANS, headers=stranger).json() == {"rows": []}
    refused = client.post(LOANS, ASKED, content_type="application/json", headers=stranger)
    assert refused.status_code == 403
    project = {"scheme": "seed", "title": "样机", "purpose": "样机", "amount_fen": 100}
    refused = client.post(STAKES, project, content_type="application/json", headers=stranger)
    assert refused.status_code == 403
