"""Tells without starting Django whether this database holds the demonstration already.

Django takes one to two seconds to start, a second start of the product should take less. The
marker holds which code loaded which migrations; both are compared with what is there now, so that
a new migration, another database or an emptied one is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import minsheng

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
PEOPLE = "SELECT count(*) FROM (SELECT 1 FROM people_account LIMIT 1) AS one"
FILE = "demo-loaded.json"


def is_loaded(folder: Path, database: Mapping[str, Any]) -> bool:
    """Whether the marker in `folder` fits this code and this database, which has people in it.

    `database` is Django's settings of it. False whenever that can't be told.
    """
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(kept == {"code": _code(), "migrations": _migrations(database)})


def mark_loaded(folder: Path, database: Mapping[str, Any]) -> None:
    """Write down that this code's migrations are applied and the demonstration is loaded."""
    marker = {"code": _code(), "migrations": _migrations(database)}
    (folder / FILE).write_text(json.dumps(marker), encoding="utf-8")


def _code() -> str:
    """Return a hash over every migration that the code holds or brings along."""
    digest = hashlib.sha256(f"{version('django')} {version('django-axes')}".encode())
    apps = Path(minsheng.__file__).parent / "apps"
    for path in sorted(apps.glob("*/migrations/*.py")):
        digest.update(path.relative_to(apps).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _migrations(database: Mapping[str, Any]) -> str:
    """Return a hash over the migrations applied in a database with people, else nothing."""
    rows = _on_sqlite(database) if "sqlite" in database["ENGINE"] else _on_postgres(database)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest() if rows else ""


def _on_sqlite(database: Mapping[str, Any]) -> list[list[str]]:
    try:
        name = f"file:{quote(str(database['NAME']))}?mode=ro"
        with closing(sqlite3.connect(name, uri=True)) as connection:
            if connection.execute(PEOPLE).fetchone() == (0,):
                return []
            return [list(row) for row in connection.execute(MIGRATIONS)]
    except sqlite3.Error:
        return []


def _on_postgres(database: Mapping[str, Any]) -> list[list[str]]:
    import psycopg

    try:
        with psycopg.connect(
            dbname=database["NAME"],
            user=database["USER"] or None,
            password=database["PASSWORD"] or None,
            host=database["HOST"] or None,
            port=database["PORT"] or None,
        ) as connection:
            if connection.execute(PEOPLE).fetchone() == (0,):
                return []
            return [list(row) for row in connection.execute(MIGRATIONS)]
    except psycopg.Error:
        return []
