"""The statements of a submission: `BEGIN`, lock the draft, read what stands, write, `COMMIT`.

Lock, then read, then decide, as in a step. Five round trips on PostgreSQL, where the new case with
all its rows is one statement; elsewhere the ORM does the same, row for row.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Model, Q

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit.chain import Link
from minsheng.apps.cases import catalogue, sql, statements, store
from minsheng.apps.cases.events import Other
from minsheng.apps.cases.models import (
    RUNNING,
    Case,
    CaseMaterial,
    CaseSubject,
    CaseValue,
    Draft,
    Item,
    case_number,
)
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.models import Effect
from minsheng.apps.people.models import Person

VALUE = ("field", "sealed", "origin", "reason", "at")
MATERIAL = ("key", "state", "origin", "due_day", "file_id", "at")
SUBJECT = ("key", "person_id", "number_blind", "is_asked")
CASE = tuple(
    field.attname for field in Case._meta.concrete_fields if field.attname not in {"id", "state"}
)
Row = Sequence[Any]
_NAMES: Mapping[type[Model], tuple[str, ...]] = {
    CaseValue: VALUE,
    CaseMaterial: MATERIAL,
    CaseSubject: SUBJECT,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands while the draft and its applicant are locked.

    `later` are the published forms of the service, in the order of their first days. `given` are
    the files and promises (None) of the draft, `persons` the ids of those asked for, by the index of
    their number. `next_id` is the id kept for the new case, None where inserting gives one.
    """

    next_id: int | None
    later: Sequence[str]
    others: Sequence[Other]
    given: Mapping[str, uuid.UUID | None]
    persons: Mapping[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Filing:
    """All that a submission writes besides the row of the case: rows as the names above say."""

    links: Sequence[Link]
    items: Mapping[str, Mapping[str, Any]]
    values: Sequence[Row]
    materials: Sequence[Row]
    subjects: Sequence[Row]
    effect: Effect


def locked_draft(draft_id: uuid.UUID) -> Draft | None:
    """Return a draft, locked with its applicant: two drafts of one person are judged in turn."""
    if sql.is_postgresql():
        found = sql.rows(_lock_sql(), draft_id)
        if not found:
            return None
        wide = sql.width(Draft)
        draft = sql.read(Draft, found[0][:wide])
        draft.person = sql.read(Person, found[0][wide:])
        return draft
    return Draft.objects.select_related("person").filter(pk=draft_id).first()


def standing(draft: Draft, *, events: Sequence[str], numbers: Sequence[str]) -> Standing:
    """Return what stands for a draft whose lock is held.

    `events` and `numbers` are the indexes under which its event, and the citizen numbers of the
    others whom it is about, may be stored.
    """
    if not sql.is_postgresql():
        return _standing_by_orm(draft, events, numbers)
    ((next_id, later, others, given, persons),) = sql.rows(
        _STANDING, draft.pk, draft.slug, list(events), draft.person_id, list(numbers)
    )
    return Standing(
        next_id,
        json.loads(later),
        [
            Other(case_number(pk, date.fromisoformat(day)), uuid.UUID(applicant), *answers)
            for pk, day, applicant, *answers in json.loads(others)
        ],
        {key: uuid.UUID(file) if file else None for key, file in json.loads(given).items()},
        {blind: uuid.UUID(person) for blind, person in json.loads(persons).items()},
    )


def number_case(case: Case, found: Standing) -> None:
    """Give a new case its id, which its chain is named by."""
    if found.next_id is None:
        case.save(force_insert=True)
    else:
        case.pk = found.next_id


def write(case: Case, filing: Filing, draft: Draft) -> None:
    """Write a case with all its rows in place of its draft, whose lock must be held.

    Raises IntegrityError for a second open case for one event.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a case is written inside the transaction that locked its draft")
    if sql.is_postgresql():
        _write_at_once(case, filing, draft)
        return
    audit.insert(filing.links)
    store.insert_rows(case, filing.items)
    case.save(update_fields=store.CASE_COLUMNS)
    insert(case, CaseValue, filing.values)
    insert(case, CaseMaterial, filing.materials)
    insert(case, CaseSubject, filing.subjects)
    outbox.put_new(filing.effect)
    draft.delete()


def insert(case: Case, model: type[Model], rows: Iterable[Row]) -> None:
    """Insert the rows of a case into a table of values, materials or subjects, by the ORM."""
    names = _NAMES[model]
    made = (model(**dict(zip(names, row, strict=True)), case=case) for row in rows)
    model._default_manager.bulk_create(made)


def persons_by(blinds: Sequence[str]) -> dict[str, uuid.UUID]:
    """Return the ids of the persons who are known here by an index of their number."""
    persons = Person.objects.filter(number_blind__in=blinds)
    return {str(blind): pk for blind, pk in persons.values_list("number_blind", "pk")}


def _standing_by_orm(draft: Draft, events: Sequence[str], numbers: Sequence[str]) -> Standing:
    same_event = Q(event__in=events, status__in=(RUNNING, "done"))
    own = Q(applicant=draft.person_id, status=RUNNING)
    others = Case.objects.filter(same_event | own, slug=draft.slug)
    return Standing(
        None,
        catalogue.later_forms(draft.slug),
        [
            Other(
                one.number,
                one.applicant_id,
                one.status == RUNNING,
                one.is_event_known,
                one.event in events,
                one.hidden_from_applicant,
            )
            for one in others.order_by("pk")
        ],
        dict(draft.files.values_list("material", "file_id")),
        persons_by(numbers),
    )


def _write_at_once(case: Case, filing: Filing, draft: Draft) -> None:
    effect, first = filing.effect, filing.links[0]
    given = {
        "case": [getattr(case, name) for name in CASE],
        "items": [
            [position, key, *row.values()]
            for position, (key, row) in enumerate(filing.items.items())
        ],
        "values": filing.values,
        "materials": filing.materials,
        "subjects": filing.subjects,
        "events": [[e.seq, e.kind, e.at, e.by, e.text, e.prev_hash, e.hash] for e in filing.links],
    }
    try:
        sql.rows(
            _write_sql(tuple(next(iter(filing.items.values())))),
            case.pk,
            sql.text(given),
            json.dumps(case.state),
            draft.pk,
            first.stream,
            first.key,
            effect.kind,
            effect.key,
            json.dumps(effect.payload),
            effect.created_at,
        )
    except IntegrityError as error:
        statements.refuse_known(error, first, effect)
        raise


@cache
def _lock_sql() -> str:
    return f"""
        SELECT {sql.columns(Draft, "d")}, {sql.columns(Person, "p")}
        FROM cases_draft d JOIN people_person p ON p.id = d.person_id
        WHERE d.id = $1 FOR UPDATE OF d, p
    """  # noqa: S608 - names of columns, nothing that anybody typed


_STANDING = """
    SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), (
        SELECT coalesce(json_agg(f.pack_id ORDER BY f.effective_from), '[]')::text
        FROM cases_publication f WHERE f.slug = $2 AND f.status = 'published'
    ), (
        SELECT coalesce(json_agg(json_build_array(
            c.id, c.submitted_day, c.applicant_id, c.status = 'running', c.is_event_known,
            c.event = ANY($3), c.hidden_from_applicant
        ) ORDER BY c.id), '[]')::text
        FROM cases_case c WHERE c.id IN (
            SELECT id FROM cases_case WHERE slug = $2 AND event = ANY($3) AND status = 'running'
            UNION ALL
            SELECT id FROM cases_case WHERE slug = $2 AND event = ANY($3) AND status = 'done'
            UNION ALL
            SELECT id FROM cases_case WHERE slug = $2 AND applicant_id = $4 AND status = 'running'
        )
    ), (
        SELECT coalesce(json_object_agg(g.material, g.file_id), '{}')::text
        FROM cases_draftfile g WHERE g.draft_id = $1
    ), (
        SELECT coalesce(json_object_agg(q.number_blind, q.id), '{}')::text
        FROM people_person q WHERE q.number_blind = ANY($5)
    )
