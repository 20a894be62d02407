"""The money of policies at the desk: pots, batches for the bank, and its answers held against them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.grants import actions as grant_actions
from minsheng.apps.grants import reads as grants
from minsheng.apps.grants import recoveries
from minsheng.apps.payouts import access, actions, reads
from minsheng.apps.policies.shelf import policy
from minsheng.apps.records.reads import Opened
from minsheng.engines.payments.orders import reason_words
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of
from minsheng.portal.money import STATES

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOUND = {
    "paid": Text("已付", "paid"),
    "refused": Text("退回", "refused"),
    "waiting": Text("银行还在办", "the bank is at it"),
    "missing": Text("没有回", "not answered"),
    "differs": Text("金额不一样", "another amount"),
    "unknown": Text("不是这一批的", "not of this batch"),
    "twice": Text("说了两遍", "said twice"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def money(request: SignedIn) -> HttpResponse:
    """Show each pot, what waits to be paid and the batches; propose, give, make a batch, try again."""
    if not access.handles_money(request.user):
        raise access.not_yours()
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            path = _act(request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(path)
    year, rules = timezone.localdate().year, access.rules()
    held = access.posts_of(request.user)
    return render(
        request,
        "portal/desk/money.html",
        {
            "year": year,
            "pots": [
                (one, reads.pot(one.slug, year), reads.waiting(one.slug))
                for one in grants.paying_policies(request.user)
            ],
            "proposed": [(row, policy(row.policy).title) for row in reads.budgets_proposed()],
            "batches": [(row, still, policy(row.policy).title) for row, still in reads.batches()],
            "failed": [(row, reason_words(row.reason)) for row in reads.failed()],
            "to_repay": [
                (row, part, policy(row.grant.policy).title)
                for row, part in recoveries.to_repay(request.user)
            ],
            "proposes": rules.budget in held,
            "confirms": rules.confirm in held,
            "pays": rules.pay in held,
            "typed": request.POST,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def batch(request: SignedIn, number: str) -> HttpResponse:
    """Show one batch line by line; read the bank's answer."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            given = request.FILES.get("file")
            if given is None:
                raise WrongInput(
                    "payouts.no_file", "请选回执文件。", "Choose the bank's answer.", field="file"
                )
            check_size(given.size or 0)
            actions.read_bank_answer(number, given.read(), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-batch", args=[number]))
    view = reads.batch_view(number, account=request.user)
    return render(
        request,
        "portal/desk/batch.html",
        {
            "view": view,
            "title": policy(view.batch.policy).title,
            "lines": [
                (
                    one,
                    view.names[one.instalment.person_id],
                    STATES.get(one.outcome, "open") if one.outcome != "refused" else "no",
                    FOUND[one.outcome or "missing"],
                    reason_words(one.reason) if one.outcome == "refused" else "",
                )
                for one in view.lines
            ],
            "answers": [
                (one, [(FOUND[key], count) for key, count in sorted(one.found.items())])
                for one in view.answers
            ],
            "pays": access.rules().pay in access.posts_of(request.user),
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def batch_file(request: SignedIn, number: str) -> HttpResponse:
    """Send the payment file, or with `?as=list` the list for a bank counter."""
    as_list = request.GET.get("as") == "list"
    title = policy(reads.batch_policy(number)).title
    content = reads.payment_file(number, account=request.user, title=title, as_list=as_list)
    name, kind = (f"{number}.xlsx", EXCEL) if as_list else (f"{number}.xml", "application/xml")
    return sent(Opened(content=content, media_type=kind, name=name))


def _act(request: SignedIn) -> str:
    form, by = request.POST, request.user
    slug = form.get("policy", "")[:60]
    match form.get("act", ""):
        case "propose":
            policy(slug)
            fen = parse_yuan(form.get("amount", "")[:20])
            actions.propose_budget(slug, timezone.localdate().year, fen, by=by)
        case "give":
            actions.give_budget(_id(form.get("budget", "")), by=by)
        case "drop":
            actions.drop_budget(_id(form.get("budget", "")), by=by)
        case "retry":
            actions.retry_instalment(_id(form.get("instalment", "")), by=by)
        case "repaid":
            grant_actions.note_repaid(
                _id(form.get("recovery", "")), _id(form.get("part", "")), by=by
            )
        case "batch":
            made = actions.make_batch(slug, by=by, pay_on=timezone.localdate())
            return reverse("desk-batch", args=[made.number])
        case _:
            raise WrongInput("payouts.act", "请先选一样再发。", "Choose what to do first.")
    return reverse("desk-money")


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
