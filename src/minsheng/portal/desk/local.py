"""The room of a street or village: requests, votes, repairs, ledger, visits; each number opens its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from minsheng.apps.appeals import reads as requests
from minsheng.apps.councils import reads as councils
from minsheng.apps.people import access as people
from minsheng.apps.projects import reads as projects
from minsheng.apps.projects.words import STATES as ENTRY_STATES
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.visits import reads as visits
from minsheng.engines.appeals.words import STATUS
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """One thing behind a number. `path` is empty where this account may not open it."""

    title: Text
    sub: Text
    said: Text
    due: date | datetime | None = None
    path: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the room, with the list it opens."""

    title: Text
    lines: Callable[[str, Account], list[Line]]
    is_late: bool = False


def _requests(kind: str) -> Callable[[str, Account], list[Line]]:
    def lines(area: str, account: Account) -> list[Line]:
        return [
            Line(
                title=one.title,
                sub=one.area or requests.area_title(area),
                number=one.number,
                said=STATUS[one.status],  # type: ignore[index]
                due=one.due,
                path=reverse("desk-request", args=[one.number])
                if requests.may_open(one.number, account)
                else "",
            )
            for one in requests.local_requests(area, kind, account=account)
        ]

    return lines


def _councils(kind: str) -> Callable[[str, Account], list[Line]]:
    def lines(area: str, account: Account) -> list[Line]:
        opens = bool(councils.kind_for(account))
        return [
            Line(
                title=Text(one.title, one.title),
                sub=one.area,
                said=one.said,
                path=reverse("desk-council", args=[one.id]) if opens else "",
            )
            for one in councils.local_matters(area, kind, account=account)
        ]

    return lines


def _repairs(area: str, account: Account) -> list[Line]:
    return [
        Line(
            title=one.part,
            sub=one.place,
            said=ENTRY_STATES[one.state],  # type: ignore[index]
            due=one.due,
            path=reverse("desk-repair", args=[one.number]) if repairs.may_read(account) else "",
        )
        for one in repairs.local_repairs(area, account=account)
    ]


def _entries(kind: str) -> Callable[[str, Account], list[Line]]:
    def lines(area: str, account: Account) -> list[Line]:
        return [
            Line(
                title=one.title,
                sub=one.owner,
                said=ENTRY_STATES[one.state],  # type: ignore[index]
                due=one.due,
                path=reverse("desk-project", args=[one.number]),
            )
            for one in projects.local_entries(area, kind, account=account)
        ]

    return lines


def _visits(kind: str) -> Callable[[str, Account], list[Line]]:
    def lines(area: str, account: Account) -> list[Line]:
        return [
            Line(
                title=one.title,
                sub=one.where,
                said=one.why,
                due=one.until,
                path=reverse("desk-round", args=[one.number]) if one.visitor == account.pk else "",
            )
            for one in visits.local_visits(area, kind, account=account)
        ]

    return lines


NUMBERS: Mapping[str, Mapping[str, Number]] = {
    "requests": {
        "requests-open": Number(Text("诉求在办", "Requests in hand"), _requests("open")),
        "requests-overdue": Number(
            Text("诉求超期", "Requests overdue"), _requests("overdue"), is_late=True
        ),
        "requests-calls": Number(
            Text("等本人说解决没有", "Waiting for the requester"),
            _requests("calls"),
        ),
    },
    "councils": {
        "councils": Number(Text("大家商量的事", "Settled together"), _councils("all")),
        "councils-voting": Number(Text("正在表决", "Voted on now"), _councils("voting")),
    },
    "repairs": {
        "repairs": Number(Text("房屋没修好", "Repairs not done"), _repairs),
    },
    "ledger": {
        "entries": Number(Text("台账没销号", "Entries open"), _entries("all")),
        "entries-late": Number(Text("台账超期", "Entries late"), _entries("late"), is_late=True),
    },
    "visits": {
        "visits-due": Number(Text("走访到时候了", "Visits due"), _visits("due")),
        "visits-missed": Number(Text("走访过期", "Visits missed"), _visits("missed"), is_late=True),
    },
}
TITLES: Mapping[str, Text] = {
    "requests": Text("诉求", "Requests"),
    "councils": Text("居民议事", "Neighbours' council"),
    "repairs": Text("房屋维修", "Repairs"),
    "ledger": Text("台账", "Ledger"),
    "visits": Text("走访", "Visits"),
}
EACH: Mapping[str, Number] = {key: one for group in NUMBERS.values() for key, one in group.items()}


@require_safe
@staff_only
def local(request: SignedIn) -> HttpResponse:
    """Show the numbers of a place that my post looks after."""
    area, places = _place(request)
    counted = {key: len(one.lines(area, request.user)) for key, one in EACH.items()}
    groups = [
        (
            TITLES[group],
            [
                {"key": key, "is": one, "count": counted[key], "late": one.is_late and counted[key]}
                for key, one in numbers.items()
            ],
        )
        for group, numbers in NUMBERS.items()
    ]
    return render(
        request,
        "portal/desk/local.html",
        {
            "area": area,
            "where": requests.area_title(area),
            "places": [(key, requests.area_title(key)) for key in places],
            "groups": groups,
            "open": counted["requests-open"],
            "late": sum(counted[key] for key, one in EACH.items() if one.is_late),
        },
    )


@require_safe
@staff_only
def local_list(request: SignedIn) -> HttpResponse:
    """Show what stands behind a number."""
    area, _ = _place(request)
    key = request.GET.get("kind", "")
    number = EACH.get(key, EACH["requests-open"])
    return render(
        request,
        "portal/desk/local_list.html",
        {
            "area": area,
            "where": requests.area_title(area),
            "number": number,
            "rows": number.lines(area, request.user),
            "kinds": [(one, each.title, one == key) for one, each in EACH.items()],
        },
    )


def _place(request: SignedIn) -> tuple[str, tuple[str, ...]]:
    """Return the place that is shown: the one asked for, or the first that the post looks after."""
    places = people.places_of(request.user)
    if not places:
        raise NotAllowed(
            "people.no_place",
            "本地一览给照看街道、镇、村的岗位。您的待办在工作台。",
            "The local room is for posts that look after a street, town or village. Yours is at your desk.",
        )
    asked = request.GET.get("area", "")[:60] or places[0]
    people.within_place(request.user, asked)
    return asked, places
