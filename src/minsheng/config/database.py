"""One variable names the database: `sqlite:///path` or `postgresql://user:password@host:port/name`."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from minsheng.config.env import BadSetting


def database(url: str, *, test_name: str = "") -> dict[str, Any]:
    """Return Django's settings for the database at `url`.

    SQLite runs in WAL mode with IMMEDIATE transactions: with deferred ones, several writers fail
    with "database is locked". `test_name` names the database that tests make and drop.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # Writers wait for one another without a queue: on a busy machine some wait long.
                "timeout": 60,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA secure_delete=ON;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "TEST": {"NAME": test_name} if test_name else {},
        }
    raise BadSetting(f"MINSHENG_DATABASE: unknown kind {parts.scheme!r}; use sqlite or postgresql")
