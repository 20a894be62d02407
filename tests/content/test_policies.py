"""Policies as packs: read with their vocabulary, every mistake named with file and line."""

from __future__ import annotations

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from minsheng.content import check
from minsheng.content.loading import default_roots, load
from minsheng.engines.policies.decide import decide
from minsheng.engines.policies.entering import not_entered, with_entered
from minsheng.rules import Missing, Reason, Scope

POLICY = "policies/flexible-insurance/policy.yaml"
TESTS = "policies/flexible-insurance/tests/cases.yaml"
SKILL = "policies/skill-subsidy/policy.yaml"
BENEFIT = "policies/unemployment-benefit/tests/cases.yaml"
WAITING = "policies/not-configured.yaml"
DUTIES = "districts/demo/grants.yaml"
REGISTRATION = "policies/jobless-registration/policy.yaml"
WORDS = "facts/vocabulary.yaml"
KEPT = "policies/keep-jobs/policy.yaml"
KEPT_TESTS = "policies/keep-jobs/tests/cases.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    root = tmp_path / "packs"
    for folder in ("facts", "policies", "districts", "calendars"):
        shutil.copytree(default_roots()[0] / folder, root / folder)
    return root


def change(root: Path, file: str, old: str, new: str) -> str:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    said = [problem.to("en") for problem in check([root]).errors]
    return "\n".join(line for line in said if "facts/" in line or "policies/" in line)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (POLICY, "not insured_by_unit", "not insured_by_unt", "did you mean 'insured_by_unit'"),
        (POLICY, 'per: month', 'per: week', "month"),
        (POLICY, "office: hr", "office: moon", "no office 'moon'"),
        (POLICY, "heading: civil", "heading: civil\nlacks: [{zh: '金额', en: 'an amount'}]", "decides nothing"),
        (POLICY, "* share", "* 0.5", "no rule uses this number"),
        (POLICY, "heading: civil", "heading: civil\nlacks: [{zh: '金额', en: 'an amount'}]", "not-configured.yaml"),
        (SKILL, "{level: four, then: level_four}", "{level: fuor, then: level_four}", "did you mean 'four'"),
        (SKILL, "gives: money", "gives: integer", "packs"),
        (BENEFIT, "params: {benefit_fen_month: 100}", "params: {benefit: 100}", "isn't a rate that waits"),
        (BENEFIT, "eligible: \"yes\", amount: 100", "eligible: \"yes\", amount: 200", "found 100"),
        (WAITING, "office: tax", "office: moon", "no office 'moon'"),
        (WAITING, "mark: H", "mark: X", "'X'"),
        (WORDS, "12..23", "12..22", "no row applies when paid is 23"),
        (POLICY, "check: recount", "check: guess", "guess"),
        (POLICY, "check: account", "rule: 'work'", "yes or no"),
        (POLICY, "    check: recount", "    rule: \"low_income\"\n    check: recount", "a ground has a rule, or check"),
        (REGISTRATION, "gives: recognition", "gives: money", "money and a loan have an amount"),
        (REGISTRATION, "[jobless_registered]", "[jobless_register]", "no fact that a recognition makes so"),
        (REGISTRATION, "[jobless_since]", "[work]", "no fact that a recognition makes so"),
        (SKILL, "for_each: skill_certificate_number", "for_each: skill_level", "no text fact"),
        (SKILL, "for_each: skill_certificate_number", "", "same needs for_each in both"),
        (SKILL, "counts_year: skill_subsidies_this_year", "counts_year: skill_level", "no integer fact"),
        (POLICY, "about: person", "about: person", ""),
        (POLICY, "for_whom: [person]", "for_whom: [persons]", "'persons'"),
        (POLICY, "for_whom: [person]\n", "", "'for_whom' is missing"),
        (POLICY, "for_whom: [person]", "for_whom: []", "say for whom it is"),
        (POLICY, "for_whom: [person]", "for_whom: [person, firm]", "isn't for others as well"),
        (KEPT, "premium_months >=", "premium_month >=", "did you mean 'premium_months'"),
        (KEPT, "laid_off <=", "jobless_registered <=", "jobless_registered"),
        (KEPT_TESTS, "amount: 3600000", "amount: 3600001", "found 3600000"),
        (TESTS, "amount: 60000", "amount: 60001", "expected 60001, found 60000"),
        (TESTS, "missing: [work]", "missing: [sex]", "expected ('sex',), found ('work',)"),
        (WORDS, 'rule: "age_years(birth)"', 'rule: "age + 1"', "rests on itself"),
        (WORDS, "to: household", "to: castle", "castle"),
        (WORDS, "value: 40, mark: M", "value: forty, mark: M", "a whole number"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(
    packs: Path, file: str, old: str, new: str, said: str
) -> None:
    if old == new:
        old = new = "judged_on: month"
    found = change(packs, file, old, new)
    if said:
        assert said in found
        assert file in found
    else:
        assert found == ""


def test_what_waits_is_listed_and_decides_nothing(packs: Path) -> None:
    shelf = load([packs]).policies
    assert shelf is not None
    waiting = [one for one in shelf.policies.values() if not one.is_configured]
    assert len(waiting) == 33
    assert all(one.lacks and not one.conditions and one.amount is None for one in waiting)
    firms = {"knowledge-credit", "growth-loan", "high-tech-award"}
    assert {one.slug for one in waiting if one.cites[0].mark != "L"} & firms == firms - {
        "high-tech-award"
    }
    assert sum(one.cites[0].title.zh.startswith("35 项") for one in waiting) == 26


def test_months_already_paid_are_a_fact_of_their_own(packs: Path) -> None:
    shelf = load([packs]).policies
    assert shelf is not None
    fact = shelf.vocabulary.at("received.flexible_insurance")
    assert fact is not None
    assert fact.source == "ledger:policies"
    assert fact.kind.label.zh == "已领灵活就业社保补贴的月数"


def test_a_way_leads_to_the_fact_at_its_end(packs: Path) -> None:
    shelf = load([packs]).policies
    assert shelf is not None
    fact = shelf.vocabulary.at("household.members[2].work")
    assert fact is not None
    assert (fact.entity, fact.name) == ("person", "work")
    assert shelf.vocabulary.at("household.members[2].castle") is None
    assert shelf.vocabulary.at("castle.work") is None


def test_a_policy_that_lacks_something_decides_nothing(packs: Path) -> None:
    folder = packs / "policies/thin"
    folder.mkdir()
    (folder / "policy.yaml").write_text(
        """title: {zh: "薄", en: "Thin"}
why: {zh: "还没有数。", en: "No figure yet."}
for_whom: [person]
office: hr
effective: {from: 2020-01-01}
cites: [{title: {zh: "通知", en: "Notice"}, mark: L}]
lacks: [{zh: "金额", en: "the amount"}]
""",
        encoding="utf-8",
    )
    shelf = load([packs]).policies
    assert shelf is not None
    on = date(2026, 12, 1)
    assert "flexible-insurance" in {one.slug for one in shelf.in_force(on)}
    assert "thin" not in {one.slug for one in shelf.in_force(on)}
    with pytest.raises(ValueError, match="not configured"):
        decide(shelf.policies["thin"], Scope({}), on=on)


@pytest.mark.parametrize(
    ("post", "said"), [("benefits", "no post of 'health' decides"), ("approval", "looks again")]
)
def test_an_office_whose_claims_nobody_would_decide_is_named_at_its_policies(
    packs: Path, post: str, said: str
) -> None:
    found = change(packs, DUTIES, f", health: health.{post}", "")
    for slug in ("child-allowance", "elder-medical-help"):
        assert f"policies/{slug}/policy.yaml" in found
    assert said in found
    assert "startup-loan" not in found


def test_every_policy_says_for_whom_and_firms_are_judged_by_what_they_declare(packs: Path) -> None:
    shelf = load([packs]).policies
    assert shelf is not None
    by = {one.slug: one for one in shelf.policies.values()}
    assert all(one.for_whom for one in by.values())
    assert by["child-allowance"].for_whom == ("household",)
    assert {one.about for one in by.values() if one.for_whom == ("firm",)} == {"firm"}
    fact = shelf.vocabulary.at("premium_fen", "firm")
    assert fact is not None and (fact.source, fact.kind.type) == ("firm", "money")
    assert shelf.vocabulary.at("premium_fen") is None


def test_a_district_without_facts_of_firms_has_no_policy_for_them(packs: Path) -> None:
    (packs / "facts/firm.yaml").unlink()
    said = "\n".join(problem.to("en") for problem in check([packs]).errors)
    assert "no facts of firms are declared" in said


def test_what_nobody_entered_for_this_year_waits_and_last_year_stands(packs: Path) -> None:
    shelf = load([packs]).policies
    assert shelf is not None
    kept = shelf.policies["keep-jobs"]
    firm = Scope(
        {"staff": 86, "large": False, "laid_off": 0, "premium_months": 24, "premium_fen": 100_00}
    )
    assert decide(kept, firm, on=date(2025, 9, 1)).amount_fen == 60_00
    now = decide(kept, firm, on=date(2026, 12, 1))
    assert (now.value, now.amount_fen) == (True, None)
    assert now.missing == frozenset({Missing("share_small", Reason.NOT_ENTERED)})
    waiting = {one.label.zh for one in not_entered(kept, on=date(2026, 12, 1))}
    assert waiting == {"返还比例（中小微企业）", "返还比例（大型企业）"}
    assert not_entered(kept, on=date(2025, 9, 1)) == ()
    entered = with_entered(kept, {"share_small": Fraction(9, 10)}, on=date(2026, 12, 1))
    assert decide(entered, firm, on=date(2026, 12, 1)).amount_fen == 90_00
    assert decide(entered, firm, on=date(2025, 9, 1)).amount_fen == 60_00
