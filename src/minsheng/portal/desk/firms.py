"""The register of who speaks for which firm, kept by the counter that has seen the papers."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import access, reads
from minsheng.apps.people import actions as people
from minsheng.lib.errors import MinshengError
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import Language, language_of

FIELDS = {
    "username": (Text("代表人的登录名", "Sign-in name of who speaks for it"), Text("要先核实过本人", "Their identity must be confirmed first"), 150),
    "credit_code": (Text("统一社会信用代码", "Unified credit code"), Text("照营业执照，18 位", "As on the licence, 18 characters"), 30),
    "name": (Text("单位名称", "Name of the organisation"), Text("登记过的单位可以不写", "Not needed for one that is known"), 200),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def firms(request: SignedIn) -> HttpResponse:
    """Show who speaks for which firm today; name somebody, or end an entry."""
    access.require_clerk(request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-firms"))
    fields = _fields(request, error, language_of(request))
    return render(
        request,
        "portal/desk/firms.html",
        {"rows": reads.representatives(), "fields": fields, "errors": mistakes(fields)},
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> None:
    sent = request.POST
    entry = sent.get("end", "")
    if entry:
        known = int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 19 else 0
        people.end_representative(known, by=request.user)
        return
    people.register_representative(
        sent.get("username", "")[:150],
        sent.get("credit_code", "")[:30],
        sent.get("name", "")[:200],
        by=request.user,
    )


def _fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    return [
        Field(
            id=key,
            name=key,
            label=label.to(lang),
            help=help_.to(lang),
            maxlength=longest,
            required=key != "name",
            value=request.POST.get(key, "")[:longest] if error else "",
            error=error.to(lang) if error and error.field == key else "",
        )
        for key, (label, help_, longest) in FIELDS.items()
    ]
