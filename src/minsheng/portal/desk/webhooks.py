"""Signed calls to other systems: who is told of what; a page of the system administrator."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import catalogue
from minsheng.apps.people import access
from minsheng.apps.webhooks import actions, reads
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import Language, language_of

AGAIN_DAYS = 7
LOGGED = 20
KINDS = {
    "submitted": Text("提交", "submitted"),
    "opened": Text("开始办", "begun"),
    "returned": Text("退回补正", "returned for correction"),
    "supplied": Text("补来了", "answered"),
    "paused": Text("停表", "clock stopped"),
    "resumed": Text("接着计时", "clock runs again"),
    "approved": Text("同意", "approved"),
    "done": Text("办好", "done"),
    "refused": Text("没办成", "refused"),
    "reversed": Text("收回重办", "taken back"),
    "cancelled": Text("不办了", "not going ahead"),
    "withdrawn": Text("撤回", "withdrawn"),
    "reopened": Text("重新打开", "reopened"),
    "closed": Text("全部办完", "closed"),
}
LABELS = {
    "title": (Text("谁的系统", "Whose system"), Text("", "")),
    "key": (
        Text("短名字", "Short name"),
        Text("小写字母、数字和短横线", "small letters, digits, hyphens"),
    ),
    "url": (Text("地址", "Address"), Text("以 https:// 开头", "begins with https://")),
    "to": (
        Text("最后一天", "Last day"),
        Text("不填就一直发，写成 2026-12-31", "empty: no end; like 2026-12-31"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def webhooks(request: SignedIn) -> HttpResponse:
    """Show who is told, add one and show its secret this once, end one, tell again."""
    access.require_duty(request.user, "system")
    error, secret = None, ""
    if request.method == "POST":
        try:
            secret = _act(request)
        except MinshengError as wrong:
            if wrong.field not in {*LABELS, "kinds"}:
                raise
            error = wrong
        else:
            if not secret:
                return HttpResponseRedirect(reverse("desk-webhooks"))
    lang = language_of(request)
    fields = [_field(request, name, error, lang) for name in LABELS]
    chosen = request.POST.getlist("kinds") if error else []
    kinds_error = error.to(lang) if error and error.field == "kinds" else ""
    of_kinds = Field(id="kind-submitted", name="kinds", label="", error=kinds_error)
    return render(
        request,
        "portal/desk/webhooks.html",
        {
            "lines": [_line(line) for line in reads.subscribers()],
            "services": [
                {"key": key, "label": one.spec.title, "on": key in request.POST.getlist("services")}
                for key, one in catalogue.packs().services.items()
            ],
            "overlap_hours": actions.OVERLAP_HOURS,
            "secret": secret,
            "fields": fields,
            "kinds": [
                {"key": key, "label": label, "on": key in chosen} for key, label in KINDS.items()
            ],
            "kinds_error": kinds_error,
            "again_days": AGAIN_DAYS,
            "errors": mistakes([*fields, of_kinds]),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> str:
    """Do what was asked and return the secret of a new one, or ""."""
    by, key = f"account:{request.user.pk}", request.POST.get("key", "").strip()
    match request.POST.get("act", ""):
        case "end":
            actions.end(key, by=by)
        case "again":
            since = timezone.now() - timedelta(days=AGAIN_DAYS)
            actions.replay(key, since=since, by=by)
        case "rotate":
            return actions.rotate(key, by=by)
        case "revoke":
            return actions.rotate(key, by=by, overlap_hours=0)
        case _:
            return actions.declare(
                key,
                title=request.POST.get("title", ""),
                url=request.POST.get("url", "").strip(),
                kinds=request.POST.getlist("kinds"),
                services=request.POST.getlist("services"),
                from_day=timezone.localdate(),
                to_day=_day(request.POST.get("to", "").strip()),
                by=by,
            )
    return ""


def _line(line: reads.SubscriberLine) -> dict[str, object]:
    packs = catalogue.packs().services
    return {
        "line": line,
        "kinds": [KINDS[kind] for kind in line.kinds],
        "services": [packs[key].spec.title for key in line.services if key in packs],
        "calls": [
            {"call": one, "kind": KINDS.get(one.kind, Text(one.kind))}
            for one in reads.deliveries(line.key, limit=LOGGED)
        ],
    }


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise actions.bad_day() from error


def _field(request: SignedIn, name: str, error: MinshengError | None, lang: Language) -> Field:
    label, help_text = LABELS[name]
    return Field(
        id=name,
        name=name,
        label=label.to(lang),
        help=help_text.to(lang),
        value=request.POST.get(name, "") if error else "",
        error=error.to(lang) if error and error.field == name else "",
        required=name != "to",
    )
