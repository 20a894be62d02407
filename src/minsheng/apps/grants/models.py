"""Awards of policies to people."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

CLAIMED, DECIDED, RUNNING, REFUSED, ENDED = STATES = (
    "claimed", "decided", "running", "refused", "ended",
)  # fmt: skip
OPEN = (CLAIMED, DECIDED, RUNNING)


class Grant(models.Model):
    """One person's award of one policy: claimed, decided by one officer, approved by another.

    `from_month` is the first day of the first month. `sheet_sealed` is how the decision was worked
    out, `sheet_digest` stands in the event. `ended_on` is the first month without it.

    Personal data: who gets what; the sheet and `words` (why refused or ended) are sealed under the
    person's key.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default=CLAIMED)
    from_month = models.DateField()
    ended_on = models.DateField(null=True)
    claimed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    sheet_sealed = models.TextField(blank=True)
    sheet_digest = models.CharField(max_length=80, blank=True)
    words_sealed = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["person", "policy"], condition=Q(state__in=OPEN), name="grant_one_open"
            ),
            models.CheckConstraint(name="grant_state", condition=Q(state__in=STATES)),
            models.CheckConstraint(name="grant_month_begins", condition=Q(from_month__day=1)),
            models.CheckConstraint(
                name="grant_running_has_two_people",
                condition=~Q(state=RUNNING)
                | (
                    Q(decided_by__isnull=False, approved_by__isnull=False)
                    & ~Q(decided_by=models.F("approved_by"))
                ),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["policy", "state"], name="grants_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.state}"
