"""The work list: the most urgent first, grouped by how many working days are left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.cases import actions, catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import ExtensionRequest, InboxRow
from minsheng.apps.people import reads as people
from minsheng.apps.ratings import reads as ratings
from minsheng.apps.stakes import reads as stakes
from minsheng.apps.stakes.reads import Asked
from minsheng.apps.supervision import reads as supervision
from minsheng.apps.visits import reads as visits
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.words import STATES, day_text

GROUPS = (
    ("late", Text("已超期", "Late")),
    ("today", Text("今天到期", "Due today")),
    ("soon", Text("三个工作日内", "Within three working days")),
    ("later", Text("不急的", "Later")),
    ("stopped", Text("停表，等别人", "Clock stopped, waiting for others")),
)
SOON = 3
PAGE = 50
PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?\.([0-9]{1,18})")


@require_safe
@staff_only
def inbox(request: SignedIn) -> HttpResponse:
    """Return the items of my posts today."""
    typed, slug = request.GET.get("q", "").strip()[:40], request.GET.get("service", "")
    slug = slug if slug in catalogue.packs().services else ""
    after = _place(request.GET.get("after", ""))
    rows = cases.inbox(request.user, text=typed, slug=slug, after=after, limit=PAGE + 1)
    rows, more = rows[:PAGE], rows[PAGE:]
    counts = cases.inbox_counts(request.user)
    return render(
        request,
        "portal/desk/inbox.html",
        {
            "groups": _groups(rows, supervision.item_lights(rows)),
            "extensions": [_request(one) for one in cases.extension_requests(request.user)],
            "opinions": [_opinion(one) for one in stakes.opinions_asked(request.user)],
            "joins": len(cases.wishes_to_answer(request.user)),
            "count": counts.waiting,
            "late": counts.late,
            "at_least": counts.waiting >= cases.MOST_COUNTED,
            "following": _named(rows[-1]) if more else "",
            "is_first": after is None,
            "posts": people.posts_of(request.user),
            "on": timezone.localdate(),
            "typed": typed,
            "slug": slug,
            "services": list(catalogue.packs().services.values()),
            "stuck": len(cases.stuck_for(request.user)),
            "orders": supervision.waiting_count(request.user),
            "reviews": ratings.open_count(request.user),
            "visits": visits.waiting_count(request.user),
            "protections": cases.reviews_waiting(request.user),
        },
    )


@require_safe
@staff_only
def done(request: SignedIn) -> HttpResponse:
    """Return what my posts decided lately."""
    return render(request, "portal/desk/done.html", {"rows": cases.decided(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stuck(request: SignedIn) -> HttpResponse:
    """Return the background steps of mine that gave up, and try one again."""
    if request.method == "POST":
        chosen = request.POST.get("effect", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            actions.retry_stuck(int(chosen), by=request.user)
        return HttpResponseRedirect(reverse("desk-stuck"))
    return render(request, "portal/desk/stuck.html", {"lines": cases.stuck_for(request.user)})


def _request(asked: ExtensionRequest) -> dict[str, object]:
    """Return a request for more time as a row: the days it would give are the largest thing."""
    words = Text(
        f"{asked.office.zh}，{asked.reason.zh}", f"{asked.office.to('en')}, {asked.reason.to('en')}"
    )
    return {
        "left": f"+{asked.by.amount}",
        "left_words": Text("天", "days"),
        "urgency": "",
        "path": reverse("desk-extension", args=[asked.item.pk]),
        "title": asked.title,
        "person": asked.who,
        "words": words,
        "state": "",
    }


def _opinion(asked: Asked) -> dict[str, object]:
    """Return a project about which an expert is asked, as a row."""
    line, due = asked.line, asked.due
    return {
        "left": str(asked.left).replace("-", "−"),
        "left_words": _left_words(asked.left),
        "urgency": "late" if asked.left < 0 else "soon" if asked.left == 0 else "",
        "path": reverse("desk-stake", args=[line.id]),
        "title": asked.about,
        "person": line.firm,
        "words": Text(
            f"{line.title}，{due.month}月{due.day}日以前",
            f"{line.title}, by {day_text(due, 'en', weekday=False)}",
        ),
        "state": "",
    }


def _named(row: InboxRow) -> str:
    """Return the place of a row as the address of the next page names it."""
    return f"{row.due_day.isoformat() if row.due_day else ''}.{row.id}"


def _place(named: str) -> tuple[date | None, int] | None:
    """Return the place that an address names; None, the beginning, for anything else."""
    match = PLACE.fullmatch(named)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]) if match[1] else None, int(match[2])
    except ValueError:
        return None


def _groups(rows: Iterable[InboxRow], lights: Mapping[int, str]) -> list[dict[str, object]]:
    by_group: dict[str, list[dict[str, object]]] = {key: [] for key, _ in GROUPS}
    for row in rows:
        by_group[_group(row)].append(_shown(row, lights.get(row.id, "")))
    return [
        {"key": key, "title": title, "rows": by_group[key]}
        for key, title in GROUPS
        if by_group[key]
    ]


def _group(row: InboxRow) -> str:
    if row.left is None:
        return "stopped"
    if row.left < 0:
        return "late"
    if row.left == 0:
        return "today"
    return "soon" if row.left <= SOON else "later"


def _left_words(left: int | None) -> Text:
    if left is None:
        return Text("不计时", "clock stopped")
    return Text("工作日", "working day" if abs(left) == 1 else "working days")


def _shown(row: InboxRow, light: str) -> dict[str, object]:
    stopped = row.left is None
    provisional_zh = "（暂定）" if row.due_provisional else ""
    provisional_en = " (provisional)" if row.due_provisional else ""
    due = row.due_day
    words_zh = f"案卷 {row.number}，{row.service.zh}"
    words_en = f"Case {row.number}, {row.service.to('en')}"
    if due is not None:
        words_zh += f"，{due.month}月{due.day}日到期{provisional_zh}"
        words_en += f", due on {day_text(due, 'en', weekday=False)}{provisional_en}"
    if light:
        lit = STATES[light].text
        words_zh += f"，{lit.zh}"
        words_en += f", {lit.to('en')}"
    if row.stuck.zh:
        words_zh, words_en = f"{row.stuck.zh}。{words_zh}", f"{row.stuck.to('en')}. {words_en}"
    if row.attempt > 1:
        words_zh += f"，第 {row.attempt} 次办"
        words_en += f", attempt {row.attempt}"
    if row.is_mine:
        words_zh, words_en = f"您在办。{words_zh}", f"You are on it. {words_en}"
    elif row.claimed_by:
        words_zh = f"{row.claimed_by}在办。{words_zh}"
        words_en = f"{row.claimed_by} is on it. {words_en}"
    return {
        "left": Text("停", "‖") if stopped else str(row.left).replace("-", "−"),
        "left_words": _left_words(row.left),
        "urgency": "late"
        if row.left is not None and row.left < 0
        else "soon"
        if row.left == 0 or light == "red"
        else "",
        "path": reverse("desk-item", args=[row.id]),
        "title": row.title,
        "person": row.who,
        "words": Text(words_zh, words_en),
        "state": row.status,
        "due": row.due,
    }
