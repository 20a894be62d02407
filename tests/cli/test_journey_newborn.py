"""`minsheng journey newborn`: the whole story, with registers, web server and worker as processes."""

from __future__ import annotations

import os

import psycopg
import pytest
from tests.cli.cli_caller import run

POSTGRES = os.environ.get("MINSHENG_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
ON_POSTGRES = os.environ.get("MINSHENG_DATABASE", "").startswith("postgres")
FIGURES = {
    "items": 7,
    "closed": True,
    "certificates": 7,
    "asked_fields": 6,
    "materials_asked": 0,
    "materials_avoided": 7,
    "workdays": 20,
    "audit_ok": True,
    "wrong": [],
}

on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="this run is about PostgreSQL")


@on_sqlite
@pytest.mark.xdist_group("newborn")
def test_the_story_holds_on_sqlite() -> None:
    answer = run("journey", "newborn", "--json", environment={})
    assert answer.status == 0, answer.out + answer.err
    assert {key: answer.json[key] for key in FIGURES} == FIGURES


@pytest.mark.postgres
def test_the_story_holds_on_postgres() -> None:
    _require_postgres()
    answer = run("journey", "newborn", "--json", "--postgres", POSTGRES, environment={})
    assert answer.status == 0, answer.out + answer.err
    assert {key: answer.json[key] for key in FIGURES} == FIGURES


@pytest.mark.xdist_group("newborn killed")
@pytest.mark.parametrize(
    ("seed", "server"),
    [
        pytest.param("1", "", marks=on_sqlite),
        *[
            pytest.param(str(seed), server, marks=pytest.mark.long)
            for seed in (2, 3)
            for server in ("", POSTGRES)
        ],
    ],
)
def test_a_silent_register_and_killed_processes_cost_questions_and_time_and_nothing_else(
    seed: str, server: str
) -> None:
    """Web server and worker are killed (SIGKILL) at random while forms are sent; all happens once."""
    if server:
        _require_postgres()
    answer = run(
        "journey", "newborn", "--json", "--kill", "8" if server else "4", "--seed", seed,
        "--fault", "civil.marriage", "failing",
        *(["--postgres", server] if server else []), environment={},
    )  # fmt: skip
    assert answer.status == 0, answer.out + answer.err
    told = answer.json
    assert told["wrong"] == []
    assert told["closed"] is True
    assert told["certificates"] == FIGURES["certificates"]
    assert told["asked_fields"] > FIGURES["asked_fields"]
    assert told["materials_asked"] == 1
    assert told["audit_ok"] is True
    assert "worker was killed" in answer.out
    assert "web was killed" in answer.out


def _require_postgres() -> None:
    try:
        with psycopg.connect(POSTGRES, connect_timeout=3):
            pass
    except psycopg.OperationalError:
        if "postgres" in os.environ.get("MINSHENG_REQUIRE", "").split(","):
            raise
        pytest.skip("no PostgreSQL found")
