"""One project as firm and officers see it: money in parts, the cap table before and after, open steps."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minsheng.apps.stakes import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.portal.charts.shares import Share, draw_shares
from minsheng.portal.doors import SignedIn
from minsheng.portal.finance_sheets import conversion_rows
from minsheng.portal.steps import (
    form_mistakes,
    step_forms,
    typed_fen,
    typed_holdings,
    typed_number,
)

TAGS = {
    "declined": "refused", "refused": "refused", "exited": "done", "held": "done",
    "written_off": "done", "withdrawn": "withdrawn",
}  # fmt: skip
PAYMENTS = {
    "order": actions.order_payment,
    "pay": actions.confirm_payment,
    "stop": actions.stop_payment,
}
PARTS = 10_000


def tag_of(state: str) -> str:
    """Return which tag a state of a project has."""
    return TAGS.get(state, "running")


def stake_page(request: SignedIn, stake_id: int, *, base: str, address: str) -> HttpResponse:
    """Show one project, or take a step of it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, stake_id)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse(address, args=[stake_id]))
    view = reads.stake_view(stake_id, request.user)
    options = {
        "event": [(key, one.title) for key, one in view.terms.triggers.items()],
        "way": [(key, one.title) for key, one in view.terms.exits.items()],
    }
    forms = step_forms(request, view.may, error, options)
    trigger = view.terms.triggers.get(view.event)
    return render(
        request,
        "portal/stakes/one.html",
        {
            "base": base,
            "view": view,
            "line": view.line,
            "tag": tag_of(view.line.state),
            "forms": forms,
            "trigger": trigger,
            "way": view.terms.exits.get(view.way),
            "calculation": conversion_rows(view),
            "bar": _bar(view.holdings or (view.preview.after if view.preview else ())),
            "is_desk": request.user.is_staff_member,
            "errors": form_mistakes(request, forms, error),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, stake_id: int) -> None:
    form, by = request.POST, request.user
    act = form.get("act", "")[:20]
    if act in PAYMENTS:
        PAYMENTS[act](typed_number(form.get("part", "")), by=by)
        return
    if act == "ask":
        actions.ask_experts(stake_id, by=by)
        return
    if act == "opinion":
        _opinion(request, stake_id)
        return
    said = actions.Said(
        reason=form.get("reason", ""),
        amount_fen=typed_fen(request, "amount"),
        event=form.get("event", "")[:20],
        investor=form.get("investor", ""),
        pre_money_fen=typed_fen(request, "pre_money"),
        new_money_fen=typed_fen(request, "new_money"),
        holdings=typed_holdings(request),
        way=form.get("way", "")[:20],
        buyer=form.get("buyer", ""),
        value_fen=typed_fen(request, "value"),
    )
    actions.take_step(stake_id, act, said, by=by)


def _opinion(request: SignedIn, stake_id: int) -> None:
    form = request.POST
    for name in ("agrees", "has_interest"):
        if form.get(name) not in ("yes", "no"):
            raise WrongInput(
                "stakes.choose",
                "请选一个。别的都还在。",
                "Choose one. The rest is kept.",
                field=name,
            )
    word = actions.Word(
        agrees=form.get("agrees") == "yes",
        has_interest=form.get("has_interest") == "yes",
        words=form.get("words", ""),
    )
    actions.give_opinion(stake_id, word, by=request.user)


def _bar(holdings: tuple[reads.Holding, ...]) -> str:
    """Return the cap table drawn as one bar; the exact parts stand in the table below it."""
    kinds = ("fs", "fp", "fm", "fe")
    shares, others = [], 0
    for one in holdings:
        kind = "fr" if one.is_own else kinds[others % len(kinds)]
        others += not one.is_own
        shares.append(Share(kind, max(round(one.part * PARTS), 1)))
    return draw_shares(shares) if shares else ""
