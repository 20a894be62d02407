"""What neighbours have settled, for everybody: results, what the small funds paid, and no name."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.councils import reads
from minsheng.apps.people import installed
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.lib.money import format_yuan
from minsheng.portal.councils import TAGS, rows

TEMPLATE = Path(__file__).with_name("council_sheet.typ")


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the matters that have ended, and each community's fund of this year."""
    return render(
        request,
        "portal/public/councils.html",
        {
            "rows": rows(reads.public_matters()),
            "funds": reads.funds(),
            "year": timezone.localdate().year,
        },
    )


@require_safe
def result(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Show one matter that has ended; the page prints as the sheet that is put up."""
    view = reads.public_matter(matter_id)
    return render(request, "portal/public/council.html", {"view": view, "state": TAGS[view.state]})


@require_safe
def sheet(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Send the sheet that is put up in the stairway: the result and what was paid, on one page."""
    view = reads.public_matter(matter_id)
    book, place = font_book(), installed.packs().district
    vote = next((one for one in view.votes if one.outcome), None)
    content = {
        "fonts": {"song": book.song, "sans": book.sans},
        "district": place.title.zh,
        "demo": place.demo,
        "title": view.title,
        "area": f"{view.area.zh} {view.part}".strip(),
        "said": view.said.zh,
        "words": view.end_words,
        "day": timezone.localdate(view.ended_at).isoformat(),
        "question": vote.question if vote else "",
        "result": vote.said.zh if vote else "",
        "part": f"{vote.entitled} 户里 {vote.took_part} 户投了" if vote else "",
        "votes": [[c.words.zh, format_yuan(c.cost_fen), str(c.votes)] for c in vote.choices]
        if vote
        else [],
        "paid": [
            [p.what, p.paid_on.isoformat() if p.paid_on else "", format_yuan(p.amount_fen)]
            for p in view.payments
        ],
        "sum": format_yuan(view.paid_fen),
    }
    printed = compile_pdf(TEMPLATE, content, book, at=timezone.now())
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="council-{view.id}.pdf"'
    return response
