"""Tables of the event ledger: entries, heads of chains nobody else keeps, bookmarks, seals."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import F, Q

SAFE_HASH_LENGTH = 80


class Entry(models.Model):
    """One thing that happened, linked to what happened before in the same chain.

    A chain is named by (`stream`, `key`), for example ("case", "N2026-000031"). `text` is the
    canonical JSON that was hashed, kept letter by letter; `data` reads it. Rows are only ever
    added: triggers in the database refuse every change.

    Personal data: none. Ids, decisions and hashes only; `by` is an account or post id.
    """

    stream = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.CharField(max_length=100, blank=True)
    text = models.TextField(db_column="data")
    prev_hash = models.CharField(max_length=SAFE_HASH_LENGTH, blank=True)
    hash = models.CharField(max_length=SAFE_HASH_LENGTH)

    class Meta:
        verbose_name = "事件"
        verbose_name_plural = "事件"
        constraints = [
            models.UniqueConstraint(fields=["stream", "key", "seq"], name="audit_entry_seq"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_entry_seq_from_one"),
            models.CheckConstraint(
                condition=Q(seq=1, prev_hash="") | (Q(seq__gt=1) & ~Q(prev_hash="")),
                name="audit_entry_first_has_no_prev",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}/{self.key}#{self.seq} {self.kind}"

    @property
    def data(self) -> dict[str, Any]:
        """What was recorded with the event: ids, decisions, hashes."""
        value: dict[str, Any] = json.loads(self.text)
        return value


class Chain(models.Model):
    """The head of a chain whose stream has no row of its own to keep it on (looks, consents).

    Personal data: none. `key` is an id.
    """

    stream = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=SAFE_HASH_LENGTH, blank=True)

    class Meta:
        verbose_name = "链头"
        verbose_name_plural = "链头"
        constraints = [
            models.UniqueConstraint(fields=["stream", "key"], name="audit_chain_name"),
            models.CheckConstraint(
                condition=Q(seq=0, hash="") | (Q(seq__gt=0) & ~Q(hash="")),
                name="audit_chain_head_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}/{self.key}@{self.seq}"


class Bookmark(models.Model):
    """How far a reader has read the ledger. Personal data: none."""

    reader = models.CharField(max_length=40, primary_key=True)
    entry = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "书签"
        verbose_name_plural = "书签"

    def __str__(self) -> str:
        return f"{self.reader} {self.entry}"


class Seal(models.Model):
    """The copy, kept inside, of a Merkle root that was written outside. The file outside counts.

    It covers the `count` entries with `after` < id <= `upto`. `text` is the outside line, letter
    by letter; `digest` is what the next seal refers to.

    Personal data: none.
    """

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=SAFE_HASH_LENGTH)
    previous = models.CharField(max_length=SAFE_HASH_LENGTH, blank=True)
    digest = models.CharField(max_length=SAFE_HASH_LENGTH)
    text = models.TextField()

    class Meta:
        verbose_name = "封印"
        verbose_name_plural = "封印"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_seal_number_from_one"),
            models.CheckConstraint(condition=Q(upto__gt=F("after")), name="audit_seal_not_empty"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.root}"
