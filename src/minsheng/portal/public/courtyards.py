"""The courtyards' board: what was said in each, and what became of it, without words or names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.appeals import reads as requests
from minsheng.apps.visits import reads
from minsheng.portal.visiting import LEADS


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Return each courtyard with what was said there in the last quarter."""
    found = [(area, posted) for area, posted in reads.board() if posted]
    stands = requests.standing([one.id for _, posted in found for one in posted])
    return render(
        request,
        "portal/public/courtyards.html",
        {
            "count": sum(len(posted) for _, posted in found),
            "quiet": [area for area, posted in reads.board() if not posted],
            "boards": [
                (
                    area,
                    [{"one": one, "said": stands.get(one.id, LEADS[one.leads])} for one in posted],
                )
                for area, posted in found
            ],
        },
    )
