"""An attacker with rights on the database, and a clock of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection

from minsheng.apps.audit import guard
from minsheng.apps.audit.chain import entry_hash
from minsheng.apps.audit.models import Chain, Entry


class Attacker:
    """Somebody who may alter tables: takes the triggers off, tampers, puts them back on."""

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        guard.take_off(connection)
        try:
            yield
        finally:
            guard.put_on(connection)

    def edit(self, entry: Entry, *, text: str) -> None:
        with self.unguarded():
            Entry.objects.filter(pk=entry.pk).update(text=text)

    def cut(self, stream: str, key: str, *, keep: int, head_too: bool) -> None:
        """Delete the end of a chain, and make the head fit what is left."""
        with self.unguarded():
            Entry.objects.filter(stream=stream, key=key, seq__gt=keep).delete()
        if head_too:
            last = Entry.objects.filter(stream=stream, key=key).order_by("-seq").first()
            Chain.objects.filter(stream=stream, key=key).update(
                seq=last.seq if last else 0, hash=last.hash if last else ""
            )

    def hash_again(self, stream: str, key: str) -> None:
        """Compute a whole chain again, so that it verifies, and make the head fit."""
        previous, seq = "", 0
        with self.unguarded():
            for e in Entry.objects.filter(stream=stream, key=key).order_by("seq"):
                made = entry_hash("a1", stream, key, e.seq, e.kind, e.at, e.by, e.text, previous)
                Entry.objects.filter(pk=e.pk).update(prev_hash=previous, hash=made)
                previous, seq = made, e.seq
        Chain.objects.filter(stream=stream, key=key).update(seq=seq, hash=previous)


@pytest.fixture
def attacker(db: None) -> Attacker:
    return Attacker()


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def on_postgres(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set MINSHENG_DATABASE")
