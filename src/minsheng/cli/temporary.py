"""An empty installation of its own: a runtime folder and a database, both gone at the end.

Making every table takes seconds. Where MINSHENG_BLANK_SQLITE (a file) or MINSHENG_BLANK_POSTGRES (a
database) names one in which they are made and empty, the new database is its copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from minsheng.lib.errors import Unavailable


@contextmanager
def installation(*, postgres: str = "") -> Iterator[dict[str, str]]:
    """Yield the environment that leads to a new folder and an empty database.

    `postgres` is the URL of a server on which a database may be made and dropped; empty: SQLite.
    """
    folder = Path(tempfile.mkdtemp(prefix="minsheng-"))
    name = f"minsheng_{folder.name[-8:].lower()}"
    try:
        if postgres:
            create_database(postgres, name)
        elif blank := os.environ.get("MINSHENG_BLANK_SQLITE"):
            shutil.copy(blank, folder / "minsheng.sqlite3")
        yield {
            "MINSHENG_MODE": "demo",
            "MINSHENG_VAR": str(folder),
            "MINSHENG_DATABASE": _url(postgres, name)
            if postgres
            else f"sqlite://{folder / 'minsheng.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "minsheng.config.settings",
        }
    finally:
        if postgres:
            drop_database(postgres, name)
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: str, name: str) -> None:
    """Make a database on the server at this URL: empty, or the copy of the blank one.

    It doesn't outlive its owner, so no commit waits for the disk.
    """
    blank = os.environ.get("MINSHENG_BLANK_POSTGRES")
    _on_server(server, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{blank}"' if blank else ""))
    _on_server(server, f'ALTER DATABASE "{name}" SET synchronous_commit = off')


def drop_database(server: str, name: str) -> None:
    """Remove a database from the server at this URL, with whoever is connected to it."""
    _on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _url(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _on_server(server: str, statement: str) -> None:
    import psycopg

    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement.encode())
    except psycopg.OperationalError as error:
        raise Unavailable(
            "no_postgres",
            f"PostgreSQL 连不上：{error}",
            f"PostgreSQL can't be reached: {error}",
        ) from error
