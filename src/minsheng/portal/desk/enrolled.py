"""Who is visited: in which plan, how often, paused until when; somebody new comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import catalogue
from minsheng.apps.visits import actions, reads
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

WHY: Mapping[str, Text] = {
    "moved": Text("搬走了", "Moved away"),
    "died": Text("去世了", "Died"),
    "no_longer": Text("不再需要", "No longer needed"),
    "refused": Text("对方不要", "They said no"),
    "mistake": Text("加错了", "Added by mistake"),
}
NUMBERS: Mapping[str, Text] = {
    "person": Text("公民身份号码", "Citizen number"),
    "household": Text("家里任何一个人的公民身份号码", "Citizen number of any member"),
    "organisation": Text("统一社会信用代码", "Credit code"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def enrolled(request: SignedIn) -> HttpResponse:
    """Show who is in the plans I head or visit for; as their head, let somebody in."""
    error: WrongInput | Conflict | None = None
    posted = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            made = actions.enrol(
                posted.get("plan", "")[:60],
                posted.get("number", "")[:40],
                area=posted.get("area", "")[:60],
                address=posted.get("address", ""),
                level=posted.get("level", "")[:60],
                by=request.user,
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-enrolled-one", args=[made.pk]))
    plans = {spec.key: spec for spec in reads.headed_plans(request.user)}
    slug = posted.get("plan", "")[:60]
    spec = plans.get(slug)
    areas = catalogue.packs().district.areas
    lang = language_of(request)
    field = (error.field or "number") if error else ""
    return render(
        request,
        "portal/desk/enrolled.html",
        {
            "rows": reads.enrolled(request.user, slug),
            "plans": list(plans.values()),
            "spec": spec,
            "number": NUMBERS.get(spec.subject) if spec else None,
            "areas": [one for one in areas.values() if one.is_valid(timezone.localdate())]
            if spec
            else [],
            "typed": {key: str(value) for key, value in posted.items()},
            "errors": [{"id": f"f-{field}", "text": error.to(lang)}] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one(request: SignedIn, visited_id: int) -> HttpResponse:
    """Show somebody in a plan; pause, go on, visit more or less often, or end it."""
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            is_over = _act(request, visited_id)
        except WrongInput as wrong:
            error = wrong
        else:
            here = reverse("desk-enrolled-one", args=[visited_id])
            return HttpResponseRedirect(reverse("desk-enrolled") if is_over else here)
    lang = language_of(request)
    return render(
        request,
        "portal/desk/enrolled_one.html",
        {
            "view": reads.enrolled_view(visited_id, account=request.user),
            "why": WHY,
            "typed": {key: str(value) for key, value in request.POST.items()},
            "errors": [{"id": f"f-{error.field or 'until'}", "text": error.to(lang)}]
            if error
            else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, visited_id: int) -> bool:
    """Carry out what was chosen; return whether it is over for them."""
    posted, by = request.POST, request.user
    match posted.get("act", ""):
        case "pause":
            actions.pause(visited_id, until=_day(posted.get("until", "")), by=by)
        case "resume":
            actions.resume(visited_id, by=by)
        case "level":
            actions.set_level(visited_id, posted.get("level", "")[:60], by=by)
        case "end":
            actions.end_visited(visited_id, posted.get("why", "")[:20], by=by)
            return True
        case _:
            raise WrongInput(
                "visits.act",
                "请先选一样再发。您写的都还在。",
                "Choose what to do first. What you wrote is still here.",
                field="until",
            )
    return False


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongInput(
            "visits.day",
            "日期要写成 2026-03-24 这样。您写的都还在。",
            "Write the day like 2026-03-24. What you wrote is still here.",
            field="until",
        ) from None
