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

    `edition` is the published text it was claimed under and stays under; none: the packs'.
    `subject_digest` is the keyed digest of what it is for, where there is one for each thing, such as a
    certificate. `at_counter`: an officer claimed it for the person, who was there and agreed.
    `from_month` is the first day of the first month. `sheet_sealed` is how the decision was worked
    out, `sheet_digest` stands in the event. `ended_on` is the first month without it.

    `settled_by` approved, refused or ended it on `settled_on`; from then on the person may object.

    Personal data: who gets what; the sheet, `words` (why refused or ended), `objection` and its `answer` are
    sealed under the person's key.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=60)
    edition = models.ForeignKey(
        "policies.Override", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, default=CLAIMED)
    subject_digest = models.CharField(max_length=80, blank=True)
    at_counter = models.BooleanField(default=False)
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
    settled_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_on = models.DateField(null=True)
    objection_sealed = models.TextField(blank=True)
    objection_answer_sealed = models.TextField(blank=True)

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


HEARD, CONFIRMED, DROPPED, REPAID = RECOVERY_STATES = ("heard", "confirmed", "dropped", "repaid")


class Recovery(models.Model):
    """Money of an award taken back on a declared ground: the person is heard, another officer confirms.

    `hear_until` is the last day on which the person may speak. `parts` is the plan, 0 before it is made.

    Personal data: `words` of the officer, `answer` of the person and `closing`, sealed under the
    person's key.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="recoveries")
    ground = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default=HEARD)
    hear_until = models.DateField()
    parts = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    words_sealed = models.TextField()
    answer_sealed = models.TextField(blank=True)
    closing_sealed = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["grant"], condition=Q(state=HEARD), name="recovery_one_heard"
            ),
            models.CheckConstraint(name="recovery_state", condition=Q(state__in=RECOVERY_STATES)),
            models.CheckConstraint(
                name="recovery_takes_two_people",
                condition=Q(settled_by__isnull=True)
                | Q(state=DROPPED)
                | ~Q(settled_by=models.F("opened_by")),
            ),
            models.CheckConstraint(
                name="recovery_confirmed_has_a_plan",
                condition=~Q(state__in=[CONFIRMED, REPAID])
                | Q(parts__gte=1, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.ground} {self.state}"


class RecoveredMonth(models.Model):
    """One month of a recovery: what is due of it, and in which part of the plan. Personal data: none.

    `due_fen` is what was paid less `right_fen`, what it should have been. A month is asked back once.
    """

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="months")
    instalment = models.ForeignKey("payouts.Instalment", on_delete=models.PROTECT, related_name="+")
    due_fen = models.BigIntegerField()
    right_fen = models.BigIntegerField(default=0)
    part = models.PositiveSmallIntegerField(default=0)
    is_dropped = models.BooleanField(default=False)
    repaid_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["instalment"], condition=Q(is_dropped=False), name="month_asked_back_once"
            ),
            models.CheckConstraint(
                name="month_due_is_something", condition=Q(due_fen__gt=0, right_fen__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.instalment_id} {self.due_fen}"
