"""Screening: the same as the interpreter for each, what changed, and nothing that gives a few away."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.product_packs import PACKS

from minsheng.engines.policies.decide import decide
from minsheng.engines.screening import Outcome, Subject, diff, judged, screen, tally, withheld
from minsheng.rules import Scope
from minsheng.rules.columns import population_of

DAY = date(2026, 11, 30)
assert PACKS.policies is not None
SHELF = PACKS.policies
MODEL = SHELF.vocabulary.model
POLICIES = [one for one in SHELF.in_force(DAY) if one.about == "person"]
SUBJECTS = [
    Subject(
        one.slug,
        {each.key: each.rule.ir for each in one.conditions},
        one.amount.ir if one.amount else None,
    )
    for one in POLICIES
]


def a_home(random: Random) -> list[dict[str, Any]]:
    """Return invented people of one household, with gaps in what is known of them."""
    fields = MODEL.schemas["person"].fields
    members: list[dict[str, Any]] = []
    for _ in range(random.randrange(1, 5)):
        one: dict[str, Any] = {}
        for name, kind in fields.items():
            if random.random() < 0.1:
                continue
            one[name] = _value(kind, random)
        members.append(one)
    home: dict[str, Any] = {"members": members, "income_fen_month": random.randrange(10**6)}
    for one in members:
        if random.random() < 0.9:
            one["household"] = home
        one["spouse"] = {}
    return members


def _value(kind: Any, random: Random) -> Any:
    match kind.type:
        case "boolean":
            return random.random() < 0.6
        case "date":
            return date(2000 + random.randrange(40), 1 + random.randrange(12), 5).isoformat()
        case "choice":
            return random.choice(list(kind.options))
        case "text":
            return random.choice(["A1", "B2"])
    return random.choice([0, 1, 7, 90_000])


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_everybody_comes_out_as_the_interpreter_says(seed: int) -> None:
    random = Random(seed)
    people = [one for _ in range(4) for one in a_home(random)]
    found = screen(SUBJECTS, people, MODEL, on=DAY)
    whole = judged(SUBJECTS, population_of(MODEL, {"person": people}), MODEL, on=DAY)
    for policy in POLICIES:
        for row, facts in enumerate(people):
            said = decide(policy, Scope(facts), on=DAY)
            missing = tuple(sorted({one.field for one in said.missing}))
            assert found[policy.slug][row] == Outcome(
                said.value, said.amount_fen, said.failing, missing
            )
            assert whole[policy.slug][0].at(row) is said.value


YES, NO, OPEN = (
    Outcome(True, 100),
    Outcome(False, failing=("age",)),
    Outcome(None, missing=("work",)),
)


def test_what_changed_has_its_reason() -> None:
    before = {"a": NO, "b": YES, "c": YES, "d": OPEN, "e": YES, "f": YES, "g": NO}
    after = {"a": YES, "b": NO, "c": OPEN, "d": NO, "e": Outcome(True, 90), "f": YES, "h": YES}
    found = {key: (one.kind, one.because) for key, one in diff(before, after).items()}
    assert found == {
        "a": ("gained", ("age",)),
        "b": ("lost", ("age",)),
        "c": ("became_unknown", ("work",)),
        "d": ("became_known", ("age",)),
        "e": ("amount_changed", ()),
        "h": ("gained", ()),
    }


def test_tallies_add_up_and_never_count_an_unknown_as_no() -> None:
    half = Outcome(True, missing=("paid",))
    some, more = tally([YES, NO, OPEN]), tally([YES, half, OPEN])
    both = some + more
    assert both == tally([YES, NO, OPEN, YES, half, OPEN])
    assert (both.yes, both.no, both.unknown, both.amount_fen, both.amount_open) == (3, 1, 2, 200, 1)
    assert both.missing == {"work": 2}


@pytest.mark.parametrize("cells", [2, 3])
def test_nothing_withheld_can_be_worked_out(cells: int) -> None:
    """Of all tables that show the same, a cell under the threshold has at least two values."""
    looks: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for table in product(range(13), repeat=cells):
        if sum(table) > 12:
            continue  # what has the same total is among them whole
        shown = withheld(dict(enumerate(table)), smallest=3)
        looks[tuple(shown.counts.values()), shown.total].append(table)
    for (counts, _), tables in looks.items():
        for at, count in enumerate(counts):
            values = {table[at] for table in tables}
            if count is None:
                assert len(values) > 1, (counts, tables)
            else:
                assert count == 0 or count >= 3


def test_one_small_group_takes_another_with_it() -> None:
    shown = withheld({"a": 2, "b": 9, "c": 30}, smallest=5)
    assert shown.counts == {"a": None, "b": None, "c": 30}
    assert shown.total == 41
    assert withheld({"a": 2, "b": 0}, smallest=5).total is None
    assert withheld({"a": 5, "b": 0}, smallest=5).counts == {"a": 5, "b": 0}


def test_a_fact_of_several_at_home_is_missed_once_by_each_person() -> None:
    one = Outcome(None, missing=("household.members[0].work", "household.members[2].work"))
    other = Outcome(None, missing=("household.members[1].work", "work"))
    assert tally([one, other]).missing == {"household.members[].work": 2, "work": 1}


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("work", "就业情况", "work"),
        ("household", "家庭", "household"),
        ("household.income_fen_month", "家庭月收入", "monthly income of the household"),
        ("household.members[].work", "家庭成员的就业情况", "work of members of the household"),
        ("spouse.birth", "配偶的出生日期", "date of birth of spouse"),
        ("nobody.knows", "nobody.knows", "nobody.knows"),
    ],
)
def test_a_missing_fact_says_whose_it_is(path: str, zh: str, en: str) -> None:
    label = SHELF.vocabulary.label(path)
    assert (label.zh, label.to("en")) == (zh, en)
