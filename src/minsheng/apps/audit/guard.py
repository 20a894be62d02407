"""Triggers by which the database itself refuses to change or delete what the ledger holds.

They stop mistakes and whoever may only use the application's sign-in. Somebody who may alter
tables can take them off: that is what seals kept outside are for. On SQLite a migration that
rebuilds a guarded table loses its triggers; let such a migration end with `put_on`.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("audit_entry", "audit_seal")


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on; does nothing where they already are."""
    statements = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    with connection.cursor() as cursor:
        for trigger, table in _triggers(connection):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be there and are not, or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [trigger for trigger, _ in _triggers(connection) if trigger not in there]


def _triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    if connection.vendor == "postgresql":
        return [(f"{table}_append_only", table) for table in GUARDED]
    return [
        (f"{table}_refuse_{act}", table)
        for table in GUARDED
        for act in ("update", "delete", "replace")
    ]


_POSTGRES = [
    """
    CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
]
for _table in GUARDED:
    _POSTGRES += [
        f"DROP TRIGGER IF EXISTS {_table}_append_only ON {_table}",
        f"CREATE TRIGGER {_table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
        # Not even a session that plays a replica may pass.
        f"ALTER TABLE {_table} ENABLE ALWAYS TRIGGER {_table}_append_only",
    ]
_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {_table}_refuse_{_act} BEFORE {_act.upper()} ON {_table}"
    f" BEGIN SELECT RAISE(ABORT, '{_table} is append-only'); END"
    for _table in GUARDED
    for _act in ("update", "delete")
]
# INSERT OR REPLACE deletes without calling the trigger on DELETE.
_SQLITE += [
    """
    CREATE TRIGGER IF NOT EXISTS audit_entry_refuse_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (
        SELECT 1 FROM audit_entry
        WHERE id = NEW.id OR (stream = NEW.stream AND key = NEW.key AND seq = NEW.seq)
    )
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS audit_seal_refuse_replace BEFORE INSERT ON audit_seal
    WHEN EXISTS (SELECT 1 FROM audit_seal WHERE id = NEW.id OR number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END
    """,
]
