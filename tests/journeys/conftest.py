"""A whole installation for journeys: on SQLite, or on PostgreSQL where the whole run is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import psycopg
import pytest
from tests.journeys.prepared import Prepared, prepare
from tests.journeys.shared import shared

from minsheng.cli.stack import Stack

POSTGRES = os.environ.get("MINSHENG_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
ON_POSTGRES = os.environ.get("MINSHENG_DATABASE", "").startswith("postgres")
DATABASES = (
    ["postgres"]
    if ON_POSTGRES
    else ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


@pytest.fixture(scope="session", params=DATABASES)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Fresh processes with a small district, for journeys that leave finished cases behind."""
    if request.param == "postgres" and not _answers(POSTGRES):
        if "postgres" in os.environ.get("MINSHENG_REQUIRE", "").split(","):
            pytest.fail("PostgreSQL is required and doesn't answer")
        pytest.skip("no PostgreSQL found")
    with _fresh(postgres=POSTGRES if request.param == "postgres" else "") as running:
        yield running


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, testrun_uid: str
) -> Iterator[Prepared]:
    """An installation in which every page has something to show, one for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / f"prepared-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    with shared(folder, _prepared) as found:
        yield Prepared(**found)


@contextmanager
def _prepared() -> Iterator[dict[str, Any]]:
    with _fresh(postgres=POSTGRES if ON_POSTGRES else "") as running:
        yield asdict(prepare(running))


def _fresh(*, postgres: str) -> Stack:
    return Stack(households=20, postgres=postgres)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False
