"""What a person is told."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text


class Notice(models.Model):
    """One thing that an account is told, in the portal and, where it has an address, by mail.

    Personal data: that something happened to this account. Title and body are written without
    names, numbers or findings; `link` leads to the page that asks who is there.
    """

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=140, blank=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=240, blank=True)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(
        max_length=10,
        choices=[(WAITING, "待发"), (SENT, "已发"), (REFUSED, "被退回")],
        blank=True,
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"], condition=~models.Q(key=""), name="notice_told_once"
            )
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="notice_account_newest"),
            models.Index(
                fields=["account"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> Text:
        """The title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def body(self) -> Text:
        """The body in both languages."""
        return Text(self.body_zh, self.body_en)
