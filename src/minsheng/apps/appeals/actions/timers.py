"""What time brings about: a hold ends on its review date, a clock that has run out is noted."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import store
from minsheng.apps.appeals.actions.transition import Make, locked, step_locked
from minsheng.apps.appeals.models import Request
from minsheng.engines.appeals.clocks import calendar_acts
from minsheng.engines.appeals.state import Command
from minsheng.lib.errors import MinshengError

logger = logging.getLogger(__name__)
MOST = 500


def fire_timers(now: datetime | None = None) -> int:
    """Let the calendar act on every request whose time has come, and return on how many it did.

    Fired at least once, acts once: with the row locked it looks again.
    """
    now = now or timezone.now()
    due = Request.objects.filter(acts_at__lte=now).order_by("acts_at", "pk")
    acted = 0
    for number in list(due.values_list("number", flat=True)[:MOST]):
        try:
            acted += _fire(number, now)
        except MinshengError as error:
            logger.error("appeals: %s: %s", number, error.en)
    return acted


def _just(act: Command) -> Make:
    return lambda request, spec, state: act


def _fire(number: str, now: datetime) -> bool:
    with transaction.atomic():
        request = locked(number)
        acts = calendar_acts(store.state_of(request), now)
        for act in acts:
            step_locked(request, _just(act), at=now)
        if not acts:  # a clock that must be late by a moment more
            store.set_columns(request, store.state_of(request))
            request.save(update_fields=["acts_at"])
    return bool(acts)
