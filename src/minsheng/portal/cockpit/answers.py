"""The second room of the cockpit: requests, hot spots, the ledger, repairs and visits at a glance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.appeals import reads as requests
from minsheng.apps.appeals.catalogue import appeals_on
from minsheng.apps.appeals.reads import Glance, OfficeGlance
from minsheng.apps.people import installed
from minsheng.apps.projects import reads as projects
from minsheng.apps.projects.words import STATES as LEDGER
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.visits import reads as visits
from minsheng.engines.appeals.rates import NAMES
from minsheng.engines.appeals.words import ITEM_STATUS, STATUS
from minsheng.engines.projects import State
from minsheng.lib.texts import Text
from minsheng.portal.cockpit.scopes import View, asked_for
from minsheng.portal.doors import SignedIn, leaders_only
from minsheng.portal.hotspots import draw_spots, spot_rows
from minsheng.portal.languages import language_of
from minsheng.portal.visiting import COUNTED

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

LISTS = {
    "received": Text("收到", "Received"),
    "closed": Text("办结", "Closed"),
    "open": Text("没办结", "Open"),
    "dispatch": Text("等派单", "To dispatch"),
    "calls": Text("等回访", "To call back"),
    "items": Text("部门手上", "With offices"),
    "overdue": Text("超期", "Overdue"),
    "soon": Text("24 小时里到期", "Due within 24 hours"),
}
TAGS = {"red": "late", "amber": "yellow", "green": "done"}
STATUSES: dict[str, Text] = {
    str(key): said for words in (STATUS, ITEM_STATUS) for key, said in words.items()
}
SHOWN: tuple[State, ...] = ("running", "observing", "checking", "closed")


@require_safe
@leaders_only
def room(request: SignedIn) -> HttpResponse:
    """Return the room for the days asked for."""
    view, lang = asked_for(request), language_of(request)
    found = requests.glance(request.user, days=view.days)
    spots = requests.spots(request.user)
    return render(
        request,
        "portal/cockpit/requests.html",
        {
            **view.context("/cockpit/requests"),
            "headline": headline(found),
            "stats": stats(found, view),
            "today": [
                {"words": LISTS[key], "value": count, "path": _list(view, key)}
                for key, count in (("open", found.open), ("dispatch", found.dispatch), ("calls", found.calls))
            ],
            "offices": [_office(one, view) for one in found.offices],
            "rates": _rates(request.user),
            "rows": spot_rows(spots, opens=False),
            "wide": draw_spots(spots, lang),
            "narrow": draw_spots(spots, lang, narrow=True),
            "ledger": _ledger(request.user),
            "estates": repairs.estates(request.user),
            "visits": _visits(request.user),
            "formulas": (requests.GLANCE_FORMULA, visits.FORMULA),
        },
    )  # fmt: skip


@require_safe
@leaders_only
def behind(request: SignedIn) -> HttpResponse:
    """Return the requests, or offices' parts of them, behind one number."""
    view = asked_for(request)
    kind = request.GET.get("kind", "overdue")
    kind = kind if kind in LISTS else "overdue"
    office = request.GET.get("office", "")
    departments = installed.packs().district.departments
    office = office if office in departments and kind in requests.OFFICE_NUMBERS else ""
    rows = requests.glance_list(request.user, kind, days=view.days, office=office)
    return render(
        request,
        "portal/cockpit/requests_list.html",
        {
            **view.context("/cockpit/requests"),
            "title": LISTS[kind],
            "office": departments[office].title if office else None,
            "is_period": kind in {"received", "closed"},
            "rows": [(row, STATUSES[row.status]) for row in rows],
            "kinds": [(key, words, _list(view, key), key == kind) for key, words in LISTS.items()],
        },
    )


