"""The first room of the cockpit: the finding, four numbers, four charts, the places that need help."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import Figures, HotSpots, Rated, Saved
from minsheng.apps.ratings import reads as ratings
from minsheng.lib.texts import Text
from minsheng.portal.cockpit import drawings, saying
from minsheng.portal.cockpit.scopes import SPOT, View, asked_for, spot_key
from minsheng.portal.doors import SignedIn, leaders_only
from minsheng.portal.languages import language_of

MOST_SPOTS = 6


@require_safe
@leaders_only
def room(request: SignedIn) -> HttpResponse:
    """Return the first room for the days and service asked for."""
    view, lang = asked_for(request), language_of(request)
    found = cases.figures(view.scope, on=view.on)
    spots = cases.hot_spots(view.scope, on=view.on)
    return render(
        request,
        "portal/cockpit/room.html",
        {
            **view.context("/cockpit"),
            "found": found,
            "headline": saying.headline(found),
            "stats": stats(found, view),
            "today": today(found, view),
            "trend": drawings.trend(found, lang),
            "spans": drawings.spans(found, view, lang),
            "heat": drawings.heat(found, view, lang),
            "heat_keys": drawings.heat_keys(),
            "flow": drawings.flow(found, view, lang),
            "spots": spot_rows(spots, view)[:MOST_SPOTS],
            "badly": badly_rated(view),
            "few": cases.FEWEST,
            "spots_title": saying.spots_said(spots),
            "spots_words": _spots_words(spots),
            "late_path": view.path("cockpit-list", kind="late_cases"),
            "lines": service_rows(found, view),
            "saved": [saved_row(one) for one in found.saved],
        },
    )


def stats(found: Figures, view: View) -> list[dict[str, object]]:
    """Return the four numbers of the page, each with its list."""
    number, unit = saying.share_said(found.on_time)
    return [
        {
            "title": Text("按时办结", "Ended on time"),
            "value": number,
            "unit": unit,
            "words": saying.before_said(found),
            "path": view.path("cockpit-list", kind="ended"),
            "link": Text(f"打开 {found.ended} 件", f"Open {found.ended}"),
        },
        {
            "title": Text("正在超期", "Late now"),
            "value": found.late_now,
            "unit": Text("件", "items"),
            "words": _late_words(found),
            "path": view.path("cockpit-list", kind="late_items"),
            "link": Text(f"打开 {found.late_now} 件", f"Open {found.late_now}"),
            "late": found.late_now > 0,
        },
        _spared(found, view),
        _rated(found, view),
    ]


def rated_of(found: Figures, view: View) -> Rated:
    """Return how people rated: of all services with the visits to counters, of one its cases.

    Ratings that were excluded after an appeal don't count.
    """
    if view.slug:
        return found.rated
    rows = ratings.satisfaction(first=found.scope.since, last=found.scope.until)
    counts: Counter[int] = Counter()
    for row in rows:
        counts.update(row.scores)
    return Rated(counts)


def today(found: Figures, view: View) -> list[dict[str, object]]:
    """Return what happened today and stands now."""
    one_day = {"days": "1"}
    return [
        {
            "value": found.submitted_today,
            "unit": Text("件", "cases"),
            "words": Text("今天收到", "received today"),
            "path": view.path("cockpit-list", kind="submitted", **one_day),
        },
        {
            "value": found.ended_today,
            "unit": Text("件", "cases"),
            "words": Text("今天办结", "ended today"),
            "path": view.path("cockpit-list", kind="ended", **one_day),
        },
        {
            "value": found.running,
            "unit": Text("件", "cases"),
            "words": Text("在办", "in progress"),
            "path": view.path("cockpit-list", kind="running"),
        },
        {
            "value": found.asked_back,
            "unit": Text("件", "cases"),
            "words": Text("问过申请人", "asked back"),
            "path": view.path("cockpit-list", kind="asked_back"),
        },
    ]


def spot_rows(spots: HotSpots, view: View) -> list[dict[str, object]]:
    """Return the places that late days come from, each with its list."""
    return [
        {
            "title": spot.title,
            "about": saying.spot_about(spot.step, spot.reason),
            "office": spot.office_title,
            "days": spot.days,
            "cases": spot.cases,
            "path": view.path("cockpit-spot", **dict(zip(SPOT, spot_key(spot), strict=True))),
        }
        for spot in spots.rows
    ]


def badly_rated(view: View) -> list[dict[str, object]]:
    """Return the offices that were rated badly, the largest share first, each with its list.

    Of fewer than FEWEST raters nothing is said.
    """
    rows = [
        row
        for row in ratings.ranking(first=view.scope.since, last=view.scope.until)
        if row.bad and row.count >= cases.FEWEST
    ]
    return [
        {
            "title": row.title,
            "bad": row.bad,
            "count": row.count,
            "path": f"{reverse('desk-ratings')}?office={row.office}&days={view.days}&bad=1#behind",
        }
        for row in sorted(rows, key=lambda row: (-row.bad / row.count, row.office))
    ]


def service_rows(found: Figures, view: View) -> list[dict[str, object]]:
    """Return one row for each service: what it did, and how it was rated."""
    rows = []
    for line in found.services:
        on_time, unit = saying.share_said(line.on_time)
        spared, spared_unit = saying.share_said(line.zero_material)
        rows.append(
            {
                "title": line.title,
                "submitted": line.submitted,
                "submitted_path": view.path("cockpit-list", kind="submitted", service=line.slug),
                "ended": line.ended,
                "ended_path": view.path("cockpit-list", kind="ended", service=line.slug),
                "on_time_path": view.path("cockpit-list", kind="on_time", service=line.slug),
                "on_time": f"{on_time}{unit.zh if unit.zh == '%' else ''}",
                "late": line.late_now,
                "late_path": view.path("cockpit-list", kind="running_late", service=line.slug),
                "asked": line.asked_back,
                "asked_path": view.path("cockpit-list", kind="asked_back", service=line.slug),
                "spared": f"{spared}{spared_unit.zh if spared_unit.zh == '%' else ''}",
                "spared_path": view.path("cockpit-list", kind="papers_asked", service=line.slug),
                "rated": rated_said(line.rated.people, line.rated.mean),
                # Fewer raters than a mean may be shown of may not be listed either.
                "rated_path": view.path("cockpit-list", kind="rated", service=line.slug)
                if line.rated.mean is not None
                else "",
            }
        )
    return rows


def rated_said(people: int, mean: object) -> Text:
    """Return a mean with how many rated; no number for fewer than five."""
    if mean is None:
        if not people:
            return Text("没有人评", "not rated")
        return Text(f"不足 {cases.FEWEST} 人", f"fewer than {cases.FEWEST}")
    return Text(f"{float(mean):.1f}（{people} 人）", f"{float(mean):.1f} ({people})")  # type: ignore[arg-type]


def saved_row(saved: Saved) -> dict[str, object]:
    """Return what the cases that a cited line fits have saved."""
    parts = [
        (saved.workdays, "{} 个工作日", "{} working days"),
        (saved.visits, "{} 趟", "{} visits"),
        (saved.papers, "{} 份材料", "{} documents"),
    ]
    told = [(zh.format(f"{n:,}"), en.format(f"{n:,}")) for n, zh, en in parts if n is not None]
    return {
        "words": Text("、".join(zh for zh, _ in told), ", ".join(en for _, en in told)),
        "cases": saved.cases,
        "line": saved.line,
    }


def _late_words(found: Figures) -> Text:
    if not found.late_now:
        return Text("没有一件过了日子还在部门手里", "Nothing past its day is with an office")
    office = max(found.late_items, key=lambda key: (found.late_items[key], key))
    row = next((row.title for row in found.heat if row.office == office), Text(office))
    count, worst = found.late_items[office], found.worst_late
    return Text(
        f"其中{row.zh} {count} 件，最久 {worst} 个工作日",
        f"{count} with {row.to('en')}; the longest {worst} working days",
    )


def _spared(found: Figures, view: View) -> dict[str, object]:
    days = [one.workdays for one in found.saved if one.workdays is not None]
    if days:
        cases_counted = sum(one.cases for one in found.saved if one.workdays is not None)
        each = sum(days) / cases_counted
        return {
            "title": Text("省下的日子", "Days saved"),
            "value": f"{sum(days):,}",
            "unit": Text("个工作日", "working days"),
            "words": Text(
                f"{cases_counted} 件，每件少等 {each:.1f} 个，按有出处的基线算",
                f"{cases_counted} cases, {each:.1f} each, against a cited baseline",
            ),
            "path": f"{view.path('cockpit-formulas')}#saved",
            "link": Text("看公式和出处", "Formula and source"),
        }
    number, unit = saying.share_said(found.zero_material)
    return {
        "title": Text("免交材料", "Documents not asked for"),
        "value": number,
        "unit": unit,
        "words": Text(
            f"{found.zero_material.whole} 份里 {found.zero_material.part} 份没有向群众要",
            f"{found.zero_material.part} of {found.zero_material.whole} were not asked of anybody",
        ),
        "path": f"{view.path('cockpit-formulas')}#zero_material",
        "link": Text("看公式", "Formula"),
    }


def _rated(found: Figures, view: View) -> dict[str, object]:
    rated = rated_of(found, view)
    shown = rated.mean is not None
    return {
        "title": Text("群众评分", "Rating"),
        "value": f"{float(rated.mean or 0):.1f}" if shown else "—",
        "unit": Text("/5", "of 5") if shown else Text(""),
        "words": Text(
            f"{rated.people} 人评价，{rated.low} 条低分",
            f"{rated.people} rated, {rated.low} dissatisfied",
        )
        if shown
        else Text(
            f"不足 {cases.FEWEST} 人评价，不显示",
            f"Fewer than {cases.FEWEST} have rated, so it isn't shown",
        ),
        "path": f"{reverse('desk-ratings')}?days={view.days}#behind"
        if shown and not view.slug
        else f"{view.path('cockpit-formulas')}#rated",
        "link": Text(f"打开 {rated.people} 条", f"Open {rated.people}")
        if shown and not view.slug
        else Text("看分布和公式", "Spread and formula"),
    }


def _spots_words(spots: HotSpots) -> Text:
    if spots.late_cases > spots.cases:
        return Text(
            f"{spots.late_cases} 个晚了的案卷里最新的 {spots.cases} 个",
            f"The newest {spots.cases} of {spots.late_cases} late cases",
        )
    return Text(f"{spots.cases} 个晚了的案卷", f"From {spots.cases} late cases")
