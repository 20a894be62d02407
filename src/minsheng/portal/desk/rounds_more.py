"""More of visits at the desk: the day's way, who is late, the phone."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.apps.visits import reads
from minsheng.lib.texts import Text
from minsheng.portal.charts.district_map import Pin, draw_district_map, map_areas
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.portal.phone import phone_round
from minsheng.portal.visiting import COUNTED, row_of

NOBODY = Text("没有人", "nobody")


@require_safe
@staff_only
def route(request: SignedIn) -> HttpResponse:
    """Return the day's way: a sketch map with numbered stops, and the same as a list to print."""
    found, lang = reads.my_route(request.user), language_of(request)
    areas = catalogue.packs().district.areas
    drawn = map_areas(areas, {}, {}, on=found.on, lang=lang)
    pins = [
        Pin(number, stop.place, "late" if stop.line.state == "missed" else "")
        for number, stop in enumerate(found.stops, 1)
    ]
    title = Text("今天的路", "Today's way").to(lang)
    about = Text(
        f"{len(pins)} 处，按先后编号，直线一共 {found.metres / 1000:.1f} 公里",
        f"{len(pins)} stops, numbered in order, {found.metres / 1000:.1f} km as the crow flies",
    ).to(lang)
    drawing = [
        draw_district_map(
            drawn,
            pins,
            edges=(1.0, 2.0, 3.0, 4.0),
            title=title,
            about=about,
            ident=f"route-{'n' if narrow else 'w'}",
            narrow=narrow,
        )
        for narrow in (False, True)
    ]
    return render(
        request,
        "portal/desk/route.html",
        {
            "route": found,
            "wide": drawing[0],
            "narrow": drawing[1],
            "km": f"{found.metres / 1000:.1f}",
            "listed_km": f"{found.listed_metres / 1000:.1f}",
            "saved_km": f"{(found.listed_metres - found.metres) / 1000:.1f}",
            "stops": [
                {
                    "path": reverse("desk-round", args=[stop.line.number]),
                    "line": stop.line,
                    "name": stop.name,
                    "address": stop.address,
                }
                for stop in found.stops
            ],
        },
    )


@require_safe
@staff_only
def coverage(request: SignedIn) -> HttpResponse:
    """Return who is late, by plan and visitor, and the visits behind one of the numbers."""
    kind = request.GET.get("kind", "missed")
    kind = kind if kind in COUNTED else "missed"
    slug, visitor = request.GET.get("plan", "")[:60], request.GET.get("visitor", "")[:20]
    shares = reads.coverage(request.user)
    lines = reads.behind(
        request.user,
        kind,
        slug=slug,
        visitor=int(visitor) if visitor.isascii() and visitor.isdigit() else None,
    )
    return render(
        request,
        "portal/desk/coverage.html",
        {
            "missed": sum(one.counts["missed"] for one in shares),
            "people": sum(one.people for one in shares),
            "shares": [
                {
                    "share": one,
                    "name": one.name or NOBODY,
                    "visitor": one.visitor or 0,
                    "cells": [
                        {"kind": key, "count": one.counts[key], "late": key == "missed"}
                        for key in COUNTED
                    ],
                }
                for one in shares
            ],
            "heads": list(COUNTED.values()),
            "kind": COUNTED[kind],
            "rows": [row_of(one, reverse("desk-round", args=[one.number])) for one in lines],
            "formula": reads.FORMULA,
            "is_chosen": bool(slug or visitor or "kind" in request.GET),
        },
    )


@require_safe
@ensure_csrf_cookie
@staff_only
def phone(request: SignedIn) -> HttpResponse:
    """Return the page for the phone. It holds nothing of anybody: the browser may keep it."""
    return render(request, "portal/desk/phone.html", {})


@require_safe
@staff_only
def phone_today(request: SignedIn) -> JsonResponse:
    """Return today's round for the phone, with where to go; each look is written down."""
    return JsonResponse(phone_round(request.user))


@require_safe
@staff_only
def phone_worker(request: SignedIn) -> HttpResponse:
    """Return the script that keeps the page of the phone for when there is no network."""
    names = ("tokens", "base", "frame", "components", "forms", "charts", "desk", "print")
    return render(
        request,
        "portal/desk/phone_worker.js",
        {
            "page": reverse("desk-phone"),
            "files": [
                *(static(f"minsheng/{name}.css") for name in names),
                static("minsheng/minsheng.js"),
                static("minsheng/phone.js"),
                static("minsheng/mark.svg"),
            ],
            "version": timezone.localdate().isoformat(),
        },
        content_type="text/javascript; charset=utf-8",
    )
