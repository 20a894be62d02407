"""A firm's own room: its points with what would raise them, its numbers, and the way to the rest."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.loans import reads as loans
from minsheng.apps.people import reads as people
from minsheng.apps.policies import firms as policies
from minsheng.apps.scores import actions, reads
from minsheng.apps.stakes import reads as stakes
from minsheng.apps.visits import reads as visits
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.portal import loans as loan_pages
from minsheng.portal import stakes as stake_pages
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.scores import histories, number_rows, score_rows

ABOUT = ("as_of", "paper")
YES_NO = {"1": Text("是", "Yes"), "0": Text("否", "No")}


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def room(request: SignedIn) -> HttpResponse:
    """Show the firm's points, numbers and ways on; take an objection to a number."""
    firms = people.organisations_of(request.user)
    if not firms:
        return render(request, "portal/firm/room.html", {"firms": firms})
    code = firm_code(request)
    error: MinshengError | None = None
    if request.method == "POST":
        number = request.POST.get("number", "")
        try:
            actions.object_to(
                int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0,
                request.POST.get("words", ""),
                by=request.user,
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(with_firm(reverse("firm-room"), code, firms))
    on = timezone.localdate()
    firm = next(one for one in firms if one.credit_code == code)
    kept = reads.snapshots_of(firm)
    return render(
        request,
        "portal/firm/room.html",
        {
            "firms": firms,
            "firm": firm,
            "scores": [score_rows(one) for one in reads.own_explained(request.user, on=on, code=code)],
            "numbers": number_rows(
                one
                for one in reads.own_numbers(request.user, code=code)
                if one.is_scored or one.value is not None
            ),
            "kept": kept,
            "histories": histories(kept, language_of(request)),
            "loans": [
                (one, loan_pages.tag_of(one.state)) for one in loans.own_loans(request.user, code=code)
            ],
            "visits": visits.firm_visits(request.user, code),
            "stakes": [
                (one, stake_pages.tag_of(one.state))
                for one in stakes.own_stakes(request.user, code=code)
            ],
            "typed": request.POST.get("words", "") if error else "",
            "typed_for": request.POST.get("number", "") if error else "",
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def numbers(request: SignedIn) -> HttpResponse:
    """Ask for the numbers of the firm, and keep them."""
    firms = people.organisations_of(request.user)
    if not firms:
        return render(request, "portal/firm/room.html", {"firms": firms})
    code = firm_code(request)
    slug = request.GET.get("policy", "")[:60]
    own = reads.own_numbers(request.user, code=code)
    if slug:
        read = policies.facts_read(slug)
        own = [one for one in own if one.fact.key in read]
    error: MinshengError | None = None
    if request.method == "POST":
        typed = actions.Typed(
            numbers={one.fact.key: request.POST.get(one.fact.key, "")[:40] for one in own},
            paper=request.POST.get("paper", ""),
            as_of=_day(request.POST.get("as_of", "")),
        )
        try:
            actions.declare(code, typed, by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            back = reverse("firm-policy", args=[slug]) if slug else reverse("firm-room")
            return HttpResponseRedirect(with_firm(back, code, firms))
    scored = [one.fact.key for one in own if one.is_scored]
    fields = _fields(request, own, error)
    above = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    return render(
        request,
        "portal/firm/numbers.html",
        {
            "firm": next(one for one in firms if one.credit_code == code),
            "scored": [one for one in fields if one.id in scored],
            "others": [one for one in fields if one.id not in (*scored, *ABOUT)],
            "about": [one for one in fields if one.id in ABOUT],
            "policy": policies.for_firms(slug) if slug else None,
            "errors": [*above, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


def firm_code(request: SignedIn) -> str:
    """Return the credit code of the firm that is asked for, or of the first I speak for."""
    codes = [one.credit_code for one in people.organisations_of(request.user)]
    asked = request.GET.get("firm", "")
    return asked if asked in codes else codes[0]


def with_firm(address: str, code: str, firms: Sized) -> str:
    """Return an address that keeps the firm, where I speak for several."""
    return address + (f"?firm={code}" if len(firms) > 1 else "")


def _fields(request: SignedIn, own: list[reads.Number], error: MinshengError | None) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None and error.field else {}
    found = []
    for one in own:
        name, is_money = one.fact.key, one.fact.type == "money"
        unit = Text("元", "yuan") if is_money else one.fact.unit
        label = one.fact.label.to(lang)
        if unit.zh:
            label += f"（{unit.zh}）" if lang == "zh" else f" ({unit.en})"
        there = "" if one.value is None else format_yuan(one.value) if is_money else str(one.value)
        if one.source == "office":
            source = Text(
                "部门记的；不对的，回上一页提异议", "noted by an office; object on the page before"
            )
            found.append(
                Field(
                    id=name,
                    name=name,
                    label=label,
                    control="known",
                    value=YES_NO[there].to(lang) if one.fact.type == "boolean" else there,
                    source=source.to(lang),
                )
            )
            continue
        if one.fact.type == "boolean":
            found.append(
                Field(
                    id=name, name=name, label=label, help=one.fact.ask.to(lang), required=False,
                    control="radio", value=typed.get(name, there), error=wrong.get(name, ""),
                    options=[Choice(key, said.to(lang)) for key, said in YES_NO.items()],
                )
            )  # fmt: skip
            continue
        found.append(
            Field(
                id=name, name=name, label=label, help=one.fact.ask.to(lang), required=False, width="s",
                inputmode="decimal" if is_money else "numeric", maxlength=40,
                value=typed.get(name, there), error=wrong.get(name, ""),
            )
        )  # fmt: skip
    dated = [one.as_of for one in own if one.as_of]
    known = max(dated).isoformat() if dated else ""
    found.append(
        Field(
            id="as_of", name="as_of", label=Text("这些数是哪一天的", "As of which day").to(lang),
            help=Text("写成 2025-12-31", "Like 2025-12-31").to(lang), width="s", maxlength=10,
            value=typed.get("as_of", known), error=wrong.get("as_of", ""),
        )
    )  # fmt: skip
    found.append(
        Field(
            id="paper", name="paper", label=Text("从哪里来", "Where they stand").to(lang),
            help=Text("例如：2025 年度审计报告、研发费用辅助账", "Such as the audit report of 2025").to(lang),
            width="l", maxlength=300,
            value=typed.get("paper", next((one.paper for one in own if one.paper), "")),
            error=wrong.get("paper", ""),
        )
    )  # fmt: skip
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
