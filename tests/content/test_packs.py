"""Every sentence beside a service of the product, as a test of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minsheng import content
from minsheng.content.packtests import LocatedTest, read_tests, run_test

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


def test_every_service_has_a_sentence() -> None:
    assert all(loaded.tests for loaded in PACKS.services.values())
