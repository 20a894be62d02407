"""A plan, or a running case, as lanes: from the apps' rows to the drawing's dataclasses."""

from __future__ import annotations

from datetime import date

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.reads import CaseView, Preview
from minsheng.portal.charts.days import columns_between
from minsheng.portal.charts.lanes import LaneItem, Lanes, Promise, plan_lanes
from minsheng.portal.languages import Language


def lanes_of_preview(preview: Preview, *, lang: Language, elder: bool) -> Lanes:
    """Return the drawing of what will happen, before anything is submitted."""
    spec, plan = preview.draft.spec, preview.plan
    district = catalogue.packs().district
    items = [
        LaneItem(
            key=item.key,
            number=number,
            title=spec.items[item.key].title.to(lang),
            office=district.office(item.office).to(lang),
            start=item.earliest,
            end=item.due.day,
            needs=item.waits_for,
            critical=item.critical,
            provisional=item.due.provisional,
        )
        for number, item in enumerate(plan.items, start=1)
    ]
    return plan_lanes(
        items,
        columns_between(preview.on, plan.finish.day, catalogue.calendar(), lang=lang),
        finish=Promise(plan.finish.day, provisional=plan.finish.provisional),
        lang=lang,
        elder=elder,
    )


def lanes_of_case(view: CaseView, *, lang: Language, elder: bool) -> Lanes:
    """Return the drawing of a running case: what is done, what runs, what comes."""
    plan = view.plan
    by_key = {item.key: item for item in plan.items}
    calendar = catalogue.calendar()
    items = []
    for number, item in enumerate(view.active, start=1):
        planned = by_key.get(item.row.key)
        due = item.row.finished or item.row.due_day or (planned.due.day if planned else view.on)
        start = item.row.started or (planned.clock_starts if planned else view.case.submitted_day)
        first = min(calendar.next_workday(start, inclusive=False), max(due, start))
        running = item.row.status in {"open", "returned", "external", "held"}
        items.append(
            LaneItem(
                key=item.row.key,
                number=number,
                title=item.spec.title.to(lang),
                office=item.office.to(lang),
                start=first,
                end=max(first, due),
                needs=item.spec.needs,
                critical=bool(planned and planned.critical),
                state=item.row.status,
                provisional=item.row.due_provisional,
                used_to=view.on if running and view.on >= first else None,
                reader=view.reader,
            )
        )
    case = view.case
    last = max([case.promised_day, *(item.end for item in items)])
    running_case = case.status == "running"
    until = max(last, view.on) if running_case else last
    return plan_lanes(
        items,
        columns_between(case.submitted_day, _at_least_one(until, view), calendar, lang=lang),
        finish=Promise(
            case.promised_day if running_case else (case.closed_day or case.promised_day),
            provisional=case.promised_provisional and running_case,
            done=case.status == "done",
        ),
        lang=lang,
        today=view.on if running_case else None,
        elder=elder,
    )


def _at_least_one(until: date, view: CaseView) -> date:
    """Return a last day so that the drawing has a working day, also on the day of submission."""
    first = catalogue.calendar().next_workday(view.case.submitted_day, inclusive=False)
    return max(until, first)
