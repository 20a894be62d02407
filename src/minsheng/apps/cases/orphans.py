"""Items that wait for a post which nobody fills: there should be none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.cases.models import IN_INBOX, Item
from minsheng.apps.people import reads as people


@dataclass(frozen=True, slots=True)
class Orphan:
    """One item that waits where nobody is. Of a protected case the number is left out."""

    number: str
    item: str
    post: str


def orphans(on: date | None = None) -> list[Orphan]:
    """Return the items that wait for a decision at a post which nobody fills on a day (today)."""
    day = on or timezone.localdate()
    waiting = Item.objects.filter(status__in=IN_INBOX)
    posts = waiting.order_by("post").values_list("post", flat=True).distinct()
    empty = [post for post in posts if not people.accounts_of(post, day)]
    rows = waiting.filter(post__in=empty).select_related("case").order_by("pk")
    return [
        Orphan("" if row.case.protected else row.case.number, row.key, row.post) for row in rows
    ]
