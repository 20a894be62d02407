"""What the registers know: one small file of their own, apart from Minsheng's database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

REGISTERS = "registers.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS record (register TEXT, about TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS record_about ON record (register, about);
CREATE TABLE IF NOT EXISTS written (register TEXT, key TEXT, request TEXT, answer TEXT,
  PRIMARY KEY (register, key));
CREATE TABLE IF NOT EXISTS switch (register TEXT PRIMARY KEY, mode TEXT);
"""


class Store:
    """The records, the writes by idempotency key, and the fault switches of all registers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as database:
            database.executescript(_TABLES)

    def fill(self, records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Replace all records by (register, citizen number, body)."""
        rows = [
            (r, about, json.dumps(dict(body), ensure_ascii=False)) for r, about, body in records
        ]
        with closing(self._open()) as database, database:
            database.execute("DELETE FROM record")
            database.executemany("INSERT INTO record VALUES (?, ?, ?)", rows)

    def find(self, register: str, about: str) -> list[dict[str, Any]]:
        """Return the records of `register` about a citizen number."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT body FROM record WHERE register = ? AND about = ?", (register, about)
            )
            return [json.loads(body) for (body,) in rows]

    def write_once(
        self,
        register: str,
        key: str,
        request: Mapping[str, Any],
        *,
        answer: Callable[[int], Mapping[str, Any]],
    ) -> dict[str, Any]:
        """Return the answer that stands for `key`: the first one ever given.

        `answer` makes a new one from the serial number of the write. Two writers at once get two
        numbers.
        """
        with closing(self._open()) as database, database:
            database.execute("BEGIN IMMEDIATE")
            row = database.execute(
                "SELECT answer FROM written WHERE register = ? AND key = ?", (register, key)
            ).fetchone()
            if row is not None:
                return dict(json.loads(row[0]))
            (count,) = database.execute(
                "SELECT count(*) FROM written WHERE register = ?", (register,)
            ).fetchone()
            given = dict(answer(int(count) + 1))
            database.execute(
                "INSERT INTO written VALUES (?, ?, ?, ?)",
                (register, key, json.dumps(dict(request)), json.dumps(given)),
            )
            return given

    def written(self, register: str) -> list[dict[str, Any]]:
        """Return what `register` was asked to write, each once however often it was sent."""
        with closing(self._open()) as database:
            rows = database.execute("SELECT request FROM written WHERE register = ?", (register,))
            return [json.loads(request) for (request,) in rows]

    def set_mode(self, register: str, mode: str) -> None:
        """Set the fault switch of one register."""
        with closing(self._open()) as database, database:
            database.execute("INSERT OR REPLACE INTO switch VALUES (?, ?)", (register, mode))

    def mode(self, register: str) -> str:
        """Return the fault switch of one register: ok, slow, failing or wrong."""
        with closing(self._open()) as database:
            row = database.execute(
                "SELECT mode FROM switch WHERE register = ?", (register,)
            ).fetchone()
            return str(row[0]) if row else "ok"

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=20)
        # A stand-in survives the end of its process; it needn't survive that of the machine.
        database.execute("PRAGMA synchronous = OFF")
        return database
