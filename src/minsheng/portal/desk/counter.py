"""The window: a clerk has seen the card and proves an account's owner."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import actions as people
from minsheng.apps.people import reads
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def counter(request: SignedIn) -> HttpResponse:
    """Prove the owner of an account after seeing the identity card."""
    lang = language_of(request)
    typed = {key: request.POST.get(key, "") for key in ("username", "name", "number")}
    error: MinshengError | None = None
    proved = ""
    if request.method == "POST":
        try:
            account = reads.account_by_username(typed["username"])
            if account is None:
                raise WrongInput(
                    "no_such_account",
                    "没有这个登录名，请来人再报一遍。",
                    "There is no such sign-in name. Ask the person to say it again.",
                    field="username",
                )
            person = people.prove_by_clerk(
                account, typed["number"], clerk=request.user, name=typed["name"]
            )
            proved = person.name_masked
        except MinshengError as wrong:
            error = wrong
    fields = _fields(typed if not proved else {}, error, lang)
    return render(
        request,
        "portal/desk/counter.html",
        {"fields": fields, "errors": mistakes(fields), "proved": proved},
        status=error.status if error else 200,
    )


def _fields(typed: dict[str, str], error: MinshengError | None, lang: str) -> list[Field]:
    labels = {
        "username": ("来人的登录名", "Their sign-in name"),
        "name": ("身份证上的姓名", "Name on the card"),
        "number": ("公民身份号码", "Citizen number"),
    }
    at = error.field if error and error.field in labels else "username"
    return [
        Field(
            id=key,
            name=key,
            label=zh if lang == "zh" else en,
            value=typed.get(key, ""),
            error=error.to(lang) if error and key == at else "",
        )
        for key, (zh, en) in labels.items()
    ]
