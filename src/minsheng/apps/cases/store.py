"""Between rows and the engine's state: read it, write what changed, append what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case as OneOf
from django.db.models import Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.audit.actions import Head, Link, News
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import RUNNING, Case, Item
from minsheng.apps.cases.protection import post_for
from minsheng.engines.casework import snapshot
from minsheng.engines.casework.clocks import acts_on, due_day_of
from minsheng.engines.casework.fold import replay
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import TERMINAL, CaseState, Event, ItemState
from minsheng.engines.casework.step import post_of

CHAIN = "case"
CASE_COLUMNS = ("status", "state", "score", "call_back", "seq", "head", "closed_day")
"""What a step writes on the row of the case."""


def state_of(case: Case) -> CaseState:
    """Return the engine's state of a case from its row."""
    return snapshot.load(case.state)


def done_before(case: Case | None) -> frozenset[str]:
    """Return the items that a case, or one that it takes up again, has done."""
    done: set[str] = set()
    seen: set[int] = set()
    while case is not None and case.pk not in seen:
        seen.add(case.pk)
        done |= {key for key, item in state_of(case).items.items() if item.status == "done"}
        case = case.successor_of
    return frozenset(done)


def replayed(case: Case) -> CaseState:
    """Return the engine's state of a case from its events, which are the truth."""
    spec = catalogue.pinned_spec(case.pack_id)
    return replay(spec, events_in(audit_reads.history(CHAIN, str(case.pk))))


def events_in(entries: Iterable[Entry]) -> list[Event]:
    """Return the engine's events as the ledger holds them."""
    return [
        Event(
            kind=entry.kind,
            at=entry.at,
            by=entry.by,
            item=str(entry.data.get("item", "")),
            data={key: value for key, value in entry.data.items() if key != "item"},
        )
        for entry in entries
    ]


def item_rows(spec: ServiceSpec, case: Case, state: CaseState) -> dict[str, dict[str, Any]]:
    """Return what the rows of all items show, by key, in the order of the service."""
    return items_of(spec, case, state, list(spec.items))


def insert_items(
    spec: ServiceSpec, case: Case, state: CaseState, *, only: Collection[str] | None = None
) -> None:
    """Insert a row for each item of a case, or for those that a new form has added."""
    keys = [key for key in spec.items if only is None or key in only]
    insert_rows(case, items_of(spec, case, state, keys), order=list(spec.items))


def insert_rows(
    case: Case, rows: Mapping[str, Mapping[str, Any]], *, order: Sequence[str] = ()
) -> None:
    """Insert what `items_of` returned; `order` is that of the service, where some are left out."""
    places = {key: position for position, key in enumerate(order or rows)}
    Item.objects.bulk_create(
        Item(case=case, key=key, position=places[key], **columns) for key, columns in rows.items()
    )


def changed_items(
    spec: ServiceSpec, case: Case, old: CaseState, new: CaseState
) -> dict[str, dict[str, Any]]:
    """Return the columns of the items that differ between two states, by key."""
    changed = [key for key, item in new.items.items() if old.items[key] is not item]
    return items_of(spec, case, new, [key for key in changed if old.items[key] != new.items[key]])


