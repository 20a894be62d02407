"""What every row of a step holds; each app has a table of its own, which its migrations guard."""

from __future__ import annotations

from django.db import models


class Step(models.Model):
    """One step of an affair: who, as which side, with which amount and reason. Only added.

    Personal data: which member of staff, or speaker of the firm, by account; `reason` may tell of
    people and is sealed under the key of the installation.
    """

    act = models.CharField(max_length=16)
    side = models.CharField(max_length=10)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField(default=0)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True
