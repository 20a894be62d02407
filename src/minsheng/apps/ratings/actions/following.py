"""News from the ledger: ratings that were given elsewhere; and the months that have ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case
from minsheng.apps.people import reads as people
from minsheng.apps.ratings.actions.rating import carry_over
from minsheng.apps.ratings.models import BAD, HIDDEN_UNDER, Bookmark, RatedMonth, Rating
from minsheng.lib.errors import NotFound

CHAIN = "case"
MONTHS = "months"


def follow_ledger() -> int:
    """Read the ledger on from the bookmark and return how many ratings were taken over.

    A rating given through the page stands here already; one given by another way (an import, an
    older version) is taken over from its event.
    """
    return audit.follow("ratings", _follow)


def publish_months(on: date | None = None, *, again: bool = False) -> int:
    """Make what rated offices may read of each month that has ended; return how many months stand.

    Once a day, and `again` when a rating was taken out of the count.
    """
    on = on or timezone.localdate()
    with transaction.atomic():
        Bookmark.objects.get_or_create(name=MONTHS)
        done = Bookmark.objects.select_for_update().get(name=MONTHS)
        if done.entry == on.toordinal() and not again:
            return 0
        months = _counted(on.replace(day=1))
        keep = [RatedMonth.objects.update_or_create(**row)[0].pk for row in months]
        RatedMonth.objects.exclude(pk__in=keep).delete()
        done.entry = on.toordinal()
        done.save(update_fields=["entry"])
    return len(keep)


def _counted(before: date) -> list[dict[str, Any]]:
    """Return the arguments for each office's month before a day with enough raters."""
    ratings = Rating.objects.filter(day__lt=before, excluded_at=None)
    cells: dict[tuple[str, date], dict[int, int]] = {}
    grouped = (
        ratings.annotate(month=TruncMonth("day"))
        .values_list("office", "month", "score")
        .annotate(count=Count("pk"))
        .order_by("office", "month", "score")
    )
    for office, month, score, count in grouped:
        cells.setdefault((office, month), {})[score] = count
    return [
        {
            "office": office,
            "month": month,
            "defaults": {
                "count": sum(scores.values()),
                "satisfied": sum(n for score, n in scores.items() if score > BAD),
                "scores": {str(score): n for score, n in scores.items()},
            },
        }
        for (office, month), scores in cells.items()
        if sum(scores.values()) >= HIDDEN_UNDER
    ]


def _follow(entry: Entry) -> int:
    if entry.stream != CHAIN or entry.kind != "rated":
        return 0
    case = Case.objects.select_related("applicant").filter(pk=int(entry.key)).first()
    if case is None:
        return 0
    scale = catalogue.pinned_spec(case.pack_id).rate.scale
    score = min(5, max(1, -(-int(str(entry.data["score"])) * 5 // scale)))
    made = carry_over(case, score=score, words=_words(case), at=entry.at)
    return int(made is not None)


def _words(case: Case) -> str:
    """Return the words that were kept with the case before ratings had a place of their own."""
    note = case.notes.filter(kind="rating").order_by("pk").first()
    if note is None:
        return ""
    try:
        return people.open_value(case.applicant, note.sealed, purpose_field="note")
    except NotFound:
        return ""
