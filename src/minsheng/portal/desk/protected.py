"""The page of the named posts: protected cases, and marking one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions, protection, reads
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of

ACTS = {"end": actions.end_protection, "keep": actions.keep_protection}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def protected(request: SignedIn) -> HttpResponse:
    """Show the protected cases with the looks into them; mark one, or end it."""
    protection.require_named(request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        number, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "")
        try:
            ACTS.get(request.POST.get("act", ""), actions.protect_case)(
                number, by=request.user, reason=reason
            )
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-protected"))
    lang = language_of(request)
    fields = _fields(request, error, lang)
    return render(
        request,
        "portal/desk/protected.html",
        {
            "cases": reads.protected_cases(request.user),
            "looks": reads.protected_looks(request.user),
            "endings": protection.ENDINGS.items(),
            "keepings": protection.KEEPINGS.items(),
            "days": settings.MINSHENG_PROTECTION_REVIEW_DAYS,
            "fields": fields,
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


def _fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    at_reason = bool(error and error.field == "reason")
    return [
        Field(
            id="number",
            name="number",
            label=Text("案卷号", "Case number").to(lang),
            value=request.POST.get("number", "") if error else "",
            error=error.to(lang) if error and not at_reason else "",
            width="s",
        ),
        Field(
            id="reason",
            name="reason",
            label=Text("为什么要保护", "Why it needs protection").to(lang),
            control="radio",
            value=request.POST.get("reason", "") if error else "",
            options=[Choice(key, text.to(lang)) for key, text in protection.REASONS.items()],
            error=error.to(lang) if error and at_reason else "",
        ),
    ]
