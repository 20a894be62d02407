"""What must still happen outside, and what was answered to calls that may come twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

OPEN = ("waiting", "leased")


class Effect(models.Model):
    """One effect that must happen exactly once, however often a worker is killed.

    `key` is the idempotency key: unique here, and carried by every call outside. `fence` goes up
    with each lease, so that a worker that was away too long is refused.

    Personal data: none. `payload` holds ids; the handler reads personal values where they are kept.
    """

    class State(models.TextChoices):
        """Where an effect stands."""

        WAITING = "waiting", "等待"
        LEASED = "leased", "进行中"
        DONE = "done", "完成"
        STUCK = "stuck", "要人处理"

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    last_error_code = models.CharField(max_length=100, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    stuck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "对外动作"
        verbose_name_plural = "对外动作"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="outbox_effect_key"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "leased", "done", "stuck"]),
                name="outbox_effect_state",
            ),
            models.CheckConstraint(
                condition=(Q(state="leased", lease_until__isnull=False))
                | (~Q(state="leased") & Q(lease_until__isnull=True)),
                name="outbox_effect_lease_has_end",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
                name="outbox_effect_done_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="stuck", stuck_at__isnull=False)
                | (~Q(state="stuck") & Q(stuck_at__isnull=True)),
                name="outbox_effect_stuck_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="outbox_effect_state_id"),
            # Few are due beside many that are done: the oldest is found without passing those.
            models.Index(fields=["id"], condition=Q(state__in=OPEN), name="outbox_effect_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"


class Answered(models.Model):
    """The first answer to a call that may be made again under the same key.

    It is written in the transaction of the act itself: a committed row is always complete. `who`
    is the opaque id of the caller, `fingerprint` a keyed hash of what was asked.

    Personal data: none. `body` holds numbers, states and days; whoever answers with more reads it
    anew instead.
    """

    who = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=140)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "已作答的请求"
        verbose_name_plural = "已作答的请求"
        constraints = [
            models.UniqueConstraint(fields=["who", "key"], name="outbox_answered_once_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.key} {self.status}"
