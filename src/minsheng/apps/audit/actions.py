"""Every write to the event ledger: append to a chain, record on a chain, seal, read on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from minsheng.apps.audit.chain import Head, Link, News, links, merkle_root, suite_of
from minsheng.apps.audit.models import Bookmark, Chain, Entry, Seal
from minsheng.apps.audit.outside import SealLine, last_in_log, parse, write_log
from minsheng.apps.audit.reads import since
from minsheng.lib.errors import Conflict

__all__ = [
    "Head",
    "Link",
    "News",
    "append",
    "follow",
    "insert",
    "linked",
    "record",
    "seal",
    "someone_was_faster",
]

MOST_SEALED = 50_000
_SEAL_BATCH = 2_000
_READ_BATCH = 1_000
_MOST_BATCHES = 50


def append(stream: str, key: str, head: Head, news: Sequence[News]) -> Head:
    """Return the chain's new head, after one INSERT of all `news` behind `head`.

    The caller is inside a transaction, holds the lock of the row that keeps the head, and stores
    the head that comes back on it. Nothing is looked up here. Raises Conflict when another
    transaction has written the same numbers: roll back, read again, decide again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.append belongs inside the transaction that it records")
    made = linked(stream, key, head, news)
    if not made:
        return head
    insert(made)
    return Head(made[-1].seq, made[-1].hash)


def linked(stream: str, key: str, head: Head, news: Sequence[News]) -> list[Link]:
    """Return `news` numbered and hashed behind `head`; the caller writes them, in one INSERT."""
    return links(stream, key, head, news, suite=settings.MINSHENG_SUITE)


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
        entries = insert(made)
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


def insert(made: Sequence[Link]) -> list[Entry]:
    """Return the entries of what was linked, written by one INSERT, as `append` does.

    Raises Conflict when another transaction has written the same numbers.
    """
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
        raise someone_was_faster(made[0]) from error


def someone_was_faster(first: Link) -> Conflict:
    """Return the error of a number that another transaction has already written."""
    return Conflict(
        "audit.someone_was_faster",
        "刚才有人先办了一步。请刷新页面，看看现在办到哪里，再决定。",
        "Somebody else acted a moment earlier. Reload the page, see how things stand, then decide.",
        facts={"stream": first.stream, "key": first.key, "seq": first.seq},
    )


def seal(now: datetime, out_dir: Path) -> Seal | None:
    """Return the new seal over the entries since the last one, or None when there are none.

    Writes the Merkle root to the log in `out_dir` first and its copy into the database after; cut
    short in between, the next call takes over what lies outside. At most 50,000 entries are sealed
    at once. Raises Conflict when the log is ahead of the database, as after a backup was restored.
    """
    with transaction.atomic():
        _locked_chain("audit.seal", "")  # one sealer at a time
        last = _last_seal(out_dir)
        line = _next_line(last, now)
        if line is None:
            return None
        write_log(out_dir, line)
        return _keep(line)


def follow(reader: str, act: Callable[[Entry], int]) -> int:
    """Read the ledger on from a reader's bookmark and return how much `act` has done.

    What `act` writes stands or falls with the bookmark: an entry is acted upon once, by one worker.
    """
    done = 0
    for _ in range(_MOST_BATCHES):
        row, _made = Bookmark.objects.get_or_create(reader=reader)
        entries = since(row.entry, _READ_BATCH)
        if not entries:
            return done
        with transaction.atomic():
            mine = Bookmark.objects.select_for_update().get(reader=reader)
            if mine.entry != row.entry:
                continue  # another worker has read these
            done += sum(act(entry) for entry in entries)
            mine.entry = entries[-1].pk
            mine.save(update_fields=["entry"])
    return done


def _last_seal(out_dir: Path) -> SealLine | None:
    """Return the last seal of both sides, having taken over one that lies outside only."""
    copy = Seal.objects.order_by("-number").first()
    inside = parse(copy.text) if copy else None
    outside = last_in_log(out_dir)
    if outside is None or (inside and outside.number <= inside.number):
        return inside
    follows = outside.number == (inside.number if inside else 0) + 1
    if not follows or _root(outside.after, outside.upto, suite_of(outside.root)) != (
        outside.root,
        outside.count,
    ):
        raise Conflict(
            "audit.log_ahead",
            "外面的封印记录比数据库新：可能恢复过旧备份。先运行 audit verify 看少了什么，"
            "再换一个新的封印文件夹。",
            "The seals outside are ahead of the database: an old backup may have been restored. "
            "Run audit verify to see what is missing, then begin a new folder for seals.",
            facts={"outside": outside.number, "inside": inside.number if inside else 0},
        )
    _keep(outside)
    return outside


def _next_line(last: SealLine | None, now: datetime) -> SealLine | None:
    """Return the seal of what came after `last`, as far as nothing can slip in any more."""
    suite = settings.MINSHENG_SUITE
    after = upto = last.upto if last else 0
    leaves: list[str] = []
    while len(leaves) < MOST_SEALED and (entries := since(upto, _SEAL_BATCH)):
        leaves += [entry.hash for entry in entries]
        upto = entries[-1].pk
    if not leaves:
        return None
    return SealLine(
        number=last.number + 1 if last else 1,
        at=now,
        after=after,
        upto=upto,
        count=len(leaves),
        root=merkle_root(leaves, suite=suite),
        previous=last.digest if last else "",
    )


def _root(after: int, upto: int, suite: str) -> tuple[str, int]:
    entries = Entry.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
    leaves = list(entries.values_list("hash", flat=True))
    return merkle_root(leaves, suite=suite), len(leaves)


def _keep(line: SealLine) -> Seal:
    return Seal.objects.create(
        number=line.number,
        at=line.at,
        after=line.after,
        upto=line.upto,
        count=line.count,
        root=line.root,
        previous=line.previous,
        digest=line.digest,
        text=line.text,
    )
