"""My points as a talent: line by line, what they open and what they never touch, my code, my numbers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.scores import actions, reads
from minsheng.engines.scoring.words import range_said
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.qr import qr_svg
from minsheng.portal.scores import score_rows

BLOCK = 4


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def talent(request: SignedIn) -> HttpResponse:
    """Show my points and what they open; give a code for a desk, or take an objection."""
    if not request.user.is_proved:
        return render(request, "portal/resident/talent.html", {"proved": False})
    error: MinshengError | None = None
    code, address, until = "", "", None
    if request.method == "POST" and request.POST.get("act") == "code":
        row, plain = actions.give_talent_code(by=request.user)
        code = "-".join(plain[at : at + BLOCK] for at in range(0, len(plain), BLOCK))
        address = f"{settings.MINSHENG_BASE_URL}{reverse('desk-talent')}?code={plain}"
        until = row.until
    elif request.method == "POST":
        try:
            actions.object_to_refusal(
                _number(request.POST.get("number", "")),
                request.POST.get("words", ""),
                by=request.user,
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("mine-talent"))
    room = reads.talent_room(request.user, on=timezone.localdate())
    return render(
        request,
        "portal/resident/talent.html",
        {
            "proved": True,
            "score": score_rows(room.explained),
            "checked": range_said(room.checked) if room.checked else None,
            "numbers": room.numbers,
            "openings": room.openings,
            "code": code,
            "qr": qr_svg(address) if address else "",
            "until": until,
            "typed": request.POST.get("words", "") if error else "",
            "typed_for": _number(request.POST.get("number", "")) if error else 0,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def numbers(request: SignedIn) -> HttpResponse:
    """Ask for my numbers, and keep them until an office has looked."""
    if not request.user.is_proved:
        return render(request, "portal/resident/talent.html", {"proved": False})
    own = reads.talent_room(request.user, on=timezone.localdate()).numbers
    error: MinshengError | None = None
    if request.method == "POST":
        typed = actions.Typed(
            numbers={one.fact.key: request.POST.get(one.fact.key, "")[:40] for one in own},
            paper=request.POST.get("paper", ""),
            as_of=_day(request.POST.get("as_of", "")),
        )
        try:
            actions.declare_own(typed, by=request.user)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("mine-talent"))
    fields = _fields(request, own, error)
    return render(
        request,
        "portal/resident/talent_numbers.html",
        {"fields": fields, "errors": mistakes(fields)},
        status=error.status if error else 200,
    )


def _fields(
    request: SignedIn, own: tuple[reads.OwnNumber, ...], error: MinshengError | None
) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None else {}
    found = []
    for one in own:
        name, is_money = one.fact.key, one.fact.type == "money"
        unit = Text("元", "yuan") if is_money else one.fact.unit
        there = "" if one.value is None else format_yuan(one.value) if is_money else str(one.value)
        found.append(
            Field(
                id=name, name=name,
                label=one.fact.label.to(lang) + (f"（{unit.zh}）" if lang == "zh" else f" ({unit.en})"),
                help=one.fact.ask.to(lang), required=False, width="s",
                inputmode="decimal" if is_money else "numeric", maxlength=40,
                value=typed.get(name, there), error=wrong.get(name, ""),
            )
        )  # fmt: skip
    found.append(
        Field(
            id="as_of", name="as_of", label=Text("这些数是哪一天的", "As of which day").to(lang),
            help=Text("写成 2025-12-31", "Like 2025-12-31").to(lang), width="s", maxlength=10,
            value=typed.get("as_of", ""), error=wrong.get("as_of", ""),
        )
    )  # fmt: skip
    found.append(
        Field(
            id="paper", name="paper", label=Text("凭什么", "By which papers").to(lang),
            help=Text("例如：学位证书、纳税记录、项目任务书", "Such as a degree, a tax record, a project contract").to(lang),
            width="l", maxlength=300, value=typed.get("paper", ""), error=wrong.get("paper", ""),
        )
    )  # fmt: skip
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
