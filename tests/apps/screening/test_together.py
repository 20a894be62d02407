"""What somebody gets of all policies at once: added up over a year, without what excludes each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.screening import described, together
from minsheng.apps.screening.together import Combined
from minsheng.engines.policies.spec import Clash, Condition, Conflict, Policy
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Rule

pytestmark = pytest.mark.django_db
INCOME = "household.income_fen_month"


def supposed(slug: str, condition: str, amount: str, *, not_with: str = "", kind: Clash = "higher") -> Policy:  # fmt: skip
    schema = shelf().vocabulary.model.schema("person")
    base = policy("flexible-insurance")
    other = (Conflict(other=not_with, kind=kind, cite=base.cites[0]),) if not_with else ()
    return replace(
        base,
        slug=slug,
        short=Text(slug),
        conditions=(Condition(key="c", rule=Rule.parse(condition, schema), text=Text("c")),),
        amount=Rule.parse(amount, schema, gives="money"),
        conflicts=other,
    )


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Policy]]:
    """The policies that there are, as a test says."""
    found: list[Policy] = []
    monkeypatch.setattr(together, "_policies", lambda on: found)
    yield found


def total(facts: dict[str, Any], high: int = 500_000) -> Combined:
    return together.all_together(INCOME, facts, high=high, on=timezone.localdate())


def test_months_are_counted_twelve_times_and_cliffs_of_both_stand(offered: list[Policy]) -> None:
    offered += [
        supposed("a", "household.income_fen_month <= 100000", "50000"),
        supposed("b", "household.income_fen_month <= 200000", "30000"),
    ]
    found = total({})
    assert [(one.piece.low, one.piece.at_low) for one in found.stretches] == [
        (0, 12 * 80_000),
        (100_001, 12 * 30_000),
        (200_001, 0),
    ]
    assert [(one.at, one.loss_fen) for one in found.cliffs] == [
        (100_001, 600_000),
        (200_001, 360_000),
    ]


def test_of_two_that_exclude_each_other_the_higher_is_paid_and_they_change_places(
    offered: list[Policy],
) -> None:
    falling = "round_fen(max(0, 100000 - household.income_fen_month / 2))"
    offered += [
        supposed("fixed", "True", "40000", not_with="falling"),
        supposed("falling", "True", falling),
    ]
    found = total({})
    first, second = found.stretches[0], found.stretches[1]
    assert (first.kept, second.kept) == (("falling",), ("fixed",))
    assert (
        second.piece.low == 120_002
    )  # at 120,001 both come to the same fen, and the first by name stays
    assert first.piece.slope == -6
    assert (first.piece.at_low, first.piece.at_high) == (1_200_000, 480_000)
    assert "fixed" in first.barred[0].zh
    assert found.cliffs == ()
    assert found.stretches[-1].piece.at_high == 12 * 40_000


def test_what_cannot_be_told_is_named_and_not_added_as_nothing(offered: list[Policy]) -> None:
    offered += [
        supposed("a", "household.income_fen_month <= 100000", "50000"),
        supposed("b", "household.income_fen_month >= 0 and land_lost", "30000"),
    ]
    assert total({}).stretches[0].open == ("b",)
    assert total({"land_lost": False}).stretches[0].open == ()
    squared = "round_fen(household.income_fen_month * household.income_per_head / 100)"
    offered.append(supposed("c", "True", squared))
    assert total({"household": {"members": [{}]}}).left_out == ("c",)


def test_a_number_that_no_policy_reads_does_not_rise(offered: list[Policy]) -> None:
    with pytest.raises(WrongInput, match="Choose a number"):
        total({})


def test_a_case_is_described_by_its_facts_each_at_its_place(district: Any) -> None:
    found = [policy("hard-to-employ"), policy("flexible-insurance")]
    typed = {
        "household.members": "3",
        "flexible_paid_fen_month": "900.50",
        "is_graduate": "yes",
        "retires_on": "2040-01-01",
        "land_lost": "",
    }
    facts = described.described(found, typed, {"sex": "female"})
    assert len(facts["household"]["members"]) == 3
    assert (facts["flexible_paid_fen_month"], facts["is_graduate"]) == (90_050, True)
    assert facts["sex"] == "female"
    assert "land_lost" not in facts
    for path, text in (
        ("flexible_paid_fen_month", "viel"),
        ("household.members", "0"),
        ("retires_on", "2040"),
    ):
        with pytest.raises(WrongInput) as wrong:
            described.described(found, {path: text}, {})
        assert wrong.value.field == f"f.{path}"


def test_only_people_of_the_demonstration_are_taken_and_the_look_is_written_down(
    district: Any, settings: Any
) -> None:
    on, officer = timezone.localdate(), district.account("tangli")
    assert "qinsu" in dict(described.people_of_demo())
    before = len(list(audit.since(0, 10_000)))
    assert described.facts_of_demo("qinsu", by=officer, on=on)["sex"] == "female"
    assert len(list(audit.since(0, 10_000))) == before + 1
    with pytest.raises(NotAllowed):
        described.facts_of_demo("qinsu", by=district.account("sunwei"), on=on)
    settings.DEMO = False
    assert described.people_of_demo() == []
    with pytest.raises(NotFound):
        described.facts_of_demo("qinsu", by=officer, on=on)
