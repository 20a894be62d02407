"""The statements of a step: on PostgreSQL each is one round trip, prepared once per connection.

Lock, read, decide, write: an approval is `BEGIN`, `lock_item`, `values_of`, `write`, `COMMIT`. The
decision stands between two statements and is never folded into one: who reads and closes in one
snapshot leaves cases open for ever. Elsewhere the ORM does the same, row for row.

With `filing` the only module with SQL of one database (decision 0016). Columns come from the
models, so that a new one needs no word here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import IntegrityError, connection
from django.db.models import Exists, F, OuterRef

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit.chain import Link
from minsheng.apps.cases import sql, store
from minsheng.apps.cases.models import Case, CaseNote, CaseValue, Item
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person


class StoredValue(NamedTuple):
    """One value of a case as it is stored."""

    field: str
    sealed: str
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockedItem:
    """A case whose lock is held, reached by one of its items. `is_mine`: a post of the account."""

    case: Case
    id: int
    key: str
    post: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """All that one step writes besides the columns already set on the case."""

    links: Sequence[Link]
    items: Mapping[str, Mapping[str, Any]]
    notes: Sequence[CaseNote]
    effect: Effect


def lock_item(item_id: int, account: Account, *, on: date) -> LockedItem | None:
    """Return the case of an item, locked until the transaction ends, with its applicant."""
    if sql.is_postgresql():
        found = sql.rows(_lock_item_sql(), item_id, account.pk, on)
        if not found:
            return None
        *row, key, post, is_mine = found[0]
        return LockedItem(_case(row), item_id, key, post, is_mine and account.is_active)
    held = people.holdings(account, on).filter(people.filling(OuterRef("items__post"), on))
    case = (
        Case.objects.filter(items__pk=item_id)
        .select_related("applicant")
        .annotate(item_key=F("items__key"), item_post=F("items__post"), is_mine=Exists(held))
        .first()
    )
    if case is None:
        return None
    is_mine = case.is_mine and account.is_active
    return LockedItem(case, item_id, case.item_key, case.item_post, is_mine)


def values_of(item: LockedItem, fields: Sequence[str]) -> list[StoredValue] | None:
    """Return the stored values of some fields of the case, read now that its lock is held.

    None when the item was passed to another post while this transaction waited for the lock: the
    statement that waits sees the case anew, and everything else as it was before.
    """
    if sql.is_postgresql():
        rows = sql.rows(_VALUES, item.id, list(fields), item.post)
        return [StoredValue(*row) for row in rows if row[0]] if rows else None
    found = CaseValue.objects.filter(case=item.case, field__in=fields)
    return [StoredValue(*row) for row in found.values_list(*StoredValue._fields)]


def write(case: Case, writing: Writing, *, before: int) -> None:
    """Write a step in one statement; the lock of the case must be held.

    `before` is the number of the last event when it was read. Raises Conflict when another
    transaction has written on meanwhile without the lock.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a step is written inside the transaction that locked the case")
    if sql.is_postgresql():
        _write_at_once(case, writing, before)
        return
    audit.insert(writing.links)
    store.write_items(case, writing.items)
    case.save(update_fields=store.CASE_COLUMNS)
    CaseNote.objects.bulk_create(writing.notes)
    outbox.put_effect(writing.effect)


def _write_at_once(case: Case, writing: Writing, before: int) -> None:
    effect = writing.effect
    given = {
        "case": [getattr(case, name) for name in store.CASE_COLUMNS if name != "state"],
        "events": [[e.seq, e.kind, e.at, e.by, e.text, e.prev_hash, e.hash] for e in writing.links],
        "items": [[key, *columns.values()] for key, columns in writing.items.items()],
        "notes": [[n.item, n.kind, n.sealed, n.by, n.at] for n in writing.notes],
    }
    first = writing.links[0]
    try:
        written = sql.rows(
            _write_sql(tuple(next(iter(writing.items.values()), ()))),
            case.pk,
            before,
            sql.text(given),
            json.dumps(case.state),
            first.stream,
            first.key,
            effect.kind,
            effect.key,
            json.dumps(effect.payload),
            effect.created_at,
        )
    except IntegrityError as error:
        refuse_known(error, first, effect)
        raise
    if not written:
        raise audit.someone_was_faster(first)


