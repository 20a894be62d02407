"""A firm's vouchers: asking, a contract with a listed provider, the proof, giving up."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import reads as people
from minsheng.apps.vouchers import actions, reads, rechecked
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.rechecks import take_recheck_step
from minsheng.portal.steps import form_mistakes, step_forms

TAGS = {
    "asked": "running", "issued": "yours", "reserved": "yours", "used": "running",
    "redeemed": "done", "refused": "refused", "returned": "done", "expired": "late",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def vouchers(request: SignedIn) -> HttpResponse:
    """Show the firm's vouchers and the year's pool; ask for one, or say who owns the firm."""
    firms = people.organisations_of(request.user)
    if not firms:
        return render(request, "portal/firm/vouchers.html", {"firms": firms})
    codes = [one.credit_code for one in firms]
    asked = request.GET.get("firm", "")
    code = asked if asked in codes else codes[0]
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            where = _ask_or_declare(request, code)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(where)
    pools = reads.pools(timezone.localdate())
    asking, owning = _asking(request, pools), _owning(request)
    act = request.POST.get("act", "")
    shown = _marked([*asking, *owning], error, request)
    above = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    return render(
        request,
        "portal/firm/vouchers.html",
        {
            "firms": firms,
            "firm": next(one for one in firms if one.credit_code == code),
            "pools": pools,
            "rows": [(one, TAGS[one.state]) for one in reads.own_vouchers(request.user, code=code)],
            "has_ownership": reads.has_ownership(request.user, code=code),
            "asking": shown[: len(asking)],
            "owning": shown[len(asking) :],
            "act": act,
            "errors": [*above, *mistakes(shown)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def voucher(request: SignedIn, voucher_id: int) -> HttpResponse:
    """Show one voucher with what can be done now, or do it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, voucher_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("firm-voucher", args=[voucher_id]))
    line = reads.own_voucher(voucher_id, account=request.user)
    view = rechecked.own_recheck(voucher_id, request.user)
    forms = step_forms(request, view.may, error) if view else []
    fields = _fields(request, line)
    shown = _marked(fields, error, request)
    above = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    in_forms = form_mistakes(request, forms, error) if forms else []
    return render(
        request,
        "portal/firm/voucher.html",
        {
            "line": line,
            "view": view,
            "forms": forms,
            "tag": TAGS[line.state],
            "fields": shown,
            "errors": in_forms or [*above, *mistakes(shown)],
        },
        status=error.status if error else 200,
    )


def _ask_or_declare(request: SignedIn, code: str) -> str:
    form, by = request.POST, request.user
    if form.get("act") == "own":
        actions.declare_ownership(code, form.get("head", ""), form.get("owners", ""), by=by)
        return reverse("firm-vouchers")
    made = actions.ask(
        form.get("scheme", ""),
        code=code,
        use=form.get("use", ""),
        amount_fen=_yuan(form.get("amount", ""), field="amount"),
        words=form.get("words", ""),
        by=by,
    )
    return reverse("firm-voucher", args=[made.pk])


def _act(request: SignedIn, voucher_id: int) -> None:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "reserve":
            actions.reserve_for(
                voucher_id,
                provider=form.get("provider", "")[:18],
                contract_fen=_yuan(form.get("contract_yuan", ""), field="contract_yuan"),
                contract=form.get("contract", ""),
                by=by,
            )
        case "prove":
            actions.prove(voucher_id, form.get("proof", ""), by=by)
        case "give_up":
            actions.give_up(voucher_id, by=by)
        case "answer" | "object":
            take_recheck_step(request, voucher_id)
        case _:
            raise WrongInput(
                "vouchers.act", "请先选一样再发。", "Choose what to do first.", field="act"
            )


def _yuan(text: str, *, field: str) -> int:
    try:
        return parse_yuan(text)
    except WrongInput as wrong:
        raise WrongInput(wrong.code, wrong.zh, wrong.en, field=field) from wrong


def _asking(request: SignedIn, pools: list[reads.Pool]) -> list[Field]:
    lang = language_of(request)
    uses = {key: use for one in pools for key, use in one.scheme.uses.items()}
    return [
        Field(
            id="use", name="use", label=Text("买什么服务", "For which service").to(lang), control="radio",
            options=[Choice(key, use.to(lang)) for key, use in uses.items()],
        ),
        Field(
            id="amount", name="amount", label=Text("申请多少元", "How many yuan").to(lang), width="s",
            inputmode="decimal", maxlength=20,
            help=Text("合同一半以内，签了合同多的自动退回总额。", "Up to half of the contract; what is too much goes back by itself.").to(lang),
        ),
        Field(
            id="words", name="words", label=Text("做什么用", "What it is for").to(lang), control="textarea",
            width="l", maxlength=300,
        ),
    ]  # fmt: skip


def _owning(request: SignedIn) -> list[Field]:
    lang = language_of(request)
    return [
        Field(
            id="head", name="head", width="m", maxlength=24,
            label=Text("法定代表人的证件号", "Identity number of the legal representative").to(lang),
            why=Text("用来查和机构有没有关联，加密保存。", "To check for ties with providers; stored encrypted.").to(lang),
        ),
        Field(
            id="owners", name="owners", control="textarea", required=False, rows=3,
            label=Text("股东的证件号或信用代码，一行一个", "Owners' numbers or credit codes, one a line").to(lang),
        ),
    ]  # fmt: skip


def _fields(request: SignedIn, line: reads.VoucherLine) -> list[Field]:
    lang = language_of(request)
    if "reserve" in line.may:
        listed = reads.providers(line.use_key)
        return [
            Field(
                id="provider", name="provider", label=Text("和哪家机构签的", "With which provider").to(lang),
                control="select", options=[Choice(one.credit_code, one.name) for one in listed],
            ),
            Field(
                id="contract_yuan", name="contract_yuan", width="s", inputmode="decimal", maxlength=20,
                label=Text("合同金额（元）", "Amount of the contract (yuan)").to(lang),
            ),
            Field(
                id="contract", name="contract", width="l", maxlength=300,
                label=Text("合同的名称和编号", "Title and number of the contract").to(lang),
            ),
        ]  # fmt: skip
    if "prove" in line.may:
        return [
            Field(
                id="proof", name="proof", control="textarea", width="l", maxlength=300,
                label=Text("凭什么说用完了", "What shows that it was done").to(lang),
                help=Text("写上成果、发票、付款凭证的名称和编号，原件带到窗口核。", "Name the results, invoice and payment; bring the originals to the counter.").to(lang),
            )
        ]  # fmt: skip
    return []


def _marked(fields: list[Field], error: MinshengError | None, request: SignedIn) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None and error.field else {}
    return [
        replace(one, value=typed.get(one.name, ""), error=wrong.get(one.name, "")) for one in fields
    ]
