"""Production refuses to start with anything of the demonstration; real processes are asked."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.utils import timezone
from tests.cli.cli_caller import Answer, run, run_python

from minsheng.apps.people import actions as people
from minsheng.apps.records.certificates.authority import make_demo_authority
from minsheng.config.checks import DEMO_FILES
from minsheng.content import default_roots

WEB = "import minsheng.config.wsgi"
HEAVY = ("scipy.stats", "sympy", "numba", "pandas", "playwright", "benchmarks")
"""Half a second or more of every start, for what few pages need or none."""
KEY = base64.b64encode(bytes(range(32))).decode()


def settled(folder: Path, packs: Path) -> dict[str, str]:
    """The settings of an installation in which everything is as it should be."""
    return {
        "MINSHENG_MODE": "production",
        "MINSHENG_VAR": str(folder),
        "MINSHENG_SECRET": "made for one test " * 4,
        "MINSHENG_KEYS": f'{{"k1": "{KEY}"}}',
        "MINSHENG_REGISTERS_TOKEN": "token",
        "MINSHENG_BASE_URL": "https://ban.example.org",
        "MINSHENG_HOSTS": "ban.example.org",
        "MINSHENG_SMTP_HOST": "mail.example.org",
        "MINSHENG_PACKS": str(packs),
        "MINSHENG_DATABASE": f"sqlite://{folder / 'district.sqlite3'}",
    }


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a district of its own, which has no database yet."""
    folder = tmp_path_factory.mktemp("real")
    packs = folder / "packs"
    shutil.copytree(default_roots()[0], packs)
    district = packs / "districts/demo/district.yaml"
    text = district.read_text(encoding="utf-8")
    assert "demo: true" in text
    district.write_text(text.replace("demo: true", "demo: false"), encoding="utf-8")
    return settled(folder, packs)


@pytest.fixture(scope="module")
def before_migrating(planned: Mapping[str, str]) -> Answer:
    """What the worker says while the database is empty."""
    return run("worker", "--once", environment=planned)


@pytest.fixture(scope="module")
def real(planned: Mapping[str, str], before_migrating: Answer) -> Mapping[str, str]:
    """A district of its own with an empty database, made as the guide says."""
    migrated = run("django", "migrate", "-v0", environment=planned)
    assert migrated.status == 0, migrated.err
    return planned


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What somebody has who switches a demonstration to production."""
    folder = tmp_path_factory.mktemp("demonstration")
    database = {"MINSHENG_DATABASE": f"sqlite://{folder / 'district.sqlite3'}"}
    demo = {"MINSHENG_MODE": "demo", "MINSHENG_VAR": str(folder), **database}
    if blank := os.environ.get("MINSHENG_BLANK_SQLITE"):
        shutil.copy(blank, folder / "district.sqlite3")
    loaded = run("demo", "--households", "5", "--cases", "0", environment=demo)
    assert loaded.status == 0, loaded.err
    return {**settled(folder, default_roots()[0]), **database}


def test_an_installation_as_it_should_be_starts(real: Mapping[str, str]) -> None:
    for words in (("worker", "--once"), ("audit", "verify", "--json")):
        answer = run(*words, environment=real)
        assert answer.status == 0, answer.err
    every = f"{WEB}, minsheng.config.urls, sys; print([n for n in {HEAVY} if n in sys.modules])"
    web = run_python("-c", every, environment=real)
    assert (web.status, web.out.strip()) == (0, "[]"), web.err


@pytest.mark.parametrize("words", [("worker", "--once"), ("case", "check"), ("serve",)])
def test_a_demonstration_refuses_every_command_in_production(
    demonstration: Mapping[str, str], words: tuple[str, ...]
) -> None:
    answer = run(*words, environment=demonstration)
    assert answer.status == 1
    for reason in ("演示的人员", "演示的区", "演示用过的文件夹", "演示用的签名证书"):
        assert reason in answer.err, answer.err
    for reason in ("people or accounts of the demonstration", "invented district"):
        assert reason in answer.err
    assert "Traceback" not in answer.err


def test_a_demonstration_refuses_the_web_server_in_production(
    demonstration: Mapping[str, str],
) -> None:
    answer = run_python("-c", WEB, environment=demonstration)
    assert answer.status != 0
    assert "holds people or accounts of the demonstration" in answer.err


def test_no_demonstration_is_loaded_nor_its_registers_served_in_production(
    real: Mapping[str, str],
) -> None:
    for words in (("demo",), ("registers",)):
        assert run(*words, environment=real).status == 2


def test_an_empty_database_may_be_migrated_before_anything_else_starts(
    real: Mapping[str, str], before_migrating: Answer
) -> None:
    assert before_migrating.status == 1
    assert "minsheng django migrate" in before_migrating.err
    with sqlite3.connect(real["MINSHENG_DATABASE"].removeprefix("sqlite://")) as made:
        assert made.execute("SELECT count(*) FROM people_account").fetchone() == (0,)


class TestReasons:
    """Each reason alone, in this process."""

    @pytest.fixture(autouse=True)
    def production(self, settings: Any, tmp_path: Path) -> Iterator[None]:
        """Production settings in which everything is as it should be, save the demo district."""
        settings.DEMO = False
        settings.MINSHENG_VAR = tmp_path
        settings.MINSHENG_AUTHORITY = tmp_path / "authority"
        settings.ALLOWED_HOSTS = ["ban.example.org"]
        settings.MINSHENG_BASE_URL = "https://ban.example.org"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        yield

    def found(self) -> set[str]:
        messages = checks.run_checks(
            tags=["start"], include_deployment_checks=True, databases=["default"]
        )
        assert all(message.msg and message.hint for message in messages)
        return {str(message.id) for message in messages} - {"minsheng.E005", "minsheng.W001"}

    def test_nothing_is_wrong_where_nothing_is_wrong(self, db: None) -> None:
        assert self.found() == set()

    def test_a_demonstration_passes_every_check(self, settings: Any, db: None) -> None:
        settings.DEMO = True
        settings.ALLOWED_HOSTS = ["*"]
        assert self.found() == set()

    def test_one_demonstration_account_is_enough(self, settings: Any, db: None) -> None:
        settings.DEMO = True
        people.open_account("somebody", None, demo=True)
        settings.DEMO = False
        assert self.found() == {"minsheng.E001"}

    @pytest.mark.parametrize("name", DEMO_FILES)
    def test_each_file_of_a_demonstration_is_enough(
        self, db: None, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / name).touch()
        assert self.found() == {"minsheng.E006"}

    def test_a_folder_in_the_mode_of_a_demonstration_is_enough(
        self, db: None, tmp_path: Path
    ) -> None:
        (tmp_path / "mode").write_text("demo\n", encoding="utf-8")
        assert self.found() == {"minsheng.E006"}

    def test_the_authority_of_a_demonstration_is_refused(self, db: None, tmp_path: Path) -> None:
        make_demo_authority(tmp_path / "authority", at=timezone.now())
        assert self.found() == {"minsheng.E007"}

    @pytest.mark.parametrize(
        ("setting", "value", "expected"),
        [
            ("ALLOWED_HOSTS", ["*"], "minsheng.E008"),
            ("MINSHENG_BASE_URL", "http://ban.example.org", "minsheng.W002"),
            ("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend", "minsheng.W003"),
        ],
    )
    def test_what_is_provisional_is_named(
        self, settings: Any, db: None, setting: str, value: object, expected: str
    ) -> None:
        setattr(settings, setting, value)
        assert self.found() == {expected}
