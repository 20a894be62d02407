"""Triggers by which the database itself refuses to change or delete what the ledger holds.

They stop mistakes and whoever may only use the application's sign-in. Somebody who may alter
tables can take them off: that is what seals kept outside are for. On SQLite a migration that
rebuilds a guarded table loses its triggers; let such a migration end with `put_on`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("audit_entry", "audit_seal")
LEDGERS = (
    *GUARDED, "accounts_posting", "accounts_line", "loans_loanstep", "stakes_stakestep",
    "stakes_opinion", "scores_snapshot", "vouchers_ownership", "assessments_result",
    "vouchers_registerparty", "vouchers_draw", "vouchers_rechecktaken",
)  # fmt: skip
"""Every table of the product that only grows; those of other apps are put on by their migrations."""
# INSERT OR REPLACE on SQLite deletes without calling the trigger on DELETE: what it would replace.
_REPLACED = {
    "audit_entry": "id = NEW.id OR (stream = NEW.stream AND key = NEW.key AND seq = NEW.seq)",
    "audit_seal": "id = NEW.id OR number = NEW.number",
    "accounts_posting": "id = NEW.id OR key = NEW.key OR answers_id = NEW.answers_id",
    "accounts_line": "id = NEW.id",
    "loans_loanstep": "id = NEW.id",
    "stakes_stakestep": "id = NEW.id",
    "stakes_opinion": "id = NEW.id OR (stake_id = NEW.stake_id AND about = NEW.about"
    " AND expert_id = NEW.expert_id)",
    "scores_snapshot": "id = NEW.id OR (organisation_id = NEW.organisation_id"
    " AND score = NEW.score AND year = NEW.year)",
    "vouchers_ownership": "id = NEW.id",
    "assessments_result": "id = NEW.id OR assessment_id = NEW.assessment_id"
    " OR replaces_id = NEW.replaces_id",
    "vouchers_registerparty": "id = NEW.id",
    "vouchers_draw": "id = NEW.id",
    "vouchers_rechecktaken": "id = NEW.id",
}


def put_on(connection: BaseDatabaseWrapper, tables: Sequence[str] = GUARDED) -> None:
    """Put the triggers on; does nothing where they already are."""
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSE_CHANGE)
        for table in tables:
            for statement in statements(table):
                cursor.execute(statement)


def take_off(connection: BaseDatabaseWrapper, tables: Sequence[str] = GUARDED) -> None:
    """Take the triggers off."""
    with connection.cursor() as cursor:
        for trigger, table in _triggers(connection, tables):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")


def missing(connection: BaseDatabaseWrapper, tables: Sequence[str] = GUARDED) -> list[str]:
    """Return the names of triggers that should be there and are not, or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [trigger for trigger, _ in _triggers(connection, tables) if trigger not in there]


def _triggers(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> list[tuple[str, str]]:
    if connection.vendor == "postgresql":
        return [(f"{table}_append_only", table) for table in tables]
    return [
        (f"{table}_refuse_{act}", table)
        for table in tables
        for act in ("update", "delete", "replace")
    ]


_REFUSE_CHANGE = """
    CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """


def _postgres(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
        # Not even a session that plays a replica may pass.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
    ]


def _sqlite(table: str) -> list[str]:
    refused = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    there = f"SELECT 1 FROM {table} WHERE {_REPLACED[table]}"  # noqa: S608 - names of our own
    return [
        *(
            f"CREATE TRIGGER IF NOT EXISTS {table}_refuse_{act} BEFORE {act.upper()} ON {table} {refused}"
            for act in ("update", "delete")
        ),
        f"CREATE TRIGGER IF NOT EXISTS {table}_refuse_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS ({there}) {refused}",
    ]
