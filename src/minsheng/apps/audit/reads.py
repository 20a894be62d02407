"""What the ledger tells: the history of one chain, the news since a bookmark, whether it is whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from django.db import connection
from django.db.models import Max

from minsheng.apps.audit.models import Entry, Seal
from minsheng.apps.audit.verifying import Claim, Detection, Problem, VerifyReport, verify

__all__ = [
    "Claim",
    "Detection",
    "Problem",
    "VerifyReport",
    "entry",
    "histories",
    "history",
    "last_seal",
    "newest",
    "of_stream",
    "recent",
    "since",
    "unsealed",
    "verify",
]

PATIENCE_SECONDS = 0.5
_POLL_SECONDS = 0.01


def history(stream: str, key: str, *, after: int = 0) -> list[Entry]:
    """Return the entries of one chain in order, those numbered above `after`."""
    return list(Entry.objects.filter(stream=stream, key=key, seq__gt=after).order_by("seq"))


def entry(pk: int) -> Entry:
    """Return one entry by its number in the whole ledger."""
    return Entry.objects.get(pk=pk)


def newest() -> int:
    """Return the bookmark behind everything there is now."""
    return Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def changed(stream: str, *, after: int) -> dict[str, int]:
    """Return the chains of a stream that have grown after an entry, each with its newest one.

    On PostgreSQL an entry that is committed late may have a lower number than one seen before: whoever
    can't afford to miss it reads `since`.
    """
    rows = Entry.objects.filter(stream=stream, pk__gt=after).order_by()
    return dict(rows.values("key").annotate(newest=Max("pk")).values_list("key", "newest"))


def of_stream(stream: str, *, since: datetime, kinds: Sequence[str]) -> list[Entry]:
    """Return the entries of some kinds in one stream from a moment on, in their order."""
    found = Entry.objects.filter(stream=stream, at__gte=since, kind__in=kinds)
    return list(found.order_by("pk"))


def histories(stream: str, keys: Sequence[str]) -> dict[str, list[Entry]]:
    """Return the entries of several chains in order, by key: one query for all of them."""
    found: dict[str, list[Entry]] = {key: [] for key in keys}
    for entry in Entry.objects.filter(stream=stream, key__in=keys).order_by("key", "seq"):
        found[entry.key].append(entry)
    return found


def recent(*, stream: str = "", limit: int = 100) -> list[Entry]:
    """Return the newest entries of all chains, or of those in one stream, newest first."""
    entries = Entry.objects.order_by("-pk")
    return list((entries.filter(stream=stream) if stream else entries)[:limit])


def since(
    cursor: int, limit: int = 500, *, patience_seconds: float = PATIENCE_SECONDS
) -> list[Entry]:
    """Return the entries after the bookmark `cursor`, in one order for all, none ever skipped.

    The new bookmark is the `pk` of the last one. PostgreSQL numbers entries before they are
    committed, so a lower number may become visible after a higher one. Where a number is missing
    this stops, unless every transaction that could still bring it has ended: a writer holds a lock
    on the table from before it takes a number until it ends. Waits at most `patience_seconds`, and
    only when there is nothing to return before the gap. Not for transactions that see one snapshot
    throughout (REPEATABLE READ).
    """
    entries = _after(cursor, limit)
    whole = _before_gap(cursor, entries)
    # On SQLite one writes at a time: a missing number was rolled back and never comes.
    if len(whole) == len(entries) or connection.vendor != "postgresql":
        return entries
    if whole:
        return whole
    if not _ended(_writers(), patience_seconds):
        return []
    # Whoever could fill a gap below the last number seen has ended, so what is there now is final.
    last = entries[-1].pk
    return [entry for entry in _after(cursor, limit) if entry.pk <= last]


def last_seal() -> Seal | None:
    """Return the newest seal, as it is kept inside."""
    return Seal.objects.order_by("-number").first()


def unsealed() -> int:
    """Return how many entries no seal covers yet."""
    upto = Seal.objects.aggregate(upto=Max("upto"))["upto"] or 0
    return Entry.objects.filter(pk__gt=upto).count()


def _after(cursor: int, limit: int) -> list[Entry]:
    return list(Entry.objects.filter(pk__gt=cursor).order_by("pk")[:limit])


def _before_gap(cursor: int, entries: Sequence[Entry]) -> list[Entry]:
    numbered = enumerate(entries, start=cursor + 1)
    return [entry for _, entry in takewhile(lambda pair: pair[0] == pair[1].pk, numbered)]


def _writers() -> set[str]:
    """Return the running transactions, others than this one, that may have taken a number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT virtualtransaction FROM pg_locks
            WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
              AND relation = 'audit_entry'::regclass
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND pid IS DISTINCT FROM pg_backend_pid()
            """
        )
        return {name for (name,) in cursor.fetchall()}


def _ended(writers: set[str], patience_seconds: float) -> bool:
    """Return whether all of `writers` have ended, having waited for them a while."""
    until = time.monotonic() + patience_seconds
    while writers:
        if time.monotonic() >= until:
            return False
        time.sleep(_POLL_SECONDS)
        writers = writers & _writers()
    return True
