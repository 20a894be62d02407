"""Letting a stuck background step be tried again, by whose duty it is."""

from __future__ import annotations

from minsheng.apps.cases import stuck
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox import reads as outbox_reads
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotAllowed


def retry_stuck(effect_id: int, *, by: Account) -> None:
    """Let a stuck step be tried again from the beginning.

    Raises NotAllowed unless `by` administers the system or fills the post whose item it follows,
    NotFound, or Conflict when it isn't stuck (any more).
    """
    effect = outbox_reads.effect_line(effect_id)
    if effect is not None and not stuck.may_retry(effect, by):
        raise NotAllowed(
            "retry_not_yours",
            "这一步不归您再试。请找系统管理员，或者办这一件的岗位。",
            "It isn't yours to try this again. Ask the system administrator, or the post whose item "
            "it is.",
        )
    outbox.retry(effect_id, by=f"account:{by.pk}")
