"""Somebody is at the counter: an officer claims for them what they are entitled to, with their word."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.grants import access, actions
from minsheng.apps.payouts.access import not_yours
from minsheng.apps.policies.shelf import shelf
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import language_of

LABELS = {
    "policy": Text("申请哪一项", "Which policy"),
    "number": Text("公民身份号码", "Citizen number"),
    "account": Text("收钱的银行卡号", "Bank account for the money"),
    "agreed": Text(
        "本人在窗口，身份证看过了；听我念完，同意申请，知道可以在“我的补贴”里收回",
        "They are here, and I have seen the card; they heard what it is, agree, and know that they can take it back",
    ),
}
HELP = {
    "number": Text("照身份证填", "As on the card"),
    "account": Text(
        "本人的卡；以前填过的、不发钱的，不用填",
        "In their own name; leave it where one is known or no money is paid",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def claim(request: SignedIn) -> HttpResponse:
    """Take a claim at the counter; `?policy=` comes from a list of people found."""
    if not access.may_receive(request.user):
        raise not_yours()
    error: MinshengError | None = None
    typed = {key: request.POST.get(key, "")[:60] for key in LABELS}
    if request.method == "POST":
        try:
            _chosen(typed["policy"])
            made = actions.claim_at_counter(
                typed["policy"],
                typed["number"],
                agreed=typed["agreed"] == "yes",
                by=request.user,
                account_number=typed["account"],
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(f"?made={made.pk}")
    else:
        typed["policy"] = request.GET.get("policy", "")[:60]
    fields = _fields(typed, error, request)
    return render(
        request,
        "portal/desk/grant_counter.html",
        {"fields": fields, "errors": mistakes(fields), "made": request.GET.get("made", "")[:20]},
        status=error.status if error else 200,
    )


def _chosen(slug: str) -> None:
    if slug not in shelf().policies:
        raise WrongInput(
            "grants.no_policy",
            "请选申请哪一项。别的都还在。",
            "Choose which policy; the rest is still there.",
            field="policy",
        )


def _fields(typed: dict[str, str], error: MinshengError | None, request: SignedIn) -> list[Field]:
    lang = language_of(request)
    at = error.field if error and error.field in LABELS else "policy"
    claimable = [
        Choice(one.slug, one.title.to(lang))
        for one in shelf().policies.values()
        if one.is_configured and one.about == "person" and one.gives != "loan"
    ]
    return [
        Field(
            id=key,
            name=key,
            label=label.to(lang),
            control={"policy": "select", "agreed": "checkbox"}.get(key, "text"),  # type: ignore[arg-type]
            help=HELP[key].to(lang) if key in HELP else "",
            value=typed[key],
            options=claimable if key == "policy" else (),
            required=key != "account",
            error=error.to(lang) if error and key == at else "",
        )
        for key, label in LABELS.items()
    ]
