"""How somebody could qualify: what they can do, and nothing said of somebody else."""

from __future__ import annotations

from datetime import date

from minsheng.content.loading import load
from minsheng.content.policies import Shelf
from minsheng.engines.policies.ways import Ways, ways
from minsheng.rules import Scope

ON = date(2026, 12, 1)


def shelf() -> Shelf:
    found = load().policies
    assert found is not None
    return found


def ways_of(slug: str, **facts: object) -> Ways:
    found = shelf()
    return ways(found.policies[slug], Scope(facts), found.vocabulary, on=ON)


CASHIER = {
    "hard_to_employ_recognised": True,
    "work": "flexible",
    "flexible_registered": True,
    "insured_by_unit": False,
    "flexible_paid_fen_month": 90000,
    "retires_on": "2033-05-08",
    "received.flexible_insurance": 3,
}


def test_what_a_person_can_change_comes_with_what_to_do() -> None:
    found = ways_of("flexible-insurance", **{**CASHIER, "flexible_registered": False})
    assert [one.paths for one in found.flips.by_person] == [frozenset({"flexible_registered"})]
    assert any("灵活就业登记" in one.zh for one in found.advice)
    assert any("您自己能改变" in one.zh for one in found.texts)


def test_what_nobody_can_change_is_said_to_be_so() -> None:
    found = ways_of("flexible-insurance", **{**CASHIER, "received.flexible_insurance": 36})
    assert found.flips.by_person == ()
    assert any("谁也改变不了" in one.zh for one in found.texts)


def test_whoever_qualifies_is_told_nothing() -> None:
    assert ways_of("flexible-insurance", **CASHIER).texts == ()


def test_somebody_elses_fact_is_never_written() -> None:
    me = {"birth": "1996-05-18", "hukou": "here_urban"}
    child = {"birth": "2022-06-01", "hukou": "here_urban"}
    found = ways_of("child-allowance", **me, guardian_here=True, household={"children": [child]})
    assert found.flips.verdict is False
    whole = " ".join(one.zh + one.to("en") for one in (*found.texts, *found.advice))
    assert "2022" not in whole
    assert "1996" not in whole
    assert found.texts[0].zh == "您自己改变不了这个结果。"