def headline(found: Glance) -> Text:
    """Return what the page says first: which office is most overdue, or that none is."""
    red = [one for one in found.offices if one.overdue]
    if red:
        worst = red[0]
        return Text(
            f"{len(red)} 个部门有超期，{worst.title.zh}最多，{worst.overdue} 件",
            f"{len(red)} offices are overdue; {worst.title.to('en')} the most, {worst.overdue}",
        )
    if found.dispatch:
        return Text(
            f"没有部门超期，{found.dispatch} 件等派单",
            f"No office is overdue; {found.dispatch} wait to be dispatched",
        )
    return Text("没有部门超期", "No office is overdue")


def stats(found: Glance, view: View) -> list[dict[str, object]]:
    """Return the four numbers of the room, each with its list."""
    number = Text("件", "requests")
    return [
        _stat(found.overdue, "overdue", view, number, Text("部门该做没做的，按件分到部门", "Parts of offices that are past their moment")) | {"late": found.overdue > 0},
        _stat(sum(one.soon for one in found.offices), "soon", view, number, Text("现在提醒还来得及", "There is still time to remind")),
        _stat(found.received, "received", view, number, view.period),
        _stat(found.closed, "closed", view, number, view.period),
    ]  # fmt: skip


def _stat(value: int, kind: str, view: View, unit: Text, words: Text) -> dict[str, object]:
    return {
        "title": LISTS[kind],
        "value": value,
        "unit": unit,
        "words": words,
        "path": _list(view, kind),
        "link": Text(f"打开 {value} 件", f"Open {value}"),
    }


def _office(one: OfficeGlance, view: View) -> dict[str, object]:
    return {
        "one": one,
        "tag": TAGS[one.light],
        "words": requests.LIGHTS[one.light],
        "paths": {
            kind: _list(view, kind, office=one.office) for kind in ("items", "overdue", "soon")
        },
    }


def _rates(account: Account) -> list[dict[str, object]]:
    """Return the three rates of this month by kind of request, each with the page that holds them."""
    today = timezone.localdate()
    since = today.replace(day=1)
    rows = []
    for loaded in appeals_on(today):
        if loaded.spec.protected:
            continue
        table = requests.rate_table(
            loaded.spec, since=since, until=today.fromordinal(today.toordinal() + 1), by="office", account=account,
        )  # fmt: skip
        query = urlencode({"kind": loaded.spec.appeal, "month": f"{since:%Y-%m}"})
        rows.append(
            {
                "title": loaded.spec.title,
                "path": f"{reverse('desk-request-rates')}?{query}",
                "count": table.requests,
                "figures": [table.whole.get(name) for name in NAMES],
            }
        )
    return rows


def _ledger(account: Account) -> dict[str, object]:
    """Return how the entries of the ledger stand, each number with its list."""
    found = projects.standing(account)
    base = reverse("desk-projects")
    return {
        "path": base,
        "count": found.count,
        "red": (found.lights.get("red", 0), f"{base}?light=red"),
        "yellow": (found.lights.get("yellow", 0), f"{base}?light=yellow"),
        "states": [(LEDGER[key], found.states.get(key, 0), f"{base}?state={key}") for key in SHOWN],
        "approved": _wan(found.approved_fen),
        "spent": _wan(found.spent_fen),
    }


def _visits(account: Account) -> list[dict[str, object]]:
    """Return how the visits of each plan stand, the most missed first."""
    totals: dict[str, Counter[str]] = {}
    titles: dict[str, Text] = {}
    for share in visits.coverage(account):
        titles[share.plan] = share.title
        totals.setdefault(share.plan, Counter()).update(share.counts)
    base = reverse("desk-coverage")
    return [
        {
            "title": titles[plan],
            "cells": [
                (
                    kind,
                    COUNTED[kind],
                    counts[kind],
                    f"{base}?{urlencode({'kind': kind, 'plan': plan})}#list",
                )
                for kind in ("missed", "due", "done", "recovered")
            ],
        }
        for plan, counts in sorted(totals.items(), key=lambda one: (-one[1]["missed"], one[0]))
    ]


def _wan(fen: int) -> str:
    """Return an amount in ten thousand yuan."""
    return f"{fen / 1_000_000:,.1f}"


def _list(view: View, kind: str, **more: str) -> str:
    return view.path("cockpit-requests-list", kind=kind, **more)
