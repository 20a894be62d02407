"""Every write to the event ledger: append to a chain, record on a chain, seal."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from minsheng.apps.audit.chain import Head, Link, News, links
from minsheng.apps.audit.models import Chain, Entry
from minsheng.lib.errors import Conflict

__all__ = ["Head", "News", "append", "record"]


def append(stream: str, key: str, head: Head, news: Sequence[News]) -> Head:
    """Return the chain's new head, after one INSERT of all `news` behind `head`.

    The caller is inside a transaction, holds the lock of the row that keeps the head, and stores
    the head that comes back on it. Nothing is looked up here. Raises Conflict when another
    transaction has written the same numbers: roll back, read again, decide again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.append belongs inside the transaction that it records")
    made = links(stream, key, head, news, suite=settings.MINSHENG_SUITE)
    if not made:
        return head
    _insert(made)
    return Head(made[-1].seq, made[-1].hash)


def record(stream: str, key: str, news: News | Sequence[News]) -> Entry:
    """Return the last entry written, on a chain whose head the ledger keeps itself.

    For looks, sign-ins, consents: whatever has no locked row of its own. Locks the chain until
    the transaction ends; who records on several chains in one transaction does it in one order.
    """
    made: list[Link]
    with transaction.atomic():
        chain = _locked_chain(stream, key)
        made = links(
            stream,
            key,
            Head(chain.seq, chain.hash),
            [news] if isinstance(news, News) else news,
            suite=settings.MINSHENG_SUITE,
        )
        if not made:
            raise ValueError("there is nothing to record")
        entries = _insert(made)
        Chain.objects.filter(pk=chain.pk).update(seq=made[-1].seq, hash=made[-1].hash)
    return entries[-1]


def _locked_chain(stream: str, key: str) -> Chain:
    """Return the chain's row, locked; made when this is its first event."""
    rows = Chain.objects.select_for_update().filter(stream=stream, key=key)
    chain = rows.first()
    if chain is None:
        Chain.objects.bulk_create([Chain(stream=stream, key=key)], ignore_conflicts=True)
        chain = rows.get()
    return chain


def _insert(made: Sequence[Link]) -> list[Entry]:
    first = made[0]
    try:
        return Entry.objects.bulk_create(
            [
                Entry(
                    stream=link.stream,
                    key=link.key,
                    seq=link.seq,
                    kind=link.kind,
                    at=link.at,
                    by=link.by,
                    text=link.text,
                    prev_hash=link.prev_hash,
                    hash=link.hash,
                )
                for link in made
            ]
        )
    except IntegrityError as error:
        raise Conflict(
            "audit.someone_was_faster",
            "刚才有人先办了一步。请刷新页面，看看现在办到哪里，再决定。",
            "Somebody else acted a moment earlier. Reload the page, see how things stand, "
            "then decide.",
            facts={"stream": first.stream, "key": first.key, "seq": first.seq},
        ) from error
