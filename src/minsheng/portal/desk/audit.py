"""The audit administrator's page: who looked at what, and whether the ledger is whole."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import actions as cases_actions
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.actions.glass import FINDINGS
from minsheng.apps.people import access
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

STREAMS = (
    ("look", Text("谁看过谁的信息", "who looked at whose data")),
    ("case", Text("案卷里的每一步", "every step of cases")),
    ("account", Text("账号、任职、登录", "sign-ins and assignments")),
    ("office", Text("部门和岗位", "offices and posts")),
    ("consent", Text("同意和撤回", "consents given and withdrawn")),
    ("person", Text("建立和删除个人信息", "persons made and erased")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def audit_page(request: SignedIn) -> HttpResponse:
    """Show the newest entries of the ledger; the button verifies it whole."""
    access.require_duty(request.user, "audit")
    stream = request.GET.get("stream", "")
    folder = settings.MINSHENG_SEALS
    error: MinshengError | None = None
    if request.POST.get("act") == "review":
        number = request.POST.get("glass", "")
        try:
            cases_actions.review_glass(
                int(number) if number.isdecimal() and len(number) < 19 else 0,
                by=request.user,
                finding=request.POST.get("finding", ""),
                words=request.POST.get("words", ""),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-audit"))
    report = (
        audit.verify(folder if folder.exists() else None, heads=cases.claims())
        if request.POST.get("act") == "verify"
        else None
    )
    return render(
        request,
        "portal/desk/audit.html",
        {
            "streams": STREAMS,
            "stream": stream,
            "lines": cases.ledger_lines(request.user, stream=stream),
            "seal": audit.last_seal(),
            "unsealed": audit.unsealed(),
            "report": report,
            "glass": cases.glass_to_review(request.user),
            "findings": FINDINGS.items(),
            "errors": [{"id": "glass", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )
