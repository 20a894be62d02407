"""The index of what everybody may read. Cases aren't in it: they are found in their own tables."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Document(models.Model):
    """One public text that can be found. Personal data: none.

    `kind` and `key` say what it is, so that each face makes its own link. `words` are other names,
    one a line.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_document_for_each_thing")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Gram(models.Model):
    """One character, pair of characters, word or part of a word of a document, by which it is found.

    `weight` says where it stands: in a title, in another name, in a sentence. Personal data: none.
    """

    gram = models.CharField(max_length=40)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["gram", "document"], name="one_row_for_each_gram")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["gram", "weight", "document"], name="documents_by_gram")
        ]

    def __str__(self) -> str:
        return f"{self.gram} {self.document_id}"


class Frequency(models.Model):
    """In how many documents a gram stands, so that common ones are left out unread."""

    gram = models.CharField(max_length=40, primary_key=True)
    documents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.gram} {self.documents}"


class Edition(models.Model):
    """Which texts are in the index: a digest of them all. Personal data: none."""

    name = models.CharField(max_length=20, primary_key=True)
    digest = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:12]}"
