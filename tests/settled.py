"""What setting up the district writes, kept in memory: written once, put back for every other test.

Six hundred tests begin with the same two hundred rows; making them anew costs a third of a second
of every one. The rows go in as the database gave them, with their numbers, so that nothing differs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import time
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

Rows = list[tuple[type[Model], list[tuple[Any, ...]]]]
MOST_VALUES = 30_000
"""In one statement; SQLite as it is delivered takes 32,766."""
_KEPT: dict[Hashable, Rows] = {}


def settled(key: Hashable, load: Callable[[], None]) -> None:
    """Let the rows of `load` be there: by running it the first time, by putting them back later.

    Where anything is there already, it is simply run.
    """
    kept = _KEPT.get(key)
    models = _models() if kept is None else [model for model, _ in kept]
    if any(model._default_manager.exists() for model in models):
        load()
    elif kept is not None:
        _put_back(kept)
    else:
        load()
        _KEPT[key] = [(model, rows) for model in models if (rows := _rows_of(model))]


def _models() -> list[type[Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("minsheng.")
        for model in config.get_models(include_auto_created=True)
    ]


def _columns(model: type[Model]) -> str:
    names = [field.column for field in model._meta.concrete_fields]
    return ", ".join(connection.ops.quote_name(str(name)) for name in names)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _rows_of(model: type[Model]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_columns(model)} FROM {_table(model)}")
        return list(cursor.fetchall())


def _written(value: Any) -> Any:
    """Return a value as the database takes it: SQLite knows no time of the day."""
    return connection.ops.adapt_timefield_value(value) if isinstance(value, time) else value


def _put_back(kept: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in kept:
            places = ", ".join(["%s"] * len(rows[0]))
            most = MOST_VALUES // len(rows[0])
            for some in (rows[start : start + most] for start in range(0, len(rows), most)):
                values = ", ".join([f"({places})"] * len(some))
                cursor.execute(
                    f"INSERT INTO {_table(model)} ({_columns(model)}) VALUES {values}",
                    [_written(value) for row in some for value in row],
                )
        for statement in connection.ops.sequence_reset_sql(no_style(), [m for m, _ in kept]):
            cursor.execute(statement)
