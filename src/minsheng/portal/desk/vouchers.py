"""Vouchers at the desk: what waits, the year's pool, the listed providers."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.vouchers import actions, reads, rechecked
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of

TAGS = {"asked": "open", "used": "open"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def vouchers(request: SignedIn) -> HttpResponse:
    """Show the vouchers that wait for me, the pool and the providers; or act."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-vouchers"))
    rows = reads.desk(request.user)
    pools = reads.pools(timezone.localdate())
    act = request.POST.get("act", "")
    fields = _fields(request, pools, error if act == "list" else None)
    register = _register_fields(request, error if act == "register" else None)
    lang = language_of(request)
    shown = {one.name for one in (*fields, *register)} if act in ("list", "register") else set()
    about_row = error is not None and error.field not in shown
    above = [Mistake(error.field, error.to(lang))] if error is not None and about_row else []
    return render(
        request,
        "portal/desk/vouchers.html",
        {
            "rows": rows,
            "pools": [(one, reads.desk_duties(request.user, one.scheme.voucher)) for one in pools],
            "providers": reads.provider_lines(),
            "may_recheck": rechecked.has_part(request.user),
            "register": register,
            "suspended": Text("暂停", "Suspended"),
            "may_list": any(
                "issuer" in reads.desk_duties(request.user, one.scheme.voucher) for one in pools
            ),
            "fields": fields,
            "typed": request.POST.get("why", "") if error else "",
            "typed_for": request.POST.get("voucher", "") if error else "",
            "act": act if error else "",
            "errors": [*above, *mistakes(fields), *mistakes(register)],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> None:
    form, by = request.POST, request.user
    number = form.get("voucher", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    match form.get("act", ""):
        case "issue":
            actions.issue(pk, by=by)
        case "refuse":
            actions.refuse(pk, form.get("why", ""), by=by)
        case "redeem":
            actions.redeem(pk, by=by)
        case "send_back":
            actions.send_back(pk, form.get("why", ""), by=by)
        case "open":
            actions.open_pool(form.get("scheme", ""), timezone.localdate().year, by=by)
        case "end":
            actions.end_provider(form.get("scheme", ""), pk, form.get("why", ""), by=by)
        case "suspend":
            actions.suspend_provider(form.get("scheme", ""), pk, form.get("why", ""), by=by)
        case "resume":
            actions.resume_provider(form.get("scheme", ""), pk, form.get("why", ""), by=by)
        case "register":
            actions.note_register(
                form.get("scheme", ""),
                form.get("register_code", ""),
                head=form.get("register_head", ""),
                owners=form.get("register_owners", ""),
                managers=form.get("register_managers", ""),
                by=by,
            )
        case "list":
            wanted = actions.NewProvider(
                credit_code=form.get("credit_code", ""),
                name=form.get("name", ""),
                uses=form.getlist("uses"),
                head=form.get("head", ""),
                owners=form.get("owners", ""),
            )
            actions.list_provider(form.get("scheme", ""), wanted, by=by)
        case _:
            raise WrongInput(
                "vouchers.act", "请先选一样再发。", "Choose what to do first.", field=""
            )


def _fields(request: SignedIn, pools: list[reads.Pool], error: MinshengError | None) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None and error.field else {}
    uses = {key: use for one in pools for key, use in one.scheme.uses.items()}
    fields = [
        Field(id="credit_code", name="credit_code", label=Text("统一社会信用代码", "Credit code").to(lang), maxlength=24),
        Field(id="name", name="name", label=Text("机构名称", "Name").to(lang), width="l", maxlength=200),
        Field(
            id="uses", name="uses", label=Text("做哪种服务", "For which service").to(lang), control="checks",
            options=[Choice(key, use.to(lang)) for key, use in uses.items()],
        ),
        Field(id="head", name="head", label=Text("法定代表人的证件号", "Number of its representative").to(lang), maxlength=24),
        Field(
            id="owners", name="owners", label=Text("股东，一行一个号", "Owners, one number a line").to(lang),
            control="textarea", required=False,
        ),
    ]  # fmt: skip
    kept = {one.name: typed.get(one.name, "") for one in fields} | {
        "uses": " ".join(typed.getlist("uses"))
    }
    return [
        replace(one, value=kept[one.name] if error else "", error=wrong.get(one.name, ""))
        for one in fields
    ]


def _register_fields(request: SignedIn, error: MinshengError | None) -> list[Field]:
    """Return the form for what the register of firms says of a firm or a provider."""
    lang, typed = language_of(request), request.POST
    wrong = (
        {f"register_{error.field}".replace("register_register", "register"): error.to(lang)}
        if error
        else {}
    )
    fields = [
        Field(id="register_code", name="register_code", label=Text("企业或机构的信用代码", "Credit code of firm or provider").to(lang), maxlength=24),
        Field(id="register_head", name="register_head", label=Text("登记的法定代表人的证件号", "Number of the registered representative").to(lang), maxlength=24),
        Field(id="register_owners", name="register_owners", label=Text("登记的股东，一行一个号", "Registered owners, one number a line").to(lang), control="textarea", required=False),
        Field(id="register_managers", name="register_managers", label=Text("登记的董事、监事、经理，一行一个号", "Registered directors and managers, one number a line").to(lang), control="textarea", required=False),
    ]  # fmt: skip
    return [
        replace(one, value=typed.get(one.name, "") if error else "", error=wrong.get(one.name, ""))
        for one in fields
    ]
