"""Public notices (公示): what is posted for everybody before it is decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.cases import actions, reads
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, signed_in
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of


@require_safe
def posted_now(request: HttpRequest) -> HttpResponse:
    """Return the notices that stand today."""
    return render(request, "portal/public/posted_now.html", {"notices": reads.posted_now()})


@require_safe
def posted(request: HttpRequest, number: str) -> HttpResponse:
    """Return one notice: what is masked of it, for how long, and how to speak up."""
    return render(request, "portal/public/posted.html", {"notice": reads.posted(number)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def speak_up(request: SignedIn, number: str) -> HttpResponse:
    """Take what somebody says against a notice, once, in their own name."""
    lang, error, typed = language_of(request), "", request.POST.get("objection", "")
    is_sent = False
    if request.method == "POST":
        try:
            actions.object_to_notice(number, by=request.user, words=typed)
            is_sent = True
        except WrongInput as wrong:
            error = wrong.to(lang)
    else:
        actions.posted_notice_for(number, by=request.user)
    field = Field(
        id="objection",
        name="objection",
        label=Text("您知道什么，为什么不该这样办", "What you know, and why it is wrong").to(lang),
        control="textarea",
        value=typed,
        error=error,
        maxlength=500,
        width="l",
    )
    shown = {"notice": reads.posted(number), "field": field, "errors": mistakes([field])}
    return render(
        request,
        "portal/public/posted_object.html",
        {**shown, "sent": is_sent},
        status=422 if error else 200,
    )
