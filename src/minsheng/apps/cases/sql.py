"""One statement of PostgreSQL at a time: prepared once for each connection, columns from the models.

What `statements` and `filing` share. Values of many rows go as one JSON argument, because arrays
cost more in the driver than the database needs to open JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections
from django.db.models import JSONField, Model

NEVER_OF_ITSELF = 1_000_000_000
Row = TypeVar("Row", bound=Model)


def is_postgresql() -> bool:
    """Return whether the statements of this module can be run; elsewhere the ORM does the same."""
    return bool(connection.vendor == "postgresql")


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of one statement, planned once for each connection."""
    here = connections[DEFAULT_DB_ALIAS]  # each look through `connection` costs a thread's local
    here.ensure_connection()
    here.validate_no_broken_transaction()
    driver = here.connection
    if driver.prepare_threshold is None:
        driver.prepare_threshold = NEVER_OF_ITSELF
    with here.wrap_database_errors:
        cursor = psycopg.RawCursor(driver)
        cursor.execute(sql, values, prepare=True)
        found = cursor.fetchall()
    if here.queries_logged:
        here.queries_log.append({"sql": sql, "time": ""})
    return found


def broken(error: IntegrityError) -> str:
    """Return the name of the constraint that an error is about, or ""."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


def text(value: object) -> str:
    """Return values as the JSON that the statements open; days and ids as text."""
    return json.dumps(value, default=_plain)


def columns(model: type[Model], alias: str) -> str:
    """Return all columns of a table, in the order that `read` expects."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def width(model: type[Model]) -> int:
    """Return how many columns that is."""
    return len(_names(model))


def read(model: type[Row], row: Sequence[Any]) -> Row:
    """Return the object of a row that was selected by `columns`."""
    made = model.from_db(connection.alias, _names(model), row)
    for name in _json_names(model):
        setattr(made, name, json.loads(getattr(made, name)))
    return made


def quoted(model: type[Model], names: Iterable[str]) -> str:
    """Return the columns of some fields, to insert into."""
    return ", ".join(f'"{column}"' for column, _ in _typed(model, tuple(names)))


def picked(model: type[Model], names: Iterable[str], *, first: int = 0) -> str:
    """Return the values of some fields out of the JSON array x, from element `first` on.

    Text is not cast to its length: a cast would cut, the table refuses.
    """
    typed = _typed(model, tuple(names))
    return ", ".join(f"(x->>{at})::{kind}" for at, (_, kind) in enumerate(typed, first))


def assigned(model: type[Model], names: Iterable[str], *, first: int) -> str:
    """Return the same values as assignments to their columns."""
    typed = _typed(model, tuple(names))
    return ", ".join(
        f'"{column}" = (x->>{at})::{kind}' for at, (column, kind) in enumerate(typed, first)
    )


def _typed(model: type[Model], names: tuple[str, ...]) -> list[tuple[str, str]]:
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in names]
    return [
        (str(field.column), re.sub(r"^varchar.*", "text", field.db_type(connection) or ""))
        for field in fields
    ]


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _json_names(model: type[Model]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if isinstance(f, JSONField)]


def _plain(value: date | datetime | UUID) -> str:
    return str(value) if isinstance(value, UUID) else value.isoformat()
