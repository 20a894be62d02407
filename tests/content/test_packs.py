"""Every sentence beside a service of the product, as a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.product_packs import PACKS

from minsheng.content.packtests import LocatedTest, read_tests, run_test
from minsheng.engines.casework.plan import plan
from minsheng.engines.casework.prove import prove
from minsheng.rules import Missing, Reason, Unknown


def sentences() -> Iterator[object]:
    for slug, loaded in PACKS.services.items():
        for path in loaded.tests:
            for located in read_tests(path, shown=path.name):
                yield pytest.param(slug, located, id=f"{slug}: {located.test.name}")


@pytest.mark.parametrize(("slug", "located"), list(sentences()))
def test_pack(slug: str, located: LocatedTest) -> None:
    wrong = run_test(PACKS.services[slug].spec, located, calendar=PACKS.calendar)
    assert not wrong, "\n".join(str(problem) for problem in wrong)


@pytest.mark.parametrize("slug", PACKS.services)
def test_every_service_is_proved_whole(slug: str) -> None:
    """Each has sentences, and every state of every chain was tried and has an exit.

    `prove` gives a warning, `not_all_tried`, for a chain whose states were not all visited.
    """
    loaded = PACKS.services[slug]
    assert sum(len(read_tests(path, shown=path.name)) for path in loaded.tests) >= 8
    assert prove(loaded.spec) == ()


def test_the_certificate_of_a_health_professional_asks_for_no_document_and_no_visit() -> None:
    spec = PACKS.services["health-title"].spec
    sources = {source.kind for material in spec.materials.values() for source in material.sources}
    assert sources == {"register"}
    assert not [field for field in spec.fields.values() if field.type == "file"]


BENEFITS = {
    "pension_stop": "pension",
    "elder_end": "elder",
    "disability_end": "disability",
    "low_income_end": "low_income",
    "destitute_end": "destitute",
}
DEATH = {
    "death_record_id": "SW-DEMO-0001",
    "manner": "natural",
    "died_on": date(2026, 3, 20),
    "selected": frozenset(),
    **dict.fromkeys(BENEFITS.values(), "receiving"),
    **{f"{state}_last_paid": date(2026, 3, 10) for state in BENEFITS.values()},
}


def answers(facts: dict[str, object], item: str) -> list[bool | None]:
    """Return what the officer sees answered beside one item of a death."""
    checks = PACKS.services["farewell"].spec.items[item].checks
    return [check.rule.decide(facts, on=date(2026, 4, 24)).value for check in checks]


def test_what_a_dead_person_received_is_never_asked_of_the_family() -> None:
    spec = PACKS.services["farewell"].spec
    placed = {key for step in spec.steps for key in step.fields}
    registers = {"manner", "death_record_id", "pension", "medical", "fund"}
    registers |= {f"{state}{end}" for state in BENEFITS.values() for end in ("", "_last_paid")}
    assert not registers & placed
    assert {s.kind for key in registers for s in spec.fields[key].sources} == {"register"}


@pytest.mark.parametrize(("item", "state"), BENEFITS.items())
def test_a_benefit_is_stopped_by_the_death_record_and_judged_by_its_own_date(
    item: str, state: str
) -> None:
    """Paid after the death: that benefit's own check says no, no other's does."""
    spec = PACKS.services["farewell"].spec.items[item]
    assert not spec.optional and not spec.needs and not spec.consent_of and not spec.materials
    assert all(answers(DEATH, other) == [True, True] for other in BENEFITS)
    late = {**DEATH, f"{state}_last_paid": date(2026, 4, 10)}
    assert {other: answers(late, other)[1] for other in BENEFITS} == {
        other: other != item for other in BENEFITS
    }
    silent = Unknown(frozenset({Missing("death_record_id", Reason.REGISTER_NONE)}))
    assert answers({**DEATH, "death_record_id": silent}, item) == [None, True]
    without = plan(
        PACKS.services["farewell"].spec,
        {**DEATH, state: "none"},
        on=date(2026, 4, 24),
        calendar=PACKS.calendar,
    )
    assert set(BENEFITS) - {one.key for one in without.items} == {item}


def test_every_number_of_a_service_names_its_source_and_how_sure_it_is() -> None:
    for slug, loaded in PACKS.services.items():
        for key, item in loaded.spec.items.items():
            assert item.cite, (slug, key)
            assert item.extend is None or item.extend.cite.mark in "HML", (slug, key)
            assert item.objection is not None and item.objection.cite, (slug, key)
            if item.answer_within:
                said = f"{item.answer_within.amount} 天内答复"
                assert said in item.cite.title.zh, (slug, key)
        for reason in loaded.spec.reasons.values():
            assert reason.lasts is None or reason.cite, (slug, reason.key)
