"""The audit administrator's page: who looked at what, and whether the ledger is whole."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import reads as cases
from minsheng.apps.people import access
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only

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
    report = (
        audit.verify(folder if folder.exists() else None, heads=cases.claims())
        if request.method == "POST"
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
        },
    )
