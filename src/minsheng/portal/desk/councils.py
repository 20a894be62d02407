"""Neighbours' matters at the desk: call the council, minutes, votes, who does what, the small fund."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals.reads import area_title
from minsheng.apps.cases import catalogue
from minsheng.apps.councils import actions, reads
from minsheng.lib.areas import AreaKind
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.portal.councils import (
    PAYMENT_TAGS,
    TAGS,
    day_typed,
    errors,
    moment_typed,
    number_typed,
    rows,
    yuan_typed,
)
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of

PROPOSALS = 3
LIVED_IN: tuple[AreaKind, ...] = ("community", "village", "estate", "courtyard")
REFUSED = (WrongInput, Conflict, NotAllowed)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def room(request: SignedIn) -> HttpResponse:
    """Show what waits: small requests to call about, matters in hand, payments, funds; or set a fund."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            amount = yuan_typed(request.POST.get("amount", ""), "amount")
            area = request.POST.get("area", "")[:60]
            actions.grant_budget(
                reads.kind_for(request.user), area, amount, by=request.user, on=timezone.localdate()
            )
        except REFUSED as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-councils"))
    found = reads.desk_room(request.user)
    communities = catalogue.packs().district.areas.of_kind(
        "community", "village", on=timezone.localdate()
    )
    funds = reads.funds()
    given = {one.area for one in funds}
    return render(
        request,
        "portal/desk/councils.html",
        {
            "room": found,
            "rows": rows(found.matters),
            "waiting": len(found.small)
            + len(found.to_approve)
            + sum(one.waits for one in found.matters),
            "funds": funds,
            "homes": reads.homes_waiting(request.user),
            "communities": [
                (one.key, area_title(one.key)) for one in communities if one.key not in given
            ],
            "posted": request.POST,
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def call(request: SignedIn, number: str) -> HttpResponse:
    """Ask what the council is about, when and where it meets; and call it."""
    error: MinshengError | None = None
    made = reads.matter_id(number)
    if made and reads.desk_matter(made, account=request.user):
        return HttpResponseRedirect(reverse("desk-council", args=[made]))
    if request.method == "POST":
        posted = request.POST
        try:
            matter = actions.call_council(
                number,
                title=posted.get("title", ""),
                words=posted.get("words", ""),
                part=posted.get("part", ""),
                invitation=_invitation(request),
                by=request.user,
            )
        except REFUSED as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-council", args=[matter.pk]))
    view = reads.to_call(number, account=request.user)
    return render(
        request,
        "portal/desk/council_call.html",
        {
            "view": view,
            "chosen": request.POST.getlist("parties"),
            "posted": request.POST,
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def matter(request: SignedIn, matter_id: int) -> HttpResponse:
    """Show one matter, or carry out what was chosen."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, matter_id)
        except REFUSED as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-council", args=[matter_id]))
    found, today = reads.desk_matter(matter_id, account=request.user), timezone.localdate()
    posted = request.POST
    return render(
        request,
        "portal/desk/council.html",
        {
            "desk": found,
            "view": found.view,
            "state": TAGS[found.view.state],
            "vote": next(iter(found.view.votes), None),
            "payments": [
                {"is": one, "state": PAYMENT_TAGS[one.state]} for one in found.view.payments
            ],
            "proposals": [
                (n, posted.get(f"proposal-{n}", ""), posted.get(f"cost-{n}", ""))
                for n in range(1, PROPOSALS + 1)
            ],
            "opens_on": posted.get("opens_on") or today.isoformat(),
            "closes_on": posted.get("closes_on")
            or (today + timedelta(days=max(found.least_days, 7) - 1)).isoformat(),
            "chosen": posted.getlist("parties"),
            "act": posted.get("act", ""),
            "posted": posted,
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def homes(request: SignedIn) -> HttpResponse:
    """Show the roll of a place, write homes down, and answer who says which home is theirs."""
    error: MinshengError | None = None
    area = (request.POST.get("area") or request.GET.get("area", ""))[:60]
    if request.method == "POST":
        try:
            _keep_roll(request, area)
        except REFUSED as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(f"{reverse('desk-homes')}?area={area}")
    places = catalogue.packs().district.areas.of_kind(*LIVED_IN, on=timezone.localdate())
    return render(
        request,
        "portal/desk/council_homes.html",
        {
            "area": area,
            "title": area_title(area),
            "places": [(one.key, area_title(one.key)) for one in places],
            "homes": reads.roll(area, account=request.user),
            "posted": request.POST,
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def payment_file(request: SignedIn, payment_id: int) -> HttpResponse:
    """Send the evidence of a payment."""
    return sent(reads.payment_file(payment_id, account=request.user))


def _act(request: SignedIn, matter_id: int) -> None:
    """Carry out what was chosen on a matter."""
    form, by = request.POST, request.user
    words = form.get("words", "")
    match form.get("act", ""):
        case "call_again":
            actions.call_again(matter_id, _invitation(request), by=by)
        case "hold":
            came = number_typed(form.get("came", ""))
            actions.hold_meeting(matter_id, came=came, minutes=form.get("minutes", ""), by=by)
        case "open_vote":
            _open_vote(request, matter_id)
        case "paper":
            vote = max(0, number_typed(form.get("vote", "")))
            actions.cast_on_paper(vote, form.get("label", ""), form.get("choice", "")[:8], by=by)
        case "share":
            for party in reads.desk_matter(matter_id, account=by).view.shares:
                actions.share_out(
                    matter_id, party.party, form.get(f"share-{party.party}", ""), by=by
                )
        case "finish":
            actions.finish_matter(matter_id, words, by=by)
        case "drop":
            actions.drop_matter(matter_id, words, by=by)
        case _:
            _spend(request, matter_id)


def _spend(request: SignedIn, matter_id: int) -> None:
    """Carry out what was chosen about the money of a matter."""
    form, by = request.POST, request.user
    payment = max(0, number_typed(form.get("payment", "")))
    match form.get("act", ""):
        case "propose":
            actions.propose_payment(
                matter_id,
                what=form.get("what", ""),
                payee=form.get("payee", ""),
                amount_fen=yuan_typed(form.get("amount", ""), "amount"),
                by=by,
            )
        case "approve" | "refuse" as answer:
            reason = form.get("reason", "")
            actions.decide_payment(payment, agrees=answer == "approve", reason=reason, by=by)
        case "pay":
            actions.pay(payment, _proof(request), by=by)
        case "release":
            actions.release_payment(payment, form.get("reason", ""), by=by)
        case "reverse":
            actions.reverse_payment(payment, form.get("reason", ""), by=by)
        case _:
            raise _nothing_chosen()


def _open_vote(request: SignedIn, matter_id: int) -> None:
    form = request.POST
    proposals = [
        (form.get(f"proposal-{n}", ""), yuan_typed(form.get(f"cost-{n}") or "0", f"cost-{n}"))
        for n in range(1, PROPOSALS + 1)
        if form.get(f"proposal-{n}", "").strip()
    ]
    actions.open_vote(
        matter_id,
        question=form.get("question", ""),
        proposals=proposals,
        opens_on=day_typed(form.get("opens_on", ""), "opens_on"),
        closes_on=day_typed(form.get("closes_on", ""), "closes_on"),
        by=request.user,
    )


def _keep_roll(request: SignedIn, area: str) -> None:
    form, by, kind = request.POST, request.user, reads.kind_for(request.user)
    home = max(0, number_typed(form.get("home", "")))
    match form.get("act", ""):
        case "register":
            labels = form.get("labels", "")[:20_000].splitlines()
            actions.register_homes(kind, area, labels, by=by)
        case "confirm" | "refuse" as answer:
            actions.answer_home(home, kind, agrees=answer == "confirm", by=by)
        case "vacate":
            actions.vacate_home(home, kind, by=by)
        case _:
            raise _nothing_chosen()


def _invitation(request: SignedIn) -> actions.Invitation:
    form = request.POST
    return actions.Invitation(
        at=moment_typed(form.get("at", ""), form.get("at_time", ""), "at"),
        place=form.get("place", ""),
        parties=tuple(form.getlist("parties")),
    )


def _proof(request: SignedIn) -> actions.Proof:
    file, words = request.FILES.get("file"), request.POST.get("evidence", "")
    if file is None:
        return actions.Proof(words)
    check_size(file.size or 0)
    return actions.Proof(words, name=str(file.name), content=file.read())


def _nothing_chosen() -> WrongInput:
    return WrongInput(
        "councils.act",
        "请先选一样再发。您写的都还在。",
        "Choose what to do first. What you wrote is still here.",
    )
