"""The floor: the rows of a case, written with the bare driver, in as many commits.

No rules, no sealing, no hashing, no permissions: what the database alone costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STATE = '{"x": "' + "x" * 1500 + '"}'
SEALED = "x" * 120
TABLES = (
    "CREATE TABLE floor_case (id BIGINT PRIMARY KEY, status TEXT, state TEXT, seq INTEGER, head TEXT)",
    "CREATE TABLE floor_item (case_id BIGINT, name TEXT, status TEXT, due TEXT, "
    "PRIMARY KEY (case_id, name))",
    "CREATE TABLE floor_value (case_id BIGINT, field TEXT, sealed TEXT, PRIMARY KEY (case_id, field))",
    "CREATE TABLE floor_event (case_id BIGINT, seq INTEGER, text TEXT, hash TEXT, "
    "PRIMARY KEY (case_id, seq))",
    "CREATE TABLE floor_effect (name TEXT PRIMARY KEY, state TEXT)",
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
    def rows(self) -> int:
        """Rows inserted."""
        return 1 + self.items + self.values + self.materials + self.events + self.steps


class Driver:
    """The driver under Django's connection, with one mark for values in both databases."""

    def __init__(self, connection: Any) -> None:
        connection.ensure_connection()
        self._driver = connection.connection
        self.is_sqlite = connection.vendor == "sqlite"

    def run(self, statement: str, *values: object) -> Any:
        """Run one statement whose values stand as ?."""
        if self.is_sqlite:
            return self._driver.execute(statement.replace(" FOR UPDATE", ""), values)
        return self._driver.execute(statement.replace("?", "%s"), values or None)

    def begin(self) -> None:
        """Begin a transaction that may write."""
        self.run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")


class Floor:
    """Writes the rows of cases with the driver and nothing else."""

    def __init__(self, driver: Driver, shape: Shape) -> None:
        self._driver, self._shape = driver, shape

    def case(self, number: int) -> None:
        """Write one case: submitted, then one transaction for each step."""
        shape, run, seq = self._shape, self._driver.run, 0
        for step in range(shape.steps):
            self._driver.begin()
            if step == 0:
                run("INSERT INTO floor_case VALUES (?, 'running', ?, 0, '')", number, STATE)
                self._insert(
                    "floor_item", [(number, str(n), "waiting", "") for n in range(shape.items)]
                )
                values = range(shape.values + shape.materials)
                self._insert("floor_value", [(number, str(n), SEALED) for n in values])
            else:
                run("SELECT state FROM floor_case WHERE id = ? FOR UPDATE", number)
                run(
                    "UPDATE floor_item SET status = 'done' WHERE case_id = ? AND name = ?",
                    number, str(step % shape.items),
                )  # fmt: skip
            last = shape.events * (step + 1) // shape.steps
            self._insert(
                "floor_event", [(number, n, SEALED, SEALED) for n in range(seq + 1, last + 1)]
            )
            seq = last
            run("UPDATE floor_case SET state = ?, seq = ? WHERE id = ?", STATE, seq, number)
            run("INSERT INTO floor_effect VALUES (?, 'waiting')", f"{number}:{step}")
            run("COMMIT")

    def _insert(self, table: str, rows: list[tuple[object, ...]]) -> None:
        """Insert all rows with one statement."""
        marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
        self._driver.run(f"INSERT INTO {table} VALUES {marks}", *(v for row in rows for v in row))