def refuse_known(error: IntegrityError, first: Link, effect: Effect) -> None:
    """Raise what a broken constraint of the ledger or the outbox means to whoever acts."""
    broken = sql.broken(error)
    if broken == "audit_entry_seq":
        raise audit.someone_was_faster(first) from error
    if broken == "outbox_effect_key":
        raise outbox.key_reused(effect) from error


def _case(row: Sequence[Any]) -> Case:
    wide = sql.width(Case)
    case = sql.read(Case, row[:wide])
    case.applicant = sql.read(Person, row[wide:])
    return case


@cache
def _lock_item_sql() -> str:
    return f"""
        SELECT {sql.columns(Case, "c")}, {sql.columns(Person, "p")}, i.key, i.post, EXISTS (
            SELECT FROM people_assignment a JOIN people_post t ON t.id = a.post_id
            WHERE a.account_id = $2
              AND a.since <= $3 AND (a.until IS NULL OR a.until > $3)
              AND (t.key = i.post OR EXISTS (
                SELECT FROM people_post old LEFT JOIN people_post heir ON heir.id = old.succeeded_by_id
                WHERE old.key = i.post AND old.succeeded_on <= $3 AND (
                  heir.id = t.id OR (heir.succeeded_by_id = t.id AND heir.succeeded_on <= $3)
                )
              ))
        )
        FROM cases_item i
        JOIN cases_case c ON c.id = i.case_id
        JOIN people_person p ON p.id = c.applicant_id
        WHERE i.id = $1
        FOR UPDATE OF c
    """  # noqa: S608 - names of columns, nothing that anybody typed


_VALUES = """
    SELECT v.field, v.sealed, v.origin, v.reason FROM cases_item i
    LEFT JOIN cases_casevalue v ON v.case_id = i.case_id AND v.field = ANY($2)
    WHERE i.id = $1 AND i.post = $3
"""


@cache
def _write_sql(item_columns: tuple[str, ...]) -> str:
    case = [name for name in store.CASE_COLUMNS if name != "state"]
    items = f"""
        items AS (
            UPDATE cases_item AS row SET {sql.assigned(Item, item_columns, first=1)}
            FROM given, jsonb_array_elements(it->'items') AS x
            WHERE row.case_id = $1 AND row.key = x->>0
        ),"""  # noqa: S608 - names of columns, nothing that anybody typed
    return f"""
        WITH given AS MATERIALIZED (SELECT $3::jsonb AS it),
        events AS (
            INSERT INTO audit_entry (stream, key, seq, kind, at, "by", data, prev_hash, hash)
            SELECT $5, $6, (e->>0)::int, e->>1, (e->>2)::timestamptz, e->>3, e->>4, e->>5, e->>6
            FROM given, jsonb_array_elements(it->'events') AS e
        ),{items if item_columns else ""}
        notes AS (
            INSERT INTO cases_casenote (case_id, item, kind, sealed, "by", at)
            SELECT $1, n->>0, n->>1, n->>2, n->>3, (n->>4)::timestamptz
            FROM given, jsonb_array_elements(it->'notes') AS n
        ),
        effect AS (
            INSERT INTO outbox_effect (kind, key, payload, state, created_at, worker, fence,
                                       attempts, last_error_code)
            VALUES ($7, $8, $9::jsonb, 'waiting', $10, '', 0, 0, '')
        )
        UPDATE cases_case AS row SET state = $4::jsonb, {sql.assigned(Case, case, first=0)}
        FROM given, LATERAL (SELECT it->'case' AS x) AS one
        WHERE row.id = $1 AND row.seq = $2
        RETURNING row.id
    """  # noqa: S608 - names of columns, nothing that anybody typed
