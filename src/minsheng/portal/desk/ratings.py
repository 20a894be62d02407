"""How satisfied people were, and the code a clerk gives to a visitor."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.ratings import access, actions, reads
from minsheng.apps.ratings.reads import Satisfaction
from minsheng.apps.ratings.scales import BAD, CHANNEL_TITLES, KINDS, LEVELS
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.qr import qr_svg
from minsheng.portal.words import day_text

YEARS = range(2000, 2101)
BLOCK = 4
DAYS = {str(days): days for days in (1, 7, 30, 90)}
"""The periods of the cockpit, whose numbers open their ratings here."""


@require_safe
@staff_only
def figures(request: SignedIn) -> HttpResponse:
    """Return the figures of all offices to the desk and the leader, of one's own to the others."""
    inner = access.is_desk(request.user) or access.is_judge(request.user)
    last = timezone.localdate()
    month, office = _month(request.GET.get("month", "")), request.GET.get("office", "")[:40]
    if not inner:
        return _own(request, month, office)
    first = reads.year_before(last)
    rows = reads.satisfaction(first=first, last=last)
    satisfied, count, shown = reads.total(rows)
    behind = []
    days = DAYS.get(request.GET.get("days", ""))
    is_open = month is not None or bool(office) or days is not None
    if is_open:
        since = first if days is None else last - timedelta(days=days - 1)
        behind = [
            {
                "line": line,
                "kind": KINDS[line.kind],
                "level": LEVELS[line.score],
                "channel": CHANNEL_TITLES[line.channel],
            }
            for line in reads.ratings_behind(
                request.user,
                first=month or since,
                last=_last_day(month) if month else last,
                office=office,
                most_score=BAD if request.GET.get("bad") == "1" else 5,
            )
        ]
    return render(
        request,
        "portal/desk/ratings.html",
        {
            "rows": [_row(row) for row in reversed(rows)],
            "ranking": reads.ranking(first=first, last=last),
            "channels": [
                (CHANNEL_TITLES[key], n)
                for key, n in reads.by_channel(first=first, last=last).items()
            ],
            "is_open": is_open,
            "shown": shown,
            "after": reads.follow_up(first=first, last=last),
            "satisfied": satisfied,
            "count": count,
            "small": access.rules().small_under,
            "behind": behind,
            "month": month,
            "formula": reads.FORMULA,
            "source": reads.SOURCE,
        },
    )


def _own(request: SignedIn, month: date | None, office: str) -> HttpResponse:
    rows = reads.own_months(request.user)
    words = reads.own_words(request.user, office=office, month=month) if month else []
    return render(
        request,
        "portal/desk/ratings_own.html",
        {
            "rows": [_row(row) for row in rows],
            "words": words,
            "month": month,
            "hidden": access.rules().hidden_under,
            "formula": reads.FORMULA,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def visits(request: SignedIn) -> HttpResponse:
    """Give a visitor the code by which this visit is rated, once."""
    code, address, until = "", "", None
    if request.method == "POST":
        visit, plain = actions.give_code(by=request.user)
        code = "-".join(plain[at : at + BLOCK] for at in range(0, len(plain), BLOCK))
        address = f"{settings.MINSHENG_BASE_URL}/rate/{plain}"
        until = visit.until
    return render(
        request,
        "portal/desk/visits.html",
        {
            "code": code,
            "address": address,
            "until": until,
            "qr": qr_svg(address) if address else "",
        },
    )


def _row(row: Satisfaction) -> dict[str, object]:
    return {
        "row": row,
        "month": Text(
            f"{row.month.year}年{row.month.month}月",
            day_text(row.month, "en", weekday=False, year=True).partition(" ")[2],
        ),
        "bad": row.count - row.satisfied,
    }


def _month(text: str) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if month.year in YEARS else None


def _last_day(month: date) -> date:
    return date(month.year, month.month, monthrange(month.year, month.month)[1])
