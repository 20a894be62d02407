"""Every check: lint, types, contracts, migrations and packs side by side, then the tests.

Run by `start.py test`. PostgreSQL and a browser are used where they are found and named in one
line where they are not; `MINSHENG_REQUIRE=postgres,browser` makes a missing one a failure.

Making every table takes ten seconds. It is done once for each kind of database, from nothing; every
test process and every installation of a test then begins with a copy. What is dear beyond that is
made once for a file, and the one installation with something on every page once for a run. What takes
longest begins first: `LONGEST` in `tests/conftest.py`; with `--slowest` more of it is named at the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
POSTGRES = os.environ.get("MINSHENG_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
ON_BOTH = ["tests/apps", "tests/api", "tests/journeys", "tests/portal"]
AT_ONCE = 2
SLOWEST = 60
"""So many tests and fixtures are named by `--slowest`, each with its seconds; 20 without."""


@dataclass(frozen=True, slots=True)
class Check:
    """One command that must succeed."""

    title: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *, aside: bool) -> tuple[bool, float, str]:
        """Return whether it succeeded, in how many seconds, and what it said if it ran aside."""
        begun = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=HERE,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE if aside else None,
            stderr=subprocess.STDOUT if aside else None,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return done.returncode == 0, time.monotonic() - begun, done.stdout or ""


def main(words: list[str]) -> int:
    """Run all checks and return the number of failed ones, at most 1."""
    long = "--long" in words
    extra = [word for word in words if word != "--long"]
    required = {word for word in os.environ.get("MINSHENG_REQUIRE", "").split(",") if word}
    postgres, browser = _has_postgres(), _has_browser()
    missing = [name for name, has in (("postgres", postgres), ("browser", browser)) if not has]
    for name in missing:
        print(f"没有找到 {name}，跳过它的检查 / {name} was not found, its checks are skipped")
    failed = [f"{name} is required" for name in missing if name in required]
    # Some machines forbid it; here dozens of processes would each compile every module again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Two processes at once, each with as many threads of linear algebra as there are cores, wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    started = time.monotonic()
    with _blank_databases(postgres=postgres) as (blanks, making):
        aside = [*_static_checks(), *making]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for check, done in zip(
                aside, pool.map(lambda one: one.run(aside=True), aside), strict=True
            ):
                failed += _told(check, done)
        os.environ.update(blanks)
        for check in _tests(long, extra, postgres=postgres, browser=browser):
            print(f"\n── {check.title}", flush=True)
            failed += _told(check, check.run(aside=False))
    print(f"\n{time.monotonic() - started:.0f} s in all")
    for title in failed:
        print(f"失败 / failed: {title}")
    return 1 if failed else 0


def _told(check: Check, done: tuple[bool, float, str]) -> list[str]:
    """Print how a check ended, and return its title if it failed."""
    is_ok, seconds, said = done
    if said and not is_ok:
        print(f"\n{said.rstrip()}")
    print(f"── {check.title}: {'ok' if is_ok else 'FAILED'}, {seconds:.0f} s", flush=True)
    return [] if is_ok else [check.title]


def _static_checks() -> list[Check]:
    python = [sys.executable, "-m"]
    minsheng = [*python, "minsheng"]
    templates = [str(path) for path in (HERE / "src/minsheng").rglob("templates")]
    return [
        Check("types", [*python, "mypy"], {"DJANGO_SETTINGS_MODULE": "minsheng.config.settings"}),
        Check("lint", [*python, "ruff", "check", "."]),
        Check("format", [*python, "ruff", "format", "--check", "."]),
        Check("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates]),
        Check("spelling", [*python, "codespell_lib", "src", "docs", "tests", "README.md"]),
        Check("tiers", [str(BIN / "lint-imports")]),
        Check("migrations", [*minsheng, "django", "makemigrations", "--check", "--dry-run"]),
        Check("packs", [*minsheng, "pack", "check"]),
    ]


def _tests(long: bool, extra: list[str], *, postgres: bool, browser: bool) -> list[Check]:
    marks = [] if long else ["not long"]
    workers = os.environ.get("MINSHENG_TEST_WORKERS", "2")
    most = SLOWEST if "--slowest" in extra else 20
    extra = [word for word in extra if word != "--slowest"]
    slow = [f"--durations={most}", "--durations-min=2"]
    # A file shares what it has made, and keeps to one process; see `tests/conftest.py`.
    together = ["--dist", "loadgroup", "--no-loadscope-reorder"]
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", workers, *together, *slow, *extra]
    checks = [Check("tests, SQLite", [*pytest, *_marked(*marks, "not browser", "not postgres")])]
    if postgres:
        on_postgres = {"MINSHENG_DATABASE": POSTGRES, "MINSHENG_POSTGRES": POSTGRES}
        command = [*pytest, *ON_BOTH, *_marked(*marks, "not browser", "not doors")]
        checks.append(Check("tests, PostgreSQL", command, on_postgres))
    if browser:
        # In processes of their own: Playwright keeps an event loop running in the thread of a test.
        has = [] if postgres else ["not postgres"]
        command = [*pytest, *_with_browser()]
        command += _marked(*marks, *has, "browser")
        checks.append(Check("pages in Chromium", command))
    return checks


@contextmanager
def _blank_databases(*, postgres: bool) -> Iterator[tuple[dict[str, str], list[Check]]]:
    """Yield where the blank databases are, and the checks that make every table in them."""
    migrate = [sys.executable, "-m", "minsheng", "django", "migrate", "-v", "0"]
    folder = Path(tempfile.mkdtemp(prefix="minsheng-blank-"))
    file, name = folder / "minsheng.sqlite3", f"minsheng_blank_{os.getpid()}"
    here = {"MINSHENG_VAR": str(folder), "MINSHENG_DATABASE": f"sqlite://{file}"}
    blanks = {"MINSHENG_BLANK_SQLITE": str(file)}
    making = [Check("every table from nothing, SQLite", migrate, here)]
    if postgres:
        _on_server(f'CREATE DATABASE "{name}"')
        there = urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
        blanks["MINSHENG_BLANK_POSTGRES"] = name
        on_postgres = {"MINSHENG_VAR": str(folder), "MINSHENG_DATABASE": there}
        making.append(Check("every table from nothing, PostgreSQL", migrate, on_postgres))
    try:
        yield blanks, making
    finally:
        if postgres:
            _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


def _marked(*conditions: str) -> list[str]:
    return ["-m", " and ".join(conditions)]


def _with_browser() -> list[str]:
    """Return the files that hold browser tests; reading all the others takes long."""
    files = sorted((HERE / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.browser" in file.read_text(encoding="utf-8")]


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement.encode())


def _has_postgres() -> bool:
    import psycopg

    try:
        with psycopg.connect(POSTGRES, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _has_browser() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
