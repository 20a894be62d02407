"""The stand-in registers: over real sockets, with switches, each write once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.cli_caller import call
from tests.factories import registers

from minsheng.apps.cases import lookups
from minsheng.cli.registers import answers
from minsheng.cli.registers.in_process import in_process
from minsheng.cli.registers.store import REGISTERS, Store

BORN = {"child_birth": "2026-03-01", "child_sex": "female"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Registers that know one person."""
    made = Store(tmp_path / REGISTERS)
    made.fill([("population.person", "1", {"name": "王芳"})])
    return made


@pytest.fixture
def http(store: Store, settings: Any) -> Iterator[httpx.Client]:
    """A client that has the token."""
    with registers(store) as address:
        bearer = {"Authorization": f"Bearer {settings.MINSHENG_REGISTERS_TOKEN}"}
        with httpx.Client(base_url=address, headers=bearer, trust_env=False) as client:
            yield client


def test_a_register_tells_what_it_knows_and_no_more(http: httpx.Client) -> None:
    found = http.post("/v1/population.person/find", json={"about": "1"}).json()
    assert found == {"register": "population.person", "records": [{"name": "王芳"}]}
    assert http.post("/v1/population.person/find", json={"about": "2"}).json()["records"] == []


def test_nobody_is_answered_without_the_token(http: httpx.Client) -> None:
    answer = http.post(
        "/v1/population.person/find", json={"about": "1"}, headers={"Authorization": "Bearer x"}
    )
    assert answer.status_code == 401
    assert http.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/population.person/write", 404),
        ("/v1/card.social/find", 404),
        ("/v1/nothing/find", 404),
        ("/v1", 404),
    ],
)
def test_there_is_nothing_at_other_addresses(http: httpx.Client, path: str, status: int) -> None:
    assert http.post(path, json={}, headers={"Idempotency-Key": "k"}).status_code == status


def test_a_body_that_is_no_object_is_refused(http: httpx.Client) -> None:
    assert http.post("/v1/population.person/find", content=b"[1]").status_code == 400
    assert http.post("/v1/population.person/find", content=b"{").status_code == 400


def test_a_write_without_a_key_or_a_birth_is_refused(http: httpx.Client, store: Store) -> None:
    assert http.post("/v1/population.household/write", json=BORN).status_code == 400
    keyed = {"Idempotency-Key": "k"}
    assert http.post("/v1/population.household/write", json={}, headers=keyed).status_code == 422
    assert store.written("population.household") == []


def test_the_same_key_gets_the_same_answer(http: httpx.Client, store: Store) -> None:
    path, keyed = "/v1/population.household/write", {"Idempotency-Key": "case:1:household:1"}
    first = http.post(path, json=BORN, headers=keyed).json()
    again = http.post(path, json={**BORN, "child_sex": "male"}, headers=keyed).json()
    assert first == again
    assert len(store.written("population.household")) == 1


def test_writers_at_once_get_numbers_of_their_own(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda key: answers.write(store, "card.social", {}, key=str(key)), range(24))
        )
    assert len({one["result"] for one in made}) == 24


@pytest.mark.parametrize(("mode", "status"), [("failing", 503), ("wrong", 200), ("ok", 200)])
def test_a_switch_sets_how_a_register_answers(
    capsys: pytest.CaptureFixture[str],
    settings: Any,
    tmp_path: Path,
    http: httpx.Client,
    mode: str,
    status: int,
) -> None:
    settings.MINSHENG_VAR = tmp_path
    assert call(capsys, "registers", "--switch", "population.person", mode).status == 0
    answer = http.post("/v1/population.person/find", json={"about": "1"})
    assert answer.status_code == status
    assert (answer.json().get("register") == "population.person") is (mode == "ok")


@pytest.mark.parametrize("words", [("nothing", "ok"), ("population.person", "broken")])
def test_a_switch_there_is_not_names_those_there_are(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path, words: tuple[str, str]
) -> None:
    settings.MINSHENG_VAR = tmp_path
    answer = call(capsys, "registers", "--switch", *words)
    assert answer.status == 2
    assert "population.person" in answer.err or "failing" in answer.err


def test_a_port_that_is_taken_gets_a_sentence(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path, http: httpx.Client
) -> None:
    settings.MINSHENG_VAR = tmp_path
    answer = call(capsys, "registers", "--port", str(http.base_url.port))
    assert answer.status == 1
    assert f"端口 {http.base_url.port}" in answer.err


def test_in_one_process_the_registers_answer_without_a_socket(store: Store, settings: Any) -> None:
    settings.MINSHENG_REGISTERS_URL = "http://127.0.0.1:9"
    with in_process(store):
        assert lookups.find("population.person", "1").records == ({"name": "王芳"},)
        assert lookups.find("population.person", "2").outcome == "none"
        assert lookups.write("card.social", {}, key="k").result == "DEMO00000001"
    assert lookups.find("population.person", "1").outcome == "silent"
