"""Runs of policies over everybody, what was found of each person, and who said it wasn't right."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.people.models import Account, Person

RUNNING, READY, APPROVED, DECLINED, STOPPED = STATES = (
    "running", "ready", "approved", "declined", "stopped",
)  # fmt: skip


class Run(models.Model):
    """Some policies asked of everybody on one day, household by household. Personal data: none.

    `policies`: name → version; `bases`: source of facts → basis that was declared. `cursor` is
    where the next batch begins; `counts`, `changes` and `input_hash` grow with each batch.
    `previous` is the run it is compared with.
    """

    purpose = models.CharField(max_length=40)
    bases = models.JSONField(default=dict)
    policies = models.JSONField(default=dict)
    on = models.DateField()
    state = models.CharField(max_length=10, default=RUNNING)
    cursor = models.CharField(max_length=40, blank=True)
    batches = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    screened = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=RUNNING), name="screening_one_run_at_a_time"
            ),
            models.CheckConstraint(
                name="screening_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("started_by")),
            ),
            models.CheckConstraint(
                name="screening_approved_by_somebody",
                condition=~Q(state__in=[APPROVED, DECLINED]) | Q(decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.on} {self.state}"


class Finding(models.Model):
    """How the policies of one run come out for one person who qualifies or can't be decided.

    Personal data, sensitive: what somebody is entitled to and how much; sealed under the person's
    own key. Erasing the person deletes the row.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="findings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    outcome_sealed = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["run", "person"], name="finding_once_in_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.person_id}"


class Mark(models.Model):
    """Somebody said that a person was found wrongly by this version of a policy.

    `condition` names which condition was wrong, or is empty; `reason` is a code. Personal data:
    that a policy named somebody. Erasing the person deletes the row.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="marks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    policy = models.CharField(max_length=60)
    version = models.CharField(max_length=16)
    condition = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=20)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["person", "policy", "version"], name="mark_once_for_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.reason}"


class Refusal(models.Model):
    """Somebody doesn't wish to be searched for. Personal data: that wish; erased with the person."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person_id)
