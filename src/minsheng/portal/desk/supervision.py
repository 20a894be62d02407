"""Late work and written orders: the list, one order with its history, and a new one."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.supervision import access, actions, reads
from minsheng.apps.supervision.reads import OrderLine, OrderView
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

STATES = {
    "waiting": ("yours", Text("等书面回复", "Waiting for a reply")),
    "replied": ("open", Text("等负责人定", "With the leader")),
    "closed": ("done", Text("办结", "Closed")),
}
ENTRIES = {
    "ordered": Text("发出督办单", "Ordered"),
    "replied": Text("书面回复", "Replied in writing"),
    "sent_back": Text("退回，要再回复", "Sent back for another reply"),
    "reply_late": Text("到期没有回复", "No reply in time"),
    "closed": Text("办结", "Closed"),
}
WEEKS = 8
YEARS = range(2000, 2101)


@require_safe
@staff_only
def orders(request: SignedIn) -> HttpResponse:
    """Return the orders I may see, and the late items behind the numbers."""
    closed = request.GET.get("closed") == "1"
    office, monday = request.GET.get("office", "")[:40], _day(request.GET.get("week", ""))
    rows = reads.orders(request.user, closed=closed)
    late = reads.late_items(request.user, office=office, monday=monday)
    leads = access.is_leader(request.user)
    return render(
        request,
        "portal/desk/orders.html",
        {
            "rows": [_shown(row) for row in rows],
            "mine": sum(row.is_mine for row in rows),
            "closed": closed,
            "late": late,
            "office": office,
            "monday": monday,
            "weeks": _weeks(request) if leads else None,
            "leads": leads,
            "formula": reads.FORMULA,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new_order(request: SignedIn) -> HttpResponse:
    """Choose an item of a case, or a bad review, and write an order about it, as the leader."""
    access.require_leader(request.user)
    number = request.GET.get("case", "").strip()[:40]
    review = (request.POST or request.GET).get("review", "").strip()[:40]
    error: MinshengError | None = None
    choices = []
    if request.method == "POST":
        number = request.POST.get("case", "").strip()[:40]
        try:
            made = actions.order_subject(
                "review" if review else "request" if number.startswith("S") else "item",
                review or request.POST.get("key", "")[:40],
                by=request.user,
                reason=request.POST.get("reason", ""),
                reply_workdays=_number(request.POST.get("reply_workdays", "")),
            )
        except (WrongInput, NotFound, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-order", args=[made.number]))
    if number:
        try:
            choices = reads.choices(number, account=request.user)
        except NotFound as wrong:
            error = error or wrong
    lang = language_of(request)
    return render(
        request,
        "portal/desk/order_new.html",
        {
            "number": number,
            "review": review,
            "about": reads.review_choice(review, account=request.user) if review else None,
            "choices": choices,
            "chosen": request.POST.get("key", request.GET.get("item", "")),
            "reason": request.POST.get("reason", ""),
            "reply_workdays": request.POST.get("reply_workdays", "2"),
            "errors": [{"id": _at(error), "text": error.to(lang)}] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def order(request: SignedIn, number: str) -> HttpResponse:
    """Show one order with its history, or act on it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-order", args=[number]))
    view = reads.order(number, account=request.user)
    state, words = STATES[view.status]
    return render(
        request,
        "portal/desk/order.html",
        {
            "order": view,
            "state": state,
            "state_words": words,
            "events": _events(view),
            "ladder": view.ladder,
            "words": request.POST.get("words", ""),
            "finding": request.POST.get("finding", ""),
            "errors": [{"id": error.field or "words", "text": error.to(language_of(request))}]
            if error
            else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, number: str) -> None:
    act, by = request.POST.get("act", ""), request.user
    if act == "reply":
        actions.reply_order(number, by=by, words=request.POST.get("words", ""))
    elif act == "send_back":
        actions.send_back_reply(number, by=by, words=request.POST.get("words", ""))
    elif act in {"accept", "withdraw"}:
        actions.close_order(
            number,
            by=by,
            finding=request.POST.get("finding", ""),
            withdrawn=act == "withdraw",
        )
    else:
        raise WrongInput(
            "supervision.act",
            "请先选一样再发。您写的都还在。",
            "Choose what to do first. What you wrote is still here.",
            field="words",
        )


def _shown(row: OrderLine) -> dict[str, object]:
    state, words = STATES[row.status]
    late = row.left is not None and row.left < 0
    return {
        "path": reverse("desk-order", args=[row.number]),
        "number": row.number,
        "title": row.title,
        "subject": row.subject,
        "office": row.office,
        "state": "late" if late else state,
        "state_words": Text("回复超期", "Reply late") if late else words,
        "reply_due": row.reply_due,
        "is_mine": row.is_mine,
    }


def _events(view: OrderView) -> list[dict[str, object]]:
    return [
        {
            "at": one.at,
            "title": ENTRIES[one.kind],
            "by": one.by,
            "words": one.words,
            "reply_due": one.reply_due if one.kind in {"ordered", "sent_back"} else None,
            "kind": "hold" if one.kind in {"sent_back", "reply_late"} else "",
        }
        for one in view.entries
    ]


def _weeks(request: SignedIn) -> dict[str, object]:
    """Return late work by office and week as a table, each number leading to its list."""
    cells = reads.late_work_for(request.user, weeks=WEEKS)
    mondays = sorted({cell.monday for cell in cells})
    offices = {cell.office: cell.title for cell in cells}
    by = {(cell.office, cell.monday): cell for cell in cells}
    return {
        "mondays": mondays,
        "rows": [
            {
                "title": title,
                "cells": [
                    {"monday": monday, "office": key, "cell": by.get((key, monday))}
                    for monday in mondays
                ],
            }
            for key, title in offices.items()
        ],
    }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day - timedelta(days=day.weekday()) if day.year in YEARS else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _at(error: MinshengError) -> str:
    if isinstance(error, NotFound):
        return "case"
    return error.field or "reason"
