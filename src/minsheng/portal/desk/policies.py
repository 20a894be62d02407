"""The bench of policies: their numbers and sources, a trial of another number, publishing by two."""

from __future__ import annotations

import io
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from minsheng.apps.policies import reads as policies
from minsheng.apps.policies import shelf
from minsheng.apps.screening import access, changes, publishing, trials
from minsheng.apps.screening.publishing import NewValue
from minsheng.apps.screening.trials import Told
from minsheng.engines.policies.spec import Policy
from minsheng.engines.simulation import Point
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.charts.cost import CostPoint, draw_cost
from minsheng.portal.desk.policy_changes import STATES, day_of
from minsheng.portal.desk.screening import EXCEL
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.rules import FieldKind
from minsheng.rules.show import shown


@require_safe
@staff_only
def bench(request: SignedIn) -> HttpResponse:
    """Show every policy: whether it can be decided, what it lacks, what waits."""
    access.require(access.may_see(request.user))
    waits = publishing.waiting()
    found = list(shelf.shelf().policies.values())
    rows = [(one, waits.get(one.slug, 0)) for one in found]
    return render(
        request,
        "portal/desk/policies.html",
        {
            "rows": rows,
            "configured": sum(one.is_configured for one in found),
            "waiting": sum(waits.values()),
            "unfit": [
                shelf.policy(slug).title for slug in shelf.unfit_editions(timezone.localdate())
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def policy(request: SignedIn, slug: str) -> HttpResponse:
    """Show one policy's numbers, sentences and a trial; propose another value."""
    access.require(access.may_see(request.user))
    found = shelf.policy(slug)
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            made = _proposed(request, slug)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-policy-proposal", args=[made]))
    asked = request.POST if error else request.GET
    name, text = asked.get("name", "")[:60], asked.get("value", "")[:60]
    told: Told | None = None
    points: tuple[Point, ...] = ()
    if name and text and error is None:
        try:
            told, points = trials.tried_here(found, name, text, on=timezone.localdate())
        except WrongInput as wrong:
            error = wrong
    tried, problems = policies.sentences(slug) if found.is_configured else (0, [])
    lang = language_of(request)
    return render(
        request,
        "portal/desk/policy.html",
        {
            "policy": found,
            "numbers": _numbers(found),
            "own": [(key, one.label) for key, one in found.params.items()],
            "tried": tried,
            "problems": problems,
            "asked": asked,
            "told": told,
            "curve": _curve(points, lang),
            "smallest": access.spec().smallest_group,
            "proposals": [
                (row, changes.said_of(row), *STATES[row.state])
                for row in publishing.proposals(slug, request.user)
            ],
            "may_propose": access.may_start(request.user) and bool(found.params),
            "may_change": access.may_start(request.user) and shelf.has_text(slug),
            "errors": [{"id": error.field or "", "text": error.to(lang)}] if error else [],
            "wrong": error.field if error else "",
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def workbook(request: SignedIn, slug: str) -> HttpResponse:
    """Return a trial as a workbook: both sides, groups with small ones withheld, the curve."""
    access.require(access.may_see(request.user))
    found = shelf.policy(slug)
    name, text = request.GET.get("name", "")[:60], request.GET.get("value", "")[:60]
    told, points = trials.tried_here(found, name, text, on=timezone.localdate())
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "试算"
    sheet.append(["", "现在", "改了以后"])
    for said, key in (
        ("符合（人）", "yes"),
        ("定不了（人）", "unknown"),
        ("金额不知道（人）", "open"),
        ("每次要（分）", "cost_fen"),
    ):
        both = (getattr(told.before, key), getattr(told.after, key))
        sheet.append([said, *(_or_few(one) for one in both)])
    groups = book.create_sheet("分组")
    groups.append(["分组", "档", "人", "多得", "少得"])
    for grouping in told.groupings:
        for band in grouping.bands:
            few = [_or_few(one) for one in (band.people, band.winners, band.losers)]
            groups.append([grouping.title.zh, band.said.zh, *few])
    curve = book.create_sheet("曲线")
    curve.append(["值", "每次要（分）", "符合（人）"])
    for one in points:
        curve.append([str(one.value), one.side.cost_fen, one.side.yes])
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="trial-{slug}.xlsx"'
    return answer


def _or_few(count: int | None) -> int | str:
    return "少" if count is None else count


def _numbers(found: Policy) -> list[tuple[Text, list[tuple[date, Text, Text, str]]]]:
    """Return every number the policy reads, with each dated value, its source and mark."""
    return [
        (
            param.label or Text(name),
            [
                (
                    one.start,
                    Text("没有填", "not entered")
                    if one.value is None
                    else shown(one.value, FieldKind(param.type, unit=param.unit)),
                    one.source,
                    one.mark,
                )
                for one in param.values
            ],
        )
        for name, param in trials.params_of(found).items()
    ]


def _curve(points: tuple[Point, ...], lang: str) -> str:
    if not points:
        return ""
    kind = [CostPoint(str(one.value), one.side.cost_fen / 100) for one in points]
    title = "每次要多少元" if lang == "zh" else "Cost of one payment, yuan"
    about = f"{kind[0].tick}: {kind[0].yuan:,.2f}; {kind[-1].tick}: {kind[-1].yuan:,.2f}"
    return draw_cost(kind, ident="cost", title=title, about=about)


def _proposed(request: SignedIn, slug: str) -> int:
    posted = request.POST
    if posted.get("act", "") != "propose":
        raise WrongInput("policies.act", "请选要办的一步。", "Choose what to do.", field="act")
    row = publishing.propose(
        NewValue(
            policy=slug,
            name=posted.get("name", "")[:60],
            value=posted.get("value", "")[:60],
            since=day_of(posted.get("since", "")),
            reason=posted.get("reason", "")[:300],
            source=posted.get("source", "")[:300],
            is_retroactive=posted.get("back", "") == "yes",
        ),
        by=request.user,
    )
    return row.pk
