"""Why an officer opens or decides sensitive records, kept for a while in their session.

Where it must be said first, the page asks and carries along what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from minsheng.apps.appeals import reads as requests
from minsheng.apps.cases import reads
from minsheng.apps.people.purposes import ASKED_PURPOSES, STAFF_PURPOSES
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn
from minsheng.portal.languages import language_of

FIELD = "purpose"
NOT_CARRIED = (FIELD, "back", "csrfmiddlewaretoken")
OWN_PAGE = re.compile(r"/desk/items/[0-9]{1,18}(/[a-z]{1,20}){0,2}")


def stated(request: SignedIn, item_id: int) -> str:
    """Return why this officer opens the item: stated a while ago, or the work itself; else ""."""
    if not reads.needs_purpose(item_id, account=request.user):
        return "case"
    return _said(request)


def stated_for(request: SignedIn, item_ids: Iterable[int]) -> str:
    """Return why this officer opens several items, as `stated` does for one."""
    if not reads.any_needs_purpose(item_ids, account=request.user):
        return "case"
    return _said(request)


def keep(request: SignedIn, purpose: str) -> bool:
    """Keep a declared purpose for a while; return whether it is one."""
    if purpose not in ASKED_PURPOSES:
        return False
    until = timezone.now() + timedelta(minutes=settings.MINSHENG_PURPOSE_MINUTES)
    request.session["purpose"] = {"key": purpose, "until": until.timestamp()}
    return True


def stated_for_request(request: SignedIn, number: str) -> str:
    """Return why this officer opens a request, stated a while ago; "" where it must be said first."""
    if not requests.request_needs_purpose(number, account=request.user):
        return "case"
    return _said(request)


def is_answer(request: SignedIn) -> bool:
    """Whether this answers why, and nothing else; a declared answer is kept."""
    return request.method == "POST" and "back" in request.POST and bool(_said(request))


def ask(
    request: SignedIn, *, item_id: int = 0, is_wrong: bool = False, is_hidden: bool = False
) -> HttpResponse:
    """Return the page that asks why. What was typed goes along and is sent again to its own page.

    Without an item the answer goes to the page itself. `is_hidden`: nobody but the named posts will
    read it.
    """
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_CARRIED
        for value in values
    ]
    opens = request.method != "POST" or is_wrong
    error = Text("请选一个，再打开。", "Choose one, then open it.").to(language_of(request))
    return render(
        request,
        "portal/desk/purpose.html",
        {
            "action": reverse("desk-purpose", args=[item_id])
            if opens and item_id
            else request.path,
            "is_hidden": is_hidden,
            "carried": [] if opens else carried,
            "back": "" if not opens else _back(request) or request.path,
            "choices": [
                {"value": key, "label": STAFF_PURPOSES[key], "note": ""} for key in ASKED_PURPOSES
            ],
            "minutes": settings.MINSHENG_PURPOSE_MINUTES,
            "errors": [{"id": "purpose-1", "text": error}] if is_wrong else [],
        },
        status=422 if is_wrong else 200 if opens else 403,
    )


def back(request: SignedIn, item_id: int) -> str:
    """Return where an officer goes on who has said why: where they were, or the item."""
    return _back(request) or reverse("desk-item", args=[item_id])


def _back(request: SignedIn) -> str:
    """Return the page of the desk that was asked for, which a form brings along."""
    path = request.POST.get("back", "")
    return path if OWN_PAGE.fullmatch(path) else ""


def _said(request: SignedIn) -> str:
    if request.method == "POST" and keep(request, request.POST.get(FIELD, "")):
        return str(request.POST[FIELD])
    kept = request.session.get("purpose")
    if isinstance(kept, dict) and kept.get("until", 0) > timezone.now().timestamp():
        return str(kept.get("key", ""))
    return ""
