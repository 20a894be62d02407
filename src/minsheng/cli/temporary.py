"""An empty installation of its own: a runtime folder and a database, both gone at the end."""

from __future__ import annotations

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
            _on_server(postgres, f'CREATE DATABASE "{name}"')
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
            _on_server(postgres, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


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
