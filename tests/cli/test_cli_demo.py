"""`minsheng demo`: an invented district with something to do in every inbox, loaded once."""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cli.cli_caller import call
from tests.settled import settled

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases import store
from minsheng.apps.cases.models import Case
from minsheng.apps.people import reads as people
from minsheng.cli.demo import loading, marker, running
from minsheng.cli.demo.cast import CAST
from minsheng.cli.registers.store import REGISTERS, Store

OFFICERS = ("linlan", "sunwei", "wutong")


@dataclass(frozen=True)
class Kept:
    """A copy of the registers' file, and what the load counted."""

    registers: Path
    counts: dict[str, int]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A runtime folder of its own."""
    settings.MINSHENG_VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MINSHENG_FILES = tmp_path / "files"
    return tmp_path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What a load leaves behind besides its rows: it takes twenty seconds and is done once."""
    return Kept(tmp_path_factory.mktemp("kept") / REGISTERS, {})


@pytest.fixture
def loaded(db: None, folder: Path, kept: Kept) -> dict[str, int]:
    """The demonstration district with all its cases."""

    def load() -> None:
        made = loading.load(household_count=400, on=loading.today(), cases=len(running.COURSES))
        kept.counts.update(made)
        shutil.copy(folder / REGISTERS, kept.registers)

    settled(("demo", loading.today()), load)
    if not (folder / REGISTERS).exists():
        shutil.copy(kept.registers, folder / REGISTERS)
    return dict(kept.counts)


def account(username: str) -> Any:
    found = people.account_by_username(username)
    assert found is not None
    return found


def test_it_counts_what_it_loaded(loaded: dict[str, int], folder: Path) -> None:
    assert loaded["households"] == 400
    assert loaded["cases"] == len(running.COURSES)
    assert loaded["accounts"] == len(CAST) + loaded["cases"]
    assert sum(cases.case_counts().values()) == loaded["cases"]
    known = Store(folder / REGISTERS)
    assert known.find("hospital.birth_record", loading.PERSONS["wangfang"].number)


def test_every_officer_of_the_service_finds_something_to_do(loaded: dict[str, int]) -> None:
    found = {name: {row.status for row in cases.inbox(account(name))} for name in OFFICERS}
    assert all("open" in statuses for statuses in found.values()), found
    assert any("returned" in statuses for statuses in found.values())
    assert cases.case_counts()["done"] == 1


def test_the_story_of_the_readme_begins_fresh(loaded: dict[str, int]) -> None:
    for name in ("wangfang", "chenli", "liqiang"):
        assert cases.cases_of(account(name)) == []
        assert cases.drafts_of(account(name)) == []


def test_everybody_in_it_is_marked_as_invented(loaded: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for table in ("people_person", "people_account", "people_household"):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE NOT demo")
            assert cursor.fetchone() == (0,), table


def test_the_same_seed_and_day_give_the_same_people(db: None) -> None:
    one, other = (loading.draw(household_count=50, on=loading.today(), seed=7) for _ in range(2))
    assert one == other
    assert one != loading.draw(household_count=50, on=loading.today(), seed=8)


def test_a_second_load_is_left_alone(
    capsys: pytest.CaptureFixture[str], db: None, folder: Path
) -> None:
    first = call(capsys, "demo", "--households", "20", "--cases", "0", "--json")
    assert (first.status, first.json["loaded"]) == (0, True)
    if_empty = call(capsys, "demo", "--if-empty", "--json")
    assert (if_empty.status, if_empty.json) == (0, {"loaded": False})
    again = call(capsys, "demo", "--json")
    assert (again.status, again.json) == (1, {"loaded": False})


def test_production_is_never_filled_with_it(
    capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.DEMO = False
    answer = call(capsys, "demo")
    assert answer.status == 2
    assert "正式环境" in answer.out


def test_loading_reaches_tables_through_actions_and_reads() -> None:
    for module in (loading, running, marker):
        assert module.__file__
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        imported = {
            node.module
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module is not None
        }
        assert not [name for name in imported if name.endswith(".models")], module


class TestMarker:
    """The short cut of a second start."""

    @pytest.fixture
    def database(self, transactional_db: None, tmp_path: Path) -> dict[str, Any]:
        """A database with a person in it, and a marker that says so."""
        people_actions_open()
        database = dict(connection.settings_dict)
        marker.mark_loaded(tmp_path, database)
        return database

    def test_it_knows_its_own_database_again(
        self, database: dict[str, Any], tmp_path: Path
    ) -> None:
        assert marker.is_loaded(tmp_path, database)

    def test_without_a_marker_it_is_not_known(
        self, database: dict[str, Any], tmp_path: Path
    ) -> None:
        assert not marker.is_loaded(tmp_path / "other", database)

    def test_a_spoilt_marker_counts_as_none(self, database: dict[str, Any], tmp_path: Path) -> None:
        (tmp_path / marker.FILE).write_text("{", encoding="utf-8")
        assert not marker.is_loaded(tmp_path, database)

    def test_a_new_migration_in_the_code_is_noticed(
        self, database: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(marker, "version", lambda name: "9.9")
        assert not marker.is_loaded(tmp_path, database)

    def test_another_migration_in_the_database_is_noticed(
        self, database: dict[str, Any], tmp_path: Path
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) "
                "VALUES ('people', '9999_other', CURRENT_TIMESTAMP)"
            )
        try:
            assert not marker.is_loaded(tmp_path, database)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM django_migrations WHERE name = '9999_other'")

    def test_an_emptied_database_is_noticed(self, database: dict[str, Any], tmp_path: Path) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM people_account")
        assert not marker.is_loaded(tmp_path, database)

    def test_a_database_that_is_not_there_is_noticed(
        self, database: dict[str, Any], tmp_path: Path
    ) -> None:
        assert not marker.is_loaded(tmp_path, {**database, "NAME": str(tmp_path / "no.sqlite3")})


def people_actions_open() -> None:
    from minsheng.apps.people import actions

    actions.open_account("somebody", None, demo=True)


def test_the_past_of_the_district_is_whole(db: None, folder: Path) -> None:
    """Half a year of cases, driven through the engine: rows, snapshot and chain agree."""
    made = loading.load(household_count=300, on=loading.today(), history=12)
    assert made["history"] == Case.objects.filter(submitted_day__lt=loading.today()).count() >= 12
    assert audit.verify(heads=cases.claims()).ok
    found = list(Case.objects.order_by("pk"))
    assert all(store.replayed(case) == store.state_of(case) for case in found)
    assert all(case.submitted_day < loading.today() for case in found)
    assert {case.status for case in found} & {"done", "partly_done"}
    for name in ("wangfang", "chenli", "liqiang"):
        assert cases.cases_of(account(name)) == []
