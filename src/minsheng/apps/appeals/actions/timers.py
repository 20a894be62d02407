"""What time brings about: a hold ends on its review date, a clock that has run out is noted."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.apps.appeals import store
from minsheng.apps.appeals.actions.transition import Make, locked, step_locked
from minsheng.apps.appeals.models import ITEM_OPEN, OPEN, Request
from minsheng.apps.people import installed
from minsheng.engines.appeals.clocks import calendar_acts
from minsheng.engines.appeals.state import CHINA, SYSTEM, Command, Derive
from minsheng.lib.errors import MinshengError

logger = logging.getLogger(__name__)
MOST = 500


def fire_timers(now: datetime | None = None) -> int:
    """Let the calendar act on every request whose time has come, and return on how many it did.

    Fired at least once, acts once: with the row locked it looks again.
    """
    now = now or timezone.now()
    derived = derive_again(now)
    due = Request.objects.filter(acts_at__lte=now).order_by("acts_at", "pk")
    acted = derived
    for number in list(due.values_list("number", flat=True)[:MOST]):
        try:
            acted += _fire(number, now)
        except MinshengError as error:
            logger.error("appeals: %s: %s", number, error.en)
    return acted


def derive_again(now: datetime) -> int:
    """Return on how many requests moments became certain, because a year's notice has come out."""
    known = _known_until()
    rows = Request.objects.filter(
        Q(due_provisional=True, due_at__lt=known)
        | Q(items__status__in=ITEM_OPEN, items__is_provisional=True, items__finish_due__lt=known)
        | Q(
            items__status__in=ITEM_OPEN,
            items__contact_provisional=True,
            items__contact_due__lt=known,
        ),
        status__in=OPEN,
    )
    done = 0
    for number in list(rows.order_by("pk").values_list("number", flat=True).distinct()[:MOST]):
        try:
            with transaction.atomic():
                done += bool(step_locked(locked(number), _just(Derive(SYSTEM)), at=now))
        except MinshengError as error:
            logger.error("appeals: %s: %s", number, error.en)
    return done


def _known_until() -> datetime:
    """Return the beginning of the first year whose notice isn't out."""
    calendar = installed.calendar()
    unsure = [year for year in calendar.years if calendar.notice(year).provisional]
    year = min(unsure, default=max(calendar.years) + 1)
    return datetime(year, 1, 1, tzinfo=CHINA)


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
