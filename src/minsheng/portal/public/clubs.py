"""Clubs for everybody: what there is, which rounds, and everything by which a draw can be checked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.clubs import reads
from minsheng.apps.people import installed


@require_safe
def clubs(request: HttpRequest) -> HttpResponse:
    """Show the catalogue with its figures and sources, the rounds, and hours of universities."""
    packs = list(installed.packs().clubs.values())
    done = reads.figures()
    fields = [
        (
            field.title,
            [one for one in pack.clubs.values() if one.field == key],
            [one for one in pack.courses.values() if one.field == key],
        )
        for pack in packs
        for key, field in pack.fields.items()
    ]
    return render(
        request,
        "portal/clubs/public.html",
        {
            "packs": packs,
            "fields": fields,
            "clubs": sum(len(one.clubs) for one in packs),
            "courses": sum(len(one.courses) for one in packs),
            "goals": [(goal, done.get(key)) for pack in packs for key, goal in pack.goals.items()],
            "rounds": reads.rounds()[:30],
            "lessons": reads.upcoming()[:30],
        },
    )


@require_safe
def one_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show how a round was drawn and everything that checks it, naming nobody."""
    record = reads.record_of(round_id)
    line = reads.round_line(round_id)
    titles = {
        key: one.title
        for pack in installed.packs().clubs.values()
        for key, one in pack.clubs.items()
    }
    rows = [(titles.get(one["club"], one["club"]), one) for one in record["clubs"]]
    return render(request, "portal/clubs/draw.html", {"line": line, "record": record, "rows": rows})


@require_safe
def record(request: HttpRequest, round_id: int) -> HttpResponse:
    """Return the same as a file for programs."""
    return JsonResponse(
        reads.record_of(round_id), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
