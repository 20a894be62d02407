"""Letting somebody act for me, and what I may do for others."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.mandates import actions, reads
from minsheng.lib.errors import MinshengError, NotAllowed
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.mandates import given_line, held_line, typed_day

USUAL_DAYS = 90


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def agents(request: SignedIn) -> HttpResponse:
    """Show who acts for me and for whom I act; give, accept, take back."""
    account, lang = request.user, language_of(request)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("agents"))
    fields = _fields(request, error, lang) if account.is_proved else []
    person = account.person if account.is_proved else None
    held = reads.held_by(account)
    return render(
        request,
        "portal/resident/agents.html",
        {
            "given": [given_line(one) for one in case_reads.mandates_given(person)]
            if person
            else [],
            "held": [held_line(one) for one in held],
            "lines": case_reads.agent_cases(account),
            "proved": account.is_proved,
            "fields": fields,
            "services": _services(request),
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> None:
    account, number = request.user, request.POST.get("mandate", "")
    mandate = int(number) if number.isdecimal() and len(number) < 19 else 0
    match request.POST.get("act", ""):
        case "accept":
            actions.accept_mandate(mandate, by=account)
        case "end":
            actions.end_mandate(mandate, by=account)
        case "give":
            scope = request.POST.getlist("services")
            cases.let_act(
                account,
                number=request.POST.get("number", ""),
                services=[one for one in scope if not one.startswith("case:")],
                case=next((one[5:] for one in scope if one.startswith("case:")), ""),
                last_day=typed_day(request.POST.get("last_day", ""), "last_day"),
            )
        case _:
            raise NotAllowed(
                "act_missing", "刷新页面，再选一次。", "Reload the page and choose again."
            )


def _services(request: SignedIn) -> list[dict[str, object]]:
    chosen = request.POST.getlist("services")
    packs = catalogue.packs()
    titles = {slug: loaded.spec.title for slug, loaded in packs.services.items()}
    titles |= {slug: loaded.spec.title for slug, loaded in packs.gradings.items()}
    rows: list[dict[str, object]] = [
        {"value": slug, "label": title} for slug, title in titles.items()
    ]
    if request.user.is_proved:
        rows += [
            {
                "value": f"case:{line.number}",
                "label": Text(
                    f"只办案卷 {line.number}：{line.title.zh}",
                    f"Only case {line.number}: {line.title.to('en')}",
                ),
            }
            for line in case_reads.cases_of(request.user)
            if line.is_applicant and line.status == "running"
        ]
    for row in rows:
        row["on"] = row["value"] in chosen
    return rows


def _fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    at = error.field if error else ""
    said = error.to(lang) if error else ""
    usual = (timezone.localdate() + timedelta(days=USUAL_DAYS)).isoformat()
    return [
        Field(
            id="number",
            name="number",
            label=Text("代办人的公民身份号码", "Citizen number of who acts for you").to(lang),
            why=Text(
                "对方用自己的身份登录，接受了才算数。", "They sign in as themselves and accept."
            ).to(lang),
            value=request.POST.get("number", ""),
            error=said if at not in {"last_day", "services"} else "",
        ),
        Field(
            id="last_day",
            name="last_day",
            label=Text("到哪天为止", "Until").to(lang),
            help=Text("写成 2026-03-24 这样", "Like this: 2026-03-24").to(lang),
            value=request.POST.get("last_day", usual),
            error=said if at == "last_day" else "",
            width="s",
        ),
        Field(
            id="services",
            name="services",
            label=Text("办哪几件事", "What they may do").to(lang),
            control="checkbox",
            options=[Choice("", "")],
            error=said if at == "services" else "",
        ),
    ]
