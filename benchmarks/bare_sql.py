"""The floor: the rows of a case, written with the bare driver on the same connection settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

STATE = "x" * 1500
SEALED = "x" * 120
TABLES = (
    "CREATE TABLE floor_case (id {serial}, status TEXT, state TEXT, seq INTEGER, head TEXT)",
    "CREATE TABLE floor_item (case_id INTEGER, name TEXT, status TEXT, due TEXT, "
    "PRIMARY KEY (case_id, name))",
    "CREATE TABLE floor_value (id {serial}, case_id INTEGER, field TEXT, sealed TEXT)",
    "CREATE TABLE floor_event (id {serial}, case_id INTEGER, seq INTEGER, text TEXT, hash TEXT, "
    "UNIQUE (case_id, seq))",
    "CREATE TABLE floor_effect (id {serial}, name TEXT UNIQUE, state TEXT)",
)


@dataclass(frozen=True)
class Shape:
    """How much one case writes. A step is a transaction on the case; each puts one effect."""

    items: int
    values: int
    materials: int
    events: int
    steps: int

    @property
    def transactions(self) -> int:
        """Each step, and each of its effects taken and done."""
        return self.steps * 3

    @property
    def rows(self) -> int:
        """Rows inserted."""
        return 1 + self.items + self.values + self.materials + self.events + self.steps


class Floor:
    """Writes the rows of cases with the driver under Django's connection, and nothing else."""

    def __init__(self, connection: Any) -> None:
        connection.ensure_connection()
        self._driver = connection.connection
        self._is_sqlite = connection.vendor == "sqlite"
        self._mark = "?" if self._is_sqlite else "%s"
        self._count = 0
        serial = "INTEGER PRIMARY KEY" if self._is_sqlite else "BIGSERIAL PRIMARY KEY"
        for statement in TABLES:
            self._run(statement.format(serial=serial))

    def run(self, count: int, shape: Shape) -> float:
        """Write `count` cases and return how many seconds that took."""
        began = time.monotonic()
        for _ in range(count):
            self._case(shape)
        return time.monotonic() - began

    def _case(self, shape: Shape) -> None:
        self._count += 1
        number = self._count
        seq = 0
        for step in range(shape.steps):
            self._begin()
            if step == 0:
                self._run("INSERT INTO floor_case VALUES (?, 'running', ?, 0, '')", number, STATE)
                for item in range(shape.items):
                    self._run(
                        "INSERT INTO floor_item VALUES (?, ?, 'waiting', '')", number, str(item)
                    )
                for value in range(shape.values + shape.materials):
                    self._run(
                        "INSERT INTO floor_value (case_id, field, sealed) VALUES (?, ?, ?)",
                        number, str(value), SEALED,
                    )  # fmt: skip
            else:
                lock = "" if self._is_sqlite else " FOR UPDATE"
                self._run(f"SELECT state FROM floor_case WHERE id = ?{lock}", number)
                self._run(
                    "UPDATE floor_item SET status = 'done' WHERE case_id = ? AND name = ?",
                    number, str(step % shape.items),
                )  # fmt: skip
            last = shape.events * (step + 1) // shape.steps
            while seq < last:
                seq += 1
                self._run(
                    "INSERT INTO floor_event (case_id, seq, text, hash) VALUES (?, ?, ?, ?)",
                    number, seq, SEALED, SEALED,
                )  # fmt: skip
            self._run("UPDATE floor_case SET state = ?, seq = ? WHERE id = ?", STATE, seq, number)
            effect = f"{number}:{step}"
            self._run("INSERT INTO floor_effect (name, state) VALUES (?, 'waiting')", effect)
            self._commit()
            for state in ("leased", "done"):
                self._begin()
                self._run("UPDATE floor_effect SET state = ? WHERE name = ?", state, effect)
                self._commit()

    def _begin(self) -> None:
        self._driver.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")

    def _commit(self) -> None:
        self._driver.execute("COMMIT")

    def _run(self, statement: str, *values: object) -> None:
        self._driver.execute(statement.replace("?", self._mark), values or None or ())
