"""Which items make an exit ticket of two minutes, by the seconds that each item is expected to take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from zlib import crc32

from django.utils import timezone

from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import CANCELLED, PRACTICE, Work
from minsheng.apps.mastery.reads.works import suggested_items
from minsheng.engines.items.booklets import MOST_SECONDS, MOST_SKILLS, choose_ticket
from minsheng.engines.items.items import Item
from minsheng.engines.items.lifecycle import Exposure, Limits
from minsheng.lib.errors import Conflict

TICKET_SECONDS = MOST_SECONDS
ATTEMPTS = 12
"""So often others are drawn when those shown now come out again: there may be few to choose from."""
LIMITS = Limits()
AGAIN = Limits(again_days=0)
"""Where everything was asked lately, it is asked again, what was asked least first."""


def suggested_ticket(
    subject: str,
    skills: Sequence[str],
    *,
    classes: Collection[int],
    instead_of: Sequence[str] = (),
) -> list[Item]:
    """Return three to six items about `skills` that take two minutes at most, for these classes.

    None that one of the classes was asked in the last four weeks, unless that leaves fewer than three;
    none that needs what comes after the skills. Where three can't be found even so, what fits into the
    time. The same day gives the same items; `instead_of` are those shown now, so that asking again
    gives others.
    """
    of = shelf(subject)
    wanted = tuple(dict.fromkeys(skills))[:MOST_SKILLS]
    if not wanted:
        return []
    on = timezone.localdate()
    seen, known = _seen(subject, classes), _known(of, wanted)
    its = [item for item in of.subject.items.values() if item.skills[0] in wanted]
    for limits in (LIMITS, AGAIN):
        found: list[Item] = []
        for attempt in range(ATTEMPTS if instead_of else 1):
            seed = crc32(f"{on} {sorted(classes)} {instead_of} {attempt}".encode())
            try:
                ticket = choose_ticket(
                    its, wanted, on=on, seed=seed, seen=seen, known=known, limits=limits
                )
            except Conflict:
                break
            found = list(ticket.items)
            if {item.key for item in found} != set(instead_of):
                break
        if found:
            return found
    return suggested_items(subject, skills, seconds=TICKET_SECONDS)


def seconds_of(items: Sequence[Item]) -> int:
    """Return the seconds that items are expected to take together."""
    return sum(item.seconds for item in items)


def _known(of: Shelf, skills: Sequence[str]) -> frozenset[str]:
    """Return what the skills rest on: it was taught before them."""
    return frozenset().union(*(of.subject.skills.before(key) for key in skills))


def _seen(subject: str, classes: Collection[int]) -> Mapping[str, Exposure]:
    """Return how often these classes were asked each item lately, and when last."""
    today = timezone.localdate()
    given = (
        Work.objects.filter(
            subject=subject, school_class__in=classes, day__gte=today - timedelta(LIMITS.rest_days)
        )
        .exclude(state=CANCELLED)
        .exclude(kind=PRACTICE)
    )
    found: dict[str, Exposure] = {}
    for day, keys in given.order_by("day").values_list("day", "items"):
        for key in keys:
            before = found.get(key, Exposure())
            found[key] = Exposure(uses=before.uses + 1, last=day, last_here=day)
    return found
