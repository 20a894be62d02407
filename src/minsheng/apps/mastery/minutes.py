"""How long items take, and how much of a day's written homework is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

from minsheng.apps.mastery.bank import SECONDS, Shelf
from minsheng.apps.mastery.models import CANCELLED, HOMEWORK, Work
from minsheng.apps.schools.models import SchoolClass
from minsheng.engines.learning.homework import limit_minutes


def minutes_left(school_class: SchoolClass, day: date) -> int | None:
    """Return how many minutes of written homework are left for a class on a day; None without limit."""
    limit = limit_minutes(school_class.grade)
    if limit is None:
        return None
    given = Work.objects.filter(school_class=school_class, kind=HOMEWORK, day=day)
    return max(0, limit - sum(given.exclude(state=CANCELLED).values_list("minutes", flat=True)))


def minutes_of(of: Shelf, items: Sequence[str]) -> int:
    """Return what items are expected to take, in whole minutes, upwards."""
    return max(1, ceil(sum(of.item(key).seconds for key in items) / SECONDS))
