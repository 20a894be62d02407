"""Points for everybody: lists that are public, the rules of a circle, its sheet for a period."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.people import access as people
from minsheng.apps.people import installed
from minsheng.apps.points import reads
from minsheng.apps.points.schemes import circle_of
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.engines.points import USES, period_of
from minsheng.lib.periods import Month, Period

TEMPLATE = Path(__file__).with_name("points_sheet.typ")


@require_safe
def public_points(request: HttpRequest) -> HttpResponse:
    """Show the lists that are public now, of every circle."""
    return render(request, "portal/public/points.html", {"lists": reads.public_lists()})


@require_safe
def circle(request: HttpRequest, scheme: str, circle: str) -> HttpResponse:
    """Show a circle's rules, its lists (masked), and who agreed to be thanked in public."""
    declared, place = circle_of(scheme, circle)
    account = request.user if people.is_signed_in(request.user) else None
    return render(
        request,
        "portal/public/points_circle.html",
        {
            "scheme": declared,
            "circle": place,
            "lists": reads.lists_of(scheme, circle, account=account, limit=6),
            "items": [(item, declared.said(item.points)) for item in declared.items.values()],
            "goods": [
                (good, declared.said(good.price), USES[good.use])
                for good in declared.goods.values()
            ],
            "honours": reads.honours_shown(scheme, circle),
        },
    )


@require_safe
def sheet(request: HttpRequest, scheme: str, circle: str) -> HttpResponse:
    """Show the sums of a month or quarter, to print; with `?as=pdf` as a file."""
    found = reads.sheet(scheme, circle, _period(request))
    if request.GET.get("as") == "pdf":
        return _pdf(found)
    return render(
        request,
        "portal/public/points_sheet.html",
        {"sheet": found, "every": request.GET.get("every", "month")},
    )


def _period(request: HttpRequest) -> Period:
    month = request.GET.get("month", "")
    day = Month.parse(month).first if month else timezone.localdate()
    every = request.GET.get("every", "month")
    return period_of(day, "quarter" if every == "quarter" else "month")


def _pdf(found: reads.Sheet) -> HttpResponse:
    book, place = font_book(), installed.packs().district
    content = {
        "fonts": {"song": book.song, "sans": book.sans},
        "district": place.title.zh,
        "title": f"{found.circle.title.zh} {found.scheme.title.zh}",
        "from": found.period.first.isoformat(),
        "to": (found.period.last or found.period.first).isoformat(),
        "rows": [[title.zh, str(times), amount.zh] for title, times, amount in found.items],
        "participants": str(found.participants),
        "corrected": str(found.corrected),
        "exchanged": str(found.exchanged),
        "honours": [f"{one.title.zh}：{one.name}" for one in found.honours],
        "demo": place.demo,
    }
    printed = compile_pdf(TEMPLATE, content, book, at=timezone.now())
    response = HttpResponse(printed, content_type="application/pdf")
    name = f"points-{found.scheme.scheme}-{found.circle.key}-{found.period.first}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
