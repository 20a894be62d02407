"""What every test may use: a runtime folder that exists, and a real browser where there is one."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser
from tests import browser as browsers
from tests import factories

from minsheng.apps.records.certificates.authority import make_demo_authority
from minsheng.cli import temporary

BLANK_SQLITE, BLANK_POSTGRES = "MINSHENG_BLANK_SQLITE", "MINSHENG_BLANK_POSTGRES"
STACK = "stack"
LONGEST = (
    STACK,
    "newborn killed",
    "newborn",
    "tests/cli/test_journey_points.py",
    "tests/portal/test_strangers.py",
    "tests/cli/test_production_start.py",
    "tests/cli/test_cli_demo.py",
    "tests/cli/test_cli_bench.py",
)
"""What takes a minute or more although it is few tests, longest first: `start.py test --slowest` tells."""
# A busy machine is no fault: how long an example takes is measured in benchmarks/, not here.
hypothesis.settings.register_profile("minsheng", deadline=None)
hypothesis.settings.load_profile("minsheng")


def pytest_configure() -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # A register that answers late on a busy machine would be taken for a silent one.
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 30_000
    # Made on no test's day: one that plays in spring would find a certificate of this autumn.
    make_demo_authority(settings.MINSHENG_AUTHORITY, at=datetime(2025, 1, 1, tzinfo=UTC))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, object, object]:
    """Leave out what can't or needn't run here, and tell which tests stay in one process.

    With `--dist loadgroup` the tests of a file stay together, and all that use the one running
    installation. LONGEST begin first, the largest files next, so that the processes end together.
    """
    if not config.getoption("loadgroup", False):  # so does xdist tell its processes
        _choose(config, items)
        return (yield)
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    _choose(config, items)
    done = yield
    sizes = Counter(_group(item) for item in items)
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(_group(item), len(LONGEST)), -sizes[_group(item)]))
    return done


def _group(item: pytest.Item) -> str:
    """Return the name of those who share something dear: a running installation, or the file's own."""
    named = item.get_closest_marker("xdist_group")
    if named is not None:
        return str(named.args[0])
    return STACK if STACK in getattr(item, "fixturenames", ()) else str(item.location[0])


def _choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks no database where the database is PostgreSQL: it ran on SQLite.

    Skip browser tests where no Chromium is found, unless MINSHENG_REQUIRE names the browser.
    """
    if os.environ.get("MINSHENG_DATABASE", "").startswith("postgres"):
        left = [item for item in items if not _asks_a_database(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if _asks_a_database(item)]
    required = "browser" in os.environ.get("MINSHENG_REQUIRE", "").split(",")
    if required or browsers.chromium_path():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium found"))


def _asks_a_database(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    return bool(asked & {"db", "transactional_db", "stack"}) or (
        item.get_closest_marker("django_db") is not None
    )


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether the tests' database is the copy of a blank one: its tables are made already."""
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    return bool(os.environ.get(BLANK_POSTGRES if on_postgres else BLANK_SQLITE))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool
) -> Iterator[None]:
    """Put the copy where the tests of this process look for their database; remove it at the end."""
    if not django_db_keepdb:
        yield
        return
    name = str(connection.creation._get_test_db_name())  # type: ignore[attr-defined]
    if connection.vendor == "sqlite":
        shutil.copy(os.environ[BLANK_SQLITE], name)
        yield
        Path(name).unlink(missing_ok=True)
        return
    server = os.environ["MINSHENG_DATABASE"]
    temporary.drop_database(server, name)
    temporary.create_database(server, name)
    yield
    temporary.drop_database(server, name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real Chromium for all browser tests of this process."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server in this process, for pages that need no database."""
    with browsers.serving() as address:
        yield address


@pytest.fixture
def district(db: None, settings: Any, tmp_path: Path) -> Iterator[factories.District]:
    """The cast in its district, with registers over real sockets. See `tests/factories.py`."""
    settings.MINSHENG_FILES = tmp_path / "files"
    settled = factories.settle(tmp_path)
    with factories.registers(settled.store) as url:
        settings.MINSHENG_REGISTERS_URL = url
        yield settled


@pytest.fixture
def schooled(db: None, settings: Any, tmp_path: Path) -> Iterator[factories.District]:
    """The district with its schools: four pupils in a class, and those of the cast."""
    settings.MINSHENG_FILES = tmp_path / "files"
    settled = factories.settle(tmp_path, pupils=4)
    with factories.registers(settled.store) as url:
        settings.MINSHENG_REGISTERS_URL = url
        yield settled
