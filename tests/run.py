"""Every check in order: lint, types, contracts, migrations, packs, tests on both databases.

Run by `start.py test`. PostgreSQL and a browser are used where they are found and named in one
line where they are not; `MINSHENG_REQUIRE=postgres,browser` makes a missing one a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
POSTGRES = os.environ.get("MINSHENG_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
ON_BOTH = ["tests/apps", "tests/api", "tests/journeys", "tests/portal"]


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
    started = time.monotonic()
    for title, command, environment in _checks(long, extra, postgres=postgres, browser=browser):
        print(f"\n── {title}", flush=True)
        begun = time.monotonic()
        status = subprocess.run(command, cwd=HERE, env={**os.environ, **environment}).returncode
        print(f"── {title}: {'ok' if status == 0 else 'FAILED'}, {time.monotonic() - begun:.0f} s")
        if status:
            failed.append(title)
    print(f"\n{time.monotonic() - started:.0f} s in all")
    for title in failed:
        print(f"失败 / failed: {title}")
    return 1 if failed else 0


def _checks(
    long: bool, extra: list[str], *, postgres: bool, browser: bool
) -> list[tuple[str, list[str], dict[str, str]]]:
    python = [sys.executable, "-m"]
    minsheng = [*python, "minsheng"]
    marks = [] if long else ["not long"]
    workers = os.environ.get("MINSHENG_TEST_WORKERS", "2")
    slow = ["--durations=20", "--durations-min=2"]
    pytest = [*python, "pytest", "-q", "-n", workers, *slow, *extra]
    settings = {"DJANGO_SETTINGS_MODULE": "minsheng.config.settings"}
    templates = [str(path) for path in (HERE / "src/minsheng").rglob("templates")]
    checks: list[tuple[str, list[str], dict[str, str]]] = [
        ("lint", [*python, "ruff", "check", "."], {}),
        ("format", [*python, "ruff", "format", "--check", "."], {}),
        ("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates], {}),
        ("spelling", [*python, "codespell_lib", "src", "docs", "tests", "README.md"], {}),
        ("tiers", [str(BIN / "lint-imports")], {}),
        ("types", [*python, "mypy"], settings),
        ("migrations", [*minsheng, "django", "makemigrations", "--check", "--dry-run"], {}),
        ("packs", [*minsheng, "pack", "check"], {}),
        ("tests, SQLite", [*pytest, *_marked(*marks, "not browser", "not postgres")], {}),
    ]
    if postgres:
        on_postgres = {"MINSHENG_DATABASE": POSTGRES, "MINSHENG_POSTGRES": POSTGRES}
        command = [*pytest, *ON_BOTH, *_marked(*marks, "not browser", "not doors")]
        checks.append(("tests, PostgreSQL", command, on_postgres))
    if browser:
        # In processes of their own: Playwright keeps an event loop running in the thread of a test.
        has = [] if postgres else ["not postgres"]
        command = [*pytest, *_with_browser(), *_marked(*marks, *has, "browser")]
        checks.append(("pages in Chromium", command, {}))
    return checks


def _marked(*conditions: str) -> list[str]:
    return ["-m", " and ".join(conditions)]


def _with_browser() -> list[str]:
    """Return the files that hold browser tests; reading all the others takes long."""
    files = sorted((HERE / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.browser" in file.read_text(encoding="utf-8")]


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