"""


@cache
def _write_sql(item_columns: tuple[str, ...]) -> str:
    return f"""
        WITH given AS MATERIALIZED (SELECT $2::jsonb AS it),
        made AS (
            INSERT INTO cases_case (id, state, {sql.quoted(Case, CASE)})
            SELECT $1, $3::jsonb, {sql.picked(Case, CASE)}
            FROM given, LATERAL (SELECT it->'case' AS x) AS one
        ),
        items AS ({_insert(Item, ("position", "key", *item_columns), "items")}),
        "values" AS ({_insert(CaseValue, VALUE, "values")}),
        materials AS ({_insert(CaseMaterial, MATERIAL, "materials")}),
        subjects AS ({_insert(CaseSubject, SUBJECT, "subjects")}),
        events AS (
            INSERT INTO audit_entry (stream, key, seq, kind, at, "by", data, prev_hash, hash)
            SELECT $5, $6, (e->>0)::int, e->>1, (e->>2)::timestamptz, e->>3, e->>4, e->>5, e->>6
            FROM given, jsonb_array_elements(it->'events') AS e
        ),
        effect AS (
            INSERT INTO outbox_effect (kind, key, payload, state, created_at, worker, fence,
                                       attempts, last_error_code)
            VALUES ($7, $8, $9::jsonb, 'waiting', $10, '', 0, 0, '')
        ),
        files AS (DELETE FROM cases_draftfile WHERE draft_id = $4)
        DELETE FROM cases_draft WHERE id = $4 RETURNING id
    """  # noqa: S608 - names of columns, nothing that anybody typed


def _insert(model: type[Model], names: Sequence[str], array: str) -> str:
    """Return how the rows of one JSON array become rows of the case in a table."""
    return f"""
        INSERT INTO {model._meta.db_table} (case_id, {sql.quoted(model, names)})
        SELECT $1, {sql.picked(model, names)}
        FROM given, jsonb_array_elements(it->'{array}') AS x
    """  # noqa: S608 - names of columns, nothing that anybody typed
