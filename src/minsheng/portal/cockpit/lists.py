"""What stands behind a figure: its list, one case day by day, and how every figure is worked out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast, get_args

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import Behind, BehindRow
from minsheng.apps.cases.reads.behind import Kind
from minsheng.lib.texts import Text
from minsheng.portal.cockpit import room, saying
from minsheng.portal.cockpit.scopes import SPOT, View, asked_for, spot_key
from minsheng.portal.doors import SignedIn, leaders_only

PAGE = 50
LISTS: dict[str, tuple[Text, Text]] = {
    "submitted": (Text("收到 {n} 件", "{n} received"), Text("收到", "Received")),
    "ended": (Text("办结 {n} 件", "{n} ended"), Text("办结", "Ended")),
    "on_time": (Text("按时办结 {n} 件", "{n} ended on time"), Text("按时办结", "Ended on time")),
    "ended_late": (Text("办结晚了 {n} 件", "{n} ended late"), Text("办结晚了", "Ended late")),
    "running": (Text("在办 {n} 件", "{n} in progress"), Text("在办", "In progress")),
    "running_late": (
        Text("过了承诺日还在办 {n} 件", "{n} in progress past their day"),
        Text("过了承诺日还在办", "In progress, overdue"),
    ),
    "late_cases": (Text("晚了的案卷 {n} 件", "{n} late cases"), Text("晚了的案卷", "Late cases")),
    "asked_back": (Text("问过申请人 {n} 件", "{n} asked back"), Text("问过申请人", "Asked back")),
    "papers_asked": (Text("向群众要过材料的 {n} 件", "{n} in which a document was asked for"), Text("要过材料", "Documents asked for")),
    "rated": (Text("评过分的 {n} 件", "{n} rated"), Text("评过分", "Rated")),
    "flowed": (Text("这一路走来的 {n} 件", "{n} that went this way"), Text("这一路", "This way")),
    "late_items": (Text("正在超期 {n} 件", "{n} items late now"), Text("正在超期的事项", "Items late now")),
    "due": (Text("到期的事项 {n} 件", "{n} items fell due"), Text("到期的事项", "Items that fell due")),
    "due_late": (Text("到期没办完 {n} 件", "{n} items missed their day"), Text("到期没办完", "Items that missed their day")),
}  # fmt: skip


class _Rows(Sequence[BehindRow]):
    """A list behind a figure, read page by page."""

    def __init__(self, which: Behind) -> None:
        self.which = which
        self.length = cases.behind_count(which)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, at: object) -> list[BehindRow]:  # type: ignore[override]
        if not isinstance(at, slice):
            raise TypeError("read a stretch of it")
        start = at.start or 0
        return cases.behind(self.which, start=start, count=(at.stop or self.length) - start)


@require_safe
@leaders_only
def behind(request: SignedIn) -> HttpResponse:
    """Return the list behind one figure."""
    view = asked_for(request)
    kind = request.GET.get("kind", "late_items")
    kind = kind if kind in get_args(Kind) else "late_items"
    offices = catalogue.packs().district.departments
    office = request.GET.get("office", "")
    which = Behind(
        kind=cast(Kind, kind),
        scope=view.scope,
        on=view.on,
        office=office if office in offices else "",
        week=_week(request.GET.get("week", "")),
        asked=request.GET.get("asked") == "yes",
        end=end if (end := request.GET.get("end", "")) in saying.ENDS else next(iter(saying.ENDS)),
    )
    pages = Paginator(_Rows(which), PAGE).get_page(request.GET.get("page"))
    title, _ = LISTS[kind]
    count = pages.paginator.count
    return render(
        request,
        "portal/cockpit/list.html",
        {
            **view.context("/cockpit/list"),
            "title": Text(title.zh.format(n=count), title.en.format(n=count)),
            "about": _about(which, view),
            "rows": list(pages.object_list),
            "pages": pages,
            "kind": kind,
            "has_items": kind in {"late_items", "due", "due_late"},
            "kinds": _kinds(view),
        },
    )


@require_safe
@leaders_only
def spot(request: SignedIn) -> HttpResponse:
    """Return the cases that lost days at one place; without one, lead back to the lists."""
    view = asked_for(request)
    wanted = tuple(request.GET.get(key, "")[:80] for key in SPOT)
    spots = cases.hot_spots(view.scope, on=view.on).rows
    found = next((one for one in spots if spot_key(one) == wanted), None)
    if found is None:
        return HttpResponseRedirect(view.path("cockpit-list", kind="late_cases"))
    rows = cases.behind_spot(found, on=view.on)
    about = saying.spot_about(found.step, found.reason)
    return render(
        request,
        "portal/cockpit/list.html",
        {
            **view.context("/cockpit/list"),
            "title": Text(
                f"“{found.title.zh}”晚了 {found.days} 天",
                f"{found.days} late days on “{found.title.to('en')}”",
            ),
            "about": Text(
                f"{found.office_title.zh}，{about.zh}，{found.cases} 个案卷",
                f"{found.office_title.to('en')}, {about.to('en')}, cases: {found.cases}",
            ),
            "rows": rows,
            "kinds": _kinds(view),
        },
    )


@require_safe
@leaders_only
def case(request: SignedIn, number: str) -> HttpResponse:
    """Return one case day by day: which office and step each late day came from."""
    view = asked_for(request)
    found = cases.delay(number, on=view.on)
    late = {day.day for day in found.found.late}
    titles = {key: item.title for key, item in found.spec.items.items()}
    return render(
        request,
        "portal/cockpit/case.html",
        {
            **view.context("/cockpit/list"),
            "case": found,
            "late": len(late),
            "lines": [
                {
                    "title": line.title,
                    "about": saying.spot_about(line.step, line.reason),
                    "office": line.office,
                    "days": line.days,
                }
                for line in found.lines
            ],
            "days": [
                {
                    "day": day.day,
                    "title": titles.get(day.item, Text("整件事", "The whole case")),
                    "office": catalogue.packs().district.office(day.office) if day.office else "",
                    "about": saying.STEPS[day.step],
                    "late": day.day in late,
                }
                for day in found.found.chain
            ],
            "items": [
                {
                    "row": row,
                    "title": titles[row.key],
                    "office": catalogue.packs().district.office(row.office),
                }
                for row in found.items
                if row.status != "skipped"
            ],
        },
    )


@require_safe
@leaders_only
def formulas(request: SignedIn) -> HttpResponse:
    """Return how each figure is worked out and where it comes from."""
    view = asked_for(request)
    found = cases.figures(view.scope, on=view.on)
    packs, rated = catalogue.packs(), room.rated_of(found, view)
    return render(
        request,
        "portal/cockpit/formulas.html",
        {
            **view.context("/cockpit/formulas"),
            "definitions": cases.DEFINITIONS,
            "rated": rated,
            "spread": [(score, rated.counts.get(score, 0)) for score in (5, 4, 3, 2, 1)],
            "saved": found.saved,
            "unsaved": [line for line in found.services if line.saved is None],
            "baselines": [line for line in packs.baselines.values() if line.case],
        },
    )


def _kinds(view: View) -> list[tuple[str, Text, str]]:
    return [
        (key, words, view.path("cockpit-list", kind=key))
        for key, (_, words) in LISTS.items()
        if key != "flowed"  # opened from the numbers of the drawing alone: they say which way
    ]


def _week(text: str) -> date | None:
    try:
        return cases.monday_of(date.fromisoformat(text))
    except ValueError:
        return None


def _about(which: Behind, view: View) -> Text:
    office = catalogue.packs().district.office(which.office) if which.office else None
    week = which.week
    parts = [view.service, view.period]
    if week is not None:
        parts[1] = Text(f"{week.month}月{week.day}日那一周", f"week from {week.day}/{week.month}")
    if which.kind == "flowed":
        parts.append(
            Text("问过一次", "asked back") if which.asked else Text("没问过", "not asked back")
        )
        parts.append(saying.ENDS[which.end][0])
    if office is not None:
        parts.append(office)
    return Text("，".join(part.zh for part in parts), ", ".join(part.to("en") for part in parts))
