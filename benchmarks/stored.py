"""Many stored cases, copied from a few that the actions made: all rows, valid chains, shifted ids.

Every copy has its own person, number, draft, event and chain: hashes are computed anew, because the
number of the case is in them. Copied persons can't be opened (a sealed value knows whose it is), so
pages are read on cases that the actions made. PostgreSQL only: it is `COPY`.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from minsheng.apps.audit.chain import ENTRY

BATCH = 5_000
RUNNING_EVERY = 50
"""One of so many stored cases is under way; the others are closed."""
TABLES = {
    "people_person": "id = (SELECT applicant_id FROM cases_case WHERE id = {case})",
    "cases_case": "id = {case}",
    "cases_item": "case_id = {case}",
    "cases_casevalue": "case_id = {case}",
    "cases_casematerial": "case_id = {case}",
    "cases_casesubject": "case_id = {case}",
    "outbox_effect": "key LIKE 'case:{case}:%%'",
}
OWN = {"person": "\x01P", "case": "\x01C", "head": "\x01H", "draft": "\x01D"}


@dataclass
class Template:
    """One case that the actions made: for each table the text of its rows, with marks for ids."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    events: list[tuple[bytes, str, str]] = field(default_factory=list)


def load(connection: Any, cases: Sequence[int], running: Sequence[int], count: int,
         say: Callable[[str], None]) -> float:  # fmt: skip
    """Write `count` copies of `cases` (closed) and `running` ones; return how many seconds it took."""
    began = time.monotonic()
    driver = connection.connection
    closed = [template(driver, case) for case in cases]
    open_ = [template(driver, case) for case in running]
    starts = {table: _last(driver, table) for table in [*TABLES, "audit_entry"]}
    with driver.cursor() as cursor:
        # References are valid by construction; without their triggers it is three times as fast.
        cursor.execute("SET session_replication_role = replica")
    for first in range(0, count, BATCH):
        copies = range(first, min(first + BATCH, count))
        chosen = [
            open_[n // RUNNING_EVERY % len(open_)]
            if n % RUNNING_EVERY == 0
            else closed[n % len(closed)]
            for n in copies
        ]
        _copy(driver, chosen, copies, starts)
        if (first // BATCH + 1) % 10 == 0:
            say(f"{copies.stop:>9} / {count}  {time.monotonic() - began:.0f} s")
    with driver.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in starts:
            if table != "people_person":
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
        cursor.execute("VACUUM ANALYZE")
    return time.monotonic() - began


def template(driver: Any, case: int) -> Template:
    """Return what is copied of one case."""
    made = Template()
    with driver.cursor() as cursor:
        found = cursor.execute(
            "SELECT applicant_id::text, draft::text, head, event FROM cases_case WHERE id = %s",
            (case,),
        ).fetchone()
        person, draft, head, event = found
        for table, where in TABLES.items():
            chosen = where.format(case=case)
            columns = _columns(cursor, table)
            names = ", ".join(f'"{name}"' for name in columns)
            made.columns[table] = names
            copied = cursor.copy(
                f"COPY (SELECT {names} FROM {table} WHERE {chosen.replace('%%', '%')} ORDER BY id) TO STDOUT"
            )
            with copied as copy:
                lines = b"".join(bytes(part) for part in copy).decode().splitlines()
            made.rows[table] = [
                _marked(dict(zip(columns, line.split("\t"), strict=True)), table, case, event)
                .replace(person, OWN["person"])
                .replace(draft, OWN["draft"])
                .replace(head, OWN["head"])
                for line in lines
            ]
        events = cursor.execute(
            'SELECT seq, kind, at, "by", data, hash FROM audit_entry '
            "WHERE stream = 'case' AND key = %s ORDER BY seq",
            (str(case),),
        ).fetchall()
    for seq, kind, at, by, text, token in events:
        suite = token.partition(":")[0]
        when = at.astimezone(UTC).isoformat(timespec="microseconds")
        # What is hashed is a JSON list in which only the key and the hash before it differ.
        parts = json.dumps([seq, kind, when, by, text], ensure_ascii=False, separators=(",", ":"))
        line = "\t".join([str(seq), _text(kind), at.isoformat(), _text(by), _text(text)])
        made.events.append((f'",{parts[1:-1]},"'.encode(), line, suite))
    return made


def _marked(row: dict[str, str], table: str, case: int, event: str) -> str:
    """Return a row as the text of COPY, in which ids are marks."""
    if table == "people_person":
        row["number_blind"] = f"{row['number_blind'][:3]}{OWN['person']}"
    elif table == "cases_case":
        row["id"], row["event"] = OWN["case"], f"{event[:3]}{OWN['case']}"
    else:
        row["id"] = "\x01I"
        if "case_id" in row:
            row["case_id"] = OWN["case"]
    if table == "outbox_effect":
        row["key"] = row["key"].replace(f"case:{case}:", f"case:{OWN['case']}:")
        row["payload"] = row["payload"].replace(f'"case": {case}', f'"case": {OWN["case"]}')
    return "\t".join(row.values())


def _copy(driver: Any, chosen: Sequence[Template], copies: range, starts: dict[str, int]) -> None:
    """Write one batch: events first, since the row of the case keeps the head of its chain."""
    cases = [starts["cases_case"] + n + 1 for n in copies]
    heads: list[str] = []
    with driver.cursor() as cursor:
        with cursor.copy(
            'COPY audit_entry (seq, kind, at, "by", data, stream, key, prev_hash, hash, id) FROM STDIN'
        ) as copy:
            for made, case in zip(chosen, cases, strict=True):
                lines, head = _events(made, case, starts)
                heads.append(head)
                copy.write(lines)
        for table in TABLES:
            with cursor.copy(f"COPY {table} ({chosen[0].columns[table]}) FROM STDIN") as copy:
                for made, case, head in zip(chosen, cases, heads, strict=True):
                    copy.write("".join(_rows(made.rows[table], table, case, head, starts)))


def _events(made: Template, case: int, starts: dict[str, int]) -> tuple[str, str]:
    """Return the rows of one chain, hashed anew, and its head."""
    lines, before, at = [], "", starts["audit_entry"]
    for middle, line, suite in made.events:
        head = f'["{ENTRY}","{suite}","case","{case}'.encode()
        digest = hashlib.sha256(b'%b%b%b"]' % (head, middle, before.encode())).hexdigest()
        at += 1
        lines.append(f"{line}\tcase\t{case}\t{before}\t{suite}:{digest}\t{at}\n")
        before = f"{suite}:{digest}"
    starts["audit_entry"] = at
    return "".join(lines), before


def _rows(
    rows: Sequence[str], table: str, case: int, head: str, starts: dict[str, int]
) -> Iterator[str]:
    person = uuid.UUID(int=case, version=4)
    for row in rows:
        if "\x01I" in row:
            starts[table] += 1
            row = row.replace("\x01I", str(starts[table]))
        yield (
            row.replace(OWN["person"], str(person))
            .replace(OWN["case"], str(case))
            .replace(OWN["draft"], str(person))
            .replace(OWN["head"], head)
            + "\n"
        )


def _columns(cursor: Any, table: str) -> list[str]:
    found = cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND NOT attisdropped ORDER BY attnum",
        (table,),
    )
    return [name for (name,) in found.fetchall()]


def _last(driver: Any, table: str) -> int:
    if table == "people_person":
        return 0
    return int(driver.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def _text(value: str) -> str:
    """Return a value as COPY reads it."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
