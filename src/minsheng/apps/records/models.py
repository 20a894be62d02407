"""Tables of stored files and of licences (electronic certificates).

A licence is the fact that an office certified something; its file is how that looks on paper.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from minsheng.lib.texts import Text


class StoredFile(models.Model):
    """A file that lies sealed outside the web root.

    `place` is a random path; `key_sealed` and `name_sealed` open under the owner's key only, so
    that erasing the owner makes the file unreadable. A paper of an office has no owner: they open under
    the installation's key then. `digest` is over the plain content.

    Personal data: the content and its name, both sealed; whose file it is and who stored it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(
        max_length=4, choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")]
    )
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=140, db_index=True)
    name_sealed = models.TextField()
    key_sealed = models.TextField()
    suite = models.CharField(max_length=2)
    place = models.CharField(max_length=80, unique=True)
    stored_by = models.CharField(max_length=80)
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="file_has_content", condition=Q(size_bytes__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Licence(models.Model):
    """What an office certified for a holder. One for each attempt of an item of a case.

    `number` can't be guessed from another one. "Expired" is not stored: it follows from the day.
    `replaced_by` is the one with new wording that stands in its place; it is revoked then.

    Personal data: who holds which kind of licence; `facts_sealed` under the holder's key. A
    reason of revocation is a declared text, never about a person. `discreet`: it comes from a
    protected case, so that its verification page says only whether it is genuine. `withheld`: the case is
    hidden from its holder, and so is the licence.
    """

    VALID = "valid"
    REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    number = models.CharField(max_length=19, unique=True)
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200, blank=True)
    office_zh = models.CharField(max_length=100)
    office_en = models.CharField(max_length=200, blank=True)
    holder = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    facts_sealed = models.TextField()
    status = models.CharField(
        max_length=10, choices=[(VALID, "有效"), (REVOKED, "已撤销")], default=VALID
    )
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    valid_until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    reason_zh = models.CharField(max_length=200, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    replaced_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    origin_case = models.CharField(max_length=40)
    origin_item = models.CharField(max_length=80)
    origin_attempt = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="licence")
    discreet = models.BooleanField(default=False)
    withheld = models.BooleanField(default=False)
    demo = models.BooleanField(default=False, db_index=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["origin_case", "origin_item", "origin_attempt"],
                name="licence_one_per_attempt",
            ),
            models.CheckConstraint(
                name="licence_revoked_says_when_and_why",
                condition=(
                    Q(status="valid", revoked_at__isnull=True)
                    | (Q(status="revoked", revoked_at__isnull=False) & ~Q(reason_zh=""))
                ),
            ),
            models.CheckConstraint(
                name="licence_replaced_is_revoked",
                condition=Q(replaced_by__isnull=True) | Q(status="revoked"),
            ),
            models.CheckConstraint(
                name="licence_valid_until_after_issue",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("issued_on")),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["holder", "kind", "status"], name="licence_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def title(self) -> Text:
        """What it is called, in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def office(self) -> Text:
        """Who certified it, in both languages."""
        return Text(self.office_zh, self.office_en)

    @property
    def reason(self) -> Text:
        """Why it was revoked, in both languages; empty for a valid one."""
        return Text(self.reason_zh, self.reason_en)

    @property
    def is_revoked(self) -> bool:
        """Whether it was taken back."""
        return self.status == self.REVOKED

    def is_valid_on(self, day: date) -> bool:
        """Whether it may be relied on on `day`."""
        return (
            not self.is_revoked
            and self.issued_on <= day
            and (self.valid_until is None or day <= self.valid_until)
        )