def items_of(
    spec: ServiceSpec, case: Case, state: CaseState, keys: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what the rows of some items show, by key."""
    return {key: _columns(spec, case, state, key) for key in keys}


def write_items(case: Case, columns: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the rows of some items of a case, in one statement."""
    rows = Item.objects.filter(case=case, key__in=columns)
    if len(columns) == 1:
        (only,) = columns.values()
        rows.update(**only)
    elif columns:
        names = next(iter(columns.values()))
        rows.update(**{name: _by_key(name, columns) for name in names})


def move_posts(spec: ServiceSpec, case: Case) -> None:
    """Write whose work each item is, after a case became protected or open."""
    state = state_of(case)
    write_items(case, items_of(spec, case, state, list(state.items)))


def place_items(old: ServiceSpec, new: ServiceSpec, case: Case, state: CaseState) -> None:
    """Write the rows of a case that has gone over to another form: place, post, days.

    An item that was passed to another post stays with it, and so does what is decided.
    """
    rows = [row for row in case.items.all() if row.key in old.items]
    write_items(case, items_of(new, case, state, [row.key for row in rows]))
    for row in rows:
        if state.items[row.key].status in TERMINAL:
            mine = Item.objects.filter(pk=row.pk)
            mine.exclude(post=row.post).update(office=row.office, post=row.post)
    for position, key in enumerate(new.items):
        mine = Item.objects.filter(case=case, key=key)
        mine.exclude(position=position).update(position=position)


def whose(spec: ServiceSpec, case: Case, item: ItemState) -> tuple[str, str]:
    """Return office and post whose work an item is now: declared, passed on to, or named."""
    declared, post = spec.items[item.key], post_of(spec, item)
    known = catalogue.packs().district.posts.get(post)
    office = known.department if item.post and known is not None else declared.office
    return office, post_for(office, post, is_protected=case.protected)


def write_case(case: Case, new: CaseState, head: Head, *, on: date) -> None:
    """Write the case row; its lock must be held."""
    set_case(case, new, head, on=on)
    case.save(update_fields=CASE_COLUMNS)


def set_case(case: Case, new: CaseState, head: Head, *, on: date) -> None:
    """Set the columns that a step changes; the caller writes them."""
    case.closed_day = None if new.status == RUNNING else (case.closed_day or on)
    case.status = new.status
    case.state = snapshot.dump(new)
    case.score = new.score
    case.call_back = new.call_back
    case.seq = head.seq
    case.head = head.hash


def append(case: Case, events: Sequence[Event]) -> Head:
    """Append events to the chain of a case whose lock is held, and return its new head."""
    return audit.append(CHAIN, str(case.pk), Head(case.seq, case.head), _news(events))


def links_of(case: Case, events: Sequence[Event]) -> list[Link]:
    """Return events numbered and hashed behind the head of a case; nothing is written."""
    return audit.linked(CHAIN, str(case.pk), Head(case.seq, case.head), _news(events))


def local_day(at: datetime) -> date:
    """Return the calendar day of an instant in the district's time zone."""
    return timezone.localtime(at).date()


def _news(events: Sequence[Event]) -> list[News]:
    return [News(kind=e.kind, at=e.at, by=e.by, data=_data(e)) for e in events]


def _data(event: Event) -> Mapping[str, Any]:
    return {"item": event.item, **event.data} if event.item else event.data


def _by_key(name: str, columns: Mapping[str, Mapping[str, Any]]) -> Cast:
    """Return the expression that gives each row its own value of a column."""
    field: Any = Item._meta.get_field(name)
    whens = [When(key=key, then=Value(row[name], field)) for key, row in columns.items()]
    return Cast(OneOf(*whens, output_field=field), field)


def _columns(spec: ServiceSpec, case: Case, state: CaseState, key: str) -> dict[str, Any]:
    """Return what the row of an item shows; the due day as it stood when the item last changed."""
    item = state.items[key]
    due = None
    if item.started is not None and item.changed is not None:
        due = due_day_of(spec, state, key, calendar=catalogue.calendar(), on=item.changed)
    office, post = whose(spec, case, item)
    extend, asks_post = spec.items[key].extend, ""
    if extend is not None and item.extension == "asked" and item.status == "open":
        asks_post = post_for(office, extend.approver, is_protected=case.protected)
    return {
        "status": item.status,
        "office": office,
        "post": post,
        "started": item.started,
        "due_day": due.day if due else None,
        "due_provisional": bool(due and due.provisional),
        "is_stopped": item.is_stopped,
        "finished": item.finished,
        "attempt": item.attempt,
        "result": item.result,
        "reason": item.reason,
        "decided_by": item.decided_by,
        "claimed_by": item.claimed_by,
        "claimed_on": item.claimed_on,
        "asks_post": asks_post,
        "acts_on": acts_on(spec, item),
    }
