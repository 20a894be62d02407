"""Opening a case in an emergency, without its post: told at once, reviewed afterwards."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.cases import actions, reads
from minsheng.apps.people import access
from minsheng.lib.errors import MinshengError, NotAllowed
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def glass(request: SignedIn) -> HttpResponse:
    """Ask which case and why, then open it; show what I opened before."""
    if not access.may_look_as_staff(request.user, purpose="emergency"):
        raise NotAllowed(
            "glass_not_for_you",
            "您的岗位不能紧急查看案卷。真有急事，请打电话给管它的岗位。",
            "Your post may not open cases in an emergency. Call the post that has it.",
        )
    error: MinshengError | None = None
    if request.method == "POST":
        number, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "")
        try:
            made = actions.break_glass(number, by=request.user, reason=reason)
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-behind-glass", args=[made.pk]))
    lang = language_of(request)
    at_reason = bool(error and error.field == "reason")
    said = error.to(lang) if error else ""
    fields = [
        Field(
            id="number",
            name="number",
            label=Text("案卷号", "Case number").to(lang),
            value=request.POST.get("number", ""),
            error="" if at_reason else said,
            width="s",
        ),
        Field(
            id="reason",
            name="reason",
            label=Text("为什么急，为什么等不到管它的岗位", "Why it is urgent and can't wait").to(lang),
            control="textarea",
            value=request.POST.get("reason", ""),
            error=said if at_reason else "",
            maxlength=500,
        ),
    ]  # fmt: skip
    return render(
        request,
        "portal/desk/glass.html",
        {
            "lines": reads.glass_of(request.user),
            "fields": fields,
            "errors": mistakes(fields),
            "hours": settings.MINSHENG_GLASS_HOURS,
            "workdays": settings.MINSHENG_GLASS_REVIEW_WORKDAYS,
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def behind(request: SignedIn, glass_id: int) -> HttpResponse:
    """Show the case behind the glass; each time is written down."""
    found = reads.emergency(glass_id, account=request.user)
    return render(
        request,
        "portal/desk/behind_glass.html",
        {
            "found": found,
            "values": [{"label": label, "value": value, "source": ""} for label, value in found.values],
        },
    )  # fmt: skip
