"""Every sentence beside a service of the product, as a test of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minsheng import content
from minsheng.content.packtests import LocatedTest, read_tests, run_test
from minsheng.engines.casework.prove import prove

PACKS = content.load()


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


def test_what_a_dead_person_received_is_never_asked_of_the_family() -> None:
    spec = PACKS.services["farewell"].spec
    placed = {key for step in spec.steps for key in step.fields}
    registers = {"manner", "pension", "medical", "fund", "elder", "disability"}
    assert not registers & placed
    assert all(item.when for key, item in spec.items.items() if key.endswith("_stop"))
