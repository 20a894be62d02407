"""Points at the desk: record, make public, decide objections, put right, keep the shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.points import actions, reads
from minsheng.apps.points.reads import CircleDesk, Ordered
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.languages import Language, language_of


@require_safe
@staff_only
def points(request: SignedIn) -> HttpResponse:
    """Show every circle in which I have a duty, with what waits."""
    return render(request, "portal/desk/points.html", {"circles": reads.desk(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def circle(request: SignedIn, scheme: str, circle: str) -> HttpResponse:
    """Show one circle: record in a minute, make public, decide, reverse."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _ACTS.get(request.POST.get("act", ""), _nothing)(request, scheme, circle)
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-points-circle", args=[scheme, circle]))
    view = reads.circle_desk(scheme, circle, account=request.user)
    fields = _fields(request, view, error, language_of(request))
    return render(
        request,
        "portal/desk/points_circle.html",
        {
            "view": view,
            "fields": fields,
            "errors": mistakes(fields) or _stray(error, fields, language_of(request)),
            "posted": reads.posted(scheme, circle, account=request.user)
            if "decide" in view.duties
            else [],
            "people": reads.participants(scheme, circle, account=request.user),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def shop(request: SignedIn, scheme: str, circle: str) -> HttpResponse:
    """Show the shop of a circle: hand over by code, take back, add to the stock."""
    lang = language_of(request)
    error: MinshengError | None = None
    handed: Ordered | None = None
    rows = reads.orders(scheme, circle, account=request.user)
    if request.method == "POST":
        try:
            if request.POST.get("good"):
                actions.add_stock(
                    scheme,
                    circle,
                    request.POST["good"],
                    _whole(request.POST.get("count", ""), "count"),
                    by=request.user,
                )
                return HttpResponseRedirect(reverse("desk-points-shop", args=[scheme, circle]))
            if request.POST.get("back"):
                actions.take_back(_whole(request.POST["back"], "code"), by=request.user)
                return HttpResponseRedirect(reverse("desk-points-shop", args=[scheme, circle]))
            done = actions.hand_over(
                scheme, circle, request.POST.get("code", "")[:40], by=request.user
            )
            handed = next((one for one in rows if one.row.pk == done.pk), None)
            rows = [one for one in rows if one.row.pk != done.pk]
        except MinshengError as wrong:
            if not wrong.field:
                raise
            error = wrong
    view = reads.circle_desk(scheme, circle, account=request.user)
    left = reads.stock(scheme, circle)
    field = Field(
        id="code",
        name="code",
        label="取货码" if lang == "zh" else "Code",
        help="8 个字，没有 0、1、I、L、O" if lang == "zh" else "8 characters, no 0, 1, I, L or O",
        value=request.POST.get("code", "") if error else "",
        error=error.to(lang) if error and error.field == "code" else "",
    )
    return render(
        request,
        "portal/desk/points_shop.html",
        {
            "view": view,
            "rows": rows,
            "field": field,
            "errors": mistakes([field]) or _stray(error, [field], lang),
            "handed": handed,
            "gone": reads.handed(scheme, circle, account=request.user),
            "shelves": [(good, left.get(key, 0)) for key, good in view.scheme.goods.items()],
        },
        status=error.status if error else 200,
    )


def _nothing(request: SignedIn, scheme: str, circle: str) -> None:
    raise WrongInput("points.act", "请选要办的一步。", "Choose what to do.", field="act")


def _propose(request: SignedIn, scheme: str, circle: str) -> None:
    actions.propose(
        scheme,
        circle,
        _whole(request.POST.get("number", ""), "number"),
        item=request.POST.get("item", ""),
        day=_day(request.POST.get("day", "")),
        times=_whole(request.POST.get("times", "1"), "times"),
        note=request.POST.get("note", "")[:2000],
        by=request.user,
    )


def _publish(request: SignedIn, scheme: str, circle: str) -> None:
    actions.publish(scheme, circle, by=request.user)


def _drop(request: SignedIn, scheme: str, circle: str) -> None:
    actions.drop(_whole(request.POST.get("proposal", ""), "proposal"), by=request.user)


def _decide(request: SignedIn, scheme: str, circle: str) -> None:
    keeps = request.POST.get("answer") == "keep"
    actions.decide_objection(
        _whole(request.POST.get("objection", ""), "objection"),
        times=None if keeps else _whole(request.POST.get("times", ""), "times"),
        by=request.user,
    )


def _reverse(request: SignedIn, scheme: str, circle: str) -> None:
    actions.reverse_proposal(_whole(request.POST.get("proposal", ""), "proposal"), by=request.user)


def _honour(request: SignedIn, scheme: str, circle: str) -> None:
    actions.offer_honour(
        scheme,
        circle,
        _whole(request.POST.get("honoured", ""), "honoured"),
        request.POST.get("honour", ""),
        by=request.user,
    )


def _bar(request: SignedIn, scheme: str, circle: str) -> None:
    actions.bar(
        scheme,
        circle,
        _whole(request.POST.get("honoured", ""), "honoured"),
        request.POST.get("veto", ""),
        by=request.user,
    )


_ACTS: dict[str, Callable[[SignedIn, str, str], None]] = {
    "propose": _propose,
    "publish": _publish,
    "drop": _drop,
    "decide": _decide,
    "reverse": _reverse,
    "honour": _honour,
    "bar": _bar,
}


def _fields(
    request: SignedIn, view: CircleDesk, error: MinshengError | None, lang: Language
) -> list[Field]:
    if "propose" not in view.duties:
        return []
    typed = request.POST if error and request.POST.get("act") == "propose" else {}
    said = error.to(lang) if error and typed else ""
    at = error.field if error else ""
    items = [
        Choice(item.key, item.title.to(lang), view.scheme.said(item.points * item.sign).to(lang))
        for item in view.scheme.items.values()
        if item.side != "base"
    ]
    people = [
        Choice(str(number), f"{number} {name.to(lang)}")
        for number, name in reads.participants(
            view.scheme.scheme, view.circle.key, account=request.user
        )
    ]
    today = timezone.localdate().isoformat()
    zh = lang == "zh"
    fields = [
        Field(id="number", name="number", label="谁" if zh else "Who", control="select",
              options=people, value=typed.get("number", ""), error=said if at == "number" else ""),
        Field(id="item", name="item", label="做了什么" if zh else "What", control="select",
              options=items, value=typed.get("item", ""), error=said if at == "item" else ""),
        Field(id="day", name="day", label="哪天" if zh else "Day", width="s",
              help="像 2026-04-22" if zh else "Like 2026-04-22",
              value=typed.get("day", today), error=said if at == "day" else ""),
        Field(id="times", name="times", label="几次" if zh else "How often", width="s",
              inputmode="numeric", value=typed.get("times", "1"), error=said if at == "times" else ""),
        Field(id="note", name="note", label="一句说明" if zh else "A note", required=False,
              value=typed.get("note", ""), maxlength=300, error=said if at == "note" else ""),
    ]  # fmt: skip
    return fields


def _stray(
    error: MinshengError | None, fields: list[Field], lang: Language
) -> list[dict[str, str]]:
    """Return the mistake of a form that has no list of fields of its own."""
    return [{"id": "", "text": error.to(lang)}] if error else []


def _whole(text: str, field: str) -> int:
    plain = text.strip()
    if not plain.removeprefix("-").isdecimal() or len(plain) > 9:
        raise WrongInput(
            "points.number", "这里写一个整数。", "A whole number belongs here.", field=field
        )
    return int(plain)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongInput(
            "points.day_typed",
            "日期写成 2026-04-22 的样子。",
            "Write the day like 2026-04-22.",
            field="day",
        ) from error
