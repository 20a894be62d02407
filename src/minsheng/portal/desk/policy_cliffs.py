"""How what somebody gets moves as one number rises: plot, cliffs to the fen, all policies together."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from minsheng.apps.policies import shelf
from minsheng.apps.screening import access, cliffs, described, together, trials
from minsheng.apps.screening.cliff_words import (
    NO_CLIFF,
    cliff_said,
    given_said,
    piece_said,
    rate_said,
    stretch_said,
)
from minsheng.apps.screening.described import Asked
from minsheng.engines.policies.spec import Fact, Policy
from minsheng.engines.simulation import Piece, Schedule
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.charts.amounts import Fall, Run, draw_amounts
from minsheng.portal.desk.screening import EXCEL
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.rules import FieldKind
from minsheng.rules.show import YES_NO

MOST_YUAN, MOST_COUNT, OLDEST = "10000", "60", "100"
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """One stretch as the page and the workbook show it."""

    where: Text
    given: Text
    rate: Text
    with_: Text
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Told:
    """What was found, ready to be shown."""

    kind: FieldKind
    schedule: Schedule
    lines: tuple[_Line, ...]
    cliffs: tuple[Text, ...]
    left_out: tuple[Text, ...]
    is_open: bool
    is_drawn: bool


@require_safe
@staff_only
def page(request: SignedIn, slug: str) -> HttpResponse:
    """Ask whose case, which number and how far; show what is given on the way there."""
    access.require(access.may_see(request.user))
    found, on, lang = shelf.policy(slug), timezone.localdate(), language_of(request)
    error: WrongInput | None = None
    told: _Told | None = None
    if "fact" in request.GET and found.is_configured:
        try:
            told = _told(request, found, on)
        except WrongInput as wrong:
            error = wrong
    return render(
        request,
        "portal/desk/policy_cliffs.html",
        {
            "policy": found,
            "asked": request.GET,
            "is_all": _is_all(request),
            "choices": _choices(found, on) if found.is_configured else [],
            "people": described.people_of_demo(),
            "typed": _fields(request, found, on),
            "is_described": any(_typed(request).values()),
            "told": told,
            "chart": _chart(told, lang) if told and told.is_drawn else "",
            "no_cliff": NO_CLIFF,
            "query": request.GET.urlencode(),
            "errors": [{"id": error.field or "", "text": error.to(lang)}] if error else [],
            "wrong": error.field if error else "",
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def workbook(request: SignedIn, slug: str) -> HttpResponse:
    """Return the stretches and the cliffs as a workbook, numbers as numbers."""
    access.require(access.may_see(request.user))
    told = _told(request, shelf.policy(slug), timezone.localdate())
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "分段"
    each = "分" if told.kind.type == "money" else told.kind.unit.zh or "个"
    sheet.append(
        [f"从（{each}）", f"到（{each}）", "起点给（分）", "终点给（分）", "每多 1 少", "说明"]
    )
    for line in told.lines:
        rate = line.piece.marginal_rate
        said = "；".join(part for part in (line.given.zh, line.rate.zh, line.with_.zh) if part)
        sheet.append(
            [
                line.piece.low,
                line.piece.high,
                line.piece.at_low,
                line.piece.at_high,
                None if rate is None else float(rate),
                said,
            ]
        )
    falls = book.create_sheet("断崖")
    falls.append([f"到（{each}）", "少领（分）", "说明"])
    for fall, said_of in zip(told.schedule.cliffs, told.cliffs, strict=True):
        falls.append([fall.at, fall.loss_fen, said_of.zh])
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="cliffs-{slug}.xlsx"'
    return answer


def _is_all(request: SignedIn) -> bool:
    return request.GET.get("of", "") == "all"


def _told(request: SignedIn, found: Policy, on: date) -> _Told:
    """Return what was asked; WrongInput where something typed can't be used."""
    asked = request.GET
    path, everything = asked.get("fact", "")[:120], _is_all(request)
    known = (together.rising_of_all(on) if everything else cliffs.rising_facts(found)).get(path)
    kind = known.kind if known is not None else FieldKind("integer")
    low = _bound(asked.get("low", "") or "0", kind, "low")
    high = _bound(asked.get("high", "") or _most(path, kind), kind, "high")
    who = asked.get("person", "")[:60]
    start = described.facts_of_demo(who, by=request.user, on=on) if who else {}
    facts = described.described(_policies(request, found, on), _typed(request), start)
    if everything:
        return _of_all(path, kind, facts, low, high, on)
    told = cliffs.schedule_of(found, path, facts, low=low, high=high, on=on)
    gives = found.amount is not None
    lines = tuple(
        _Line(
            stretch_said(one, kind),
            given_said(one, gives_money=gives),
            rate_said(one, kind) if gives and one.value is True else Text(""),
            Text(""),
            one,
        )
        for one in told.pieces[:MOST_ROWS]
    )
    return _whole(kind, told, lines, (), gives_money=gives)


def _of_all(
    path: str, kind: FieldKind, facts: dict[str, Any], low: int, high: int, on: date
) -> _Told:
    found = together.all_together(path, facts, low=low, high=high, on=on)
    lines = tuple(
        _Line(
            stretch_said(one.piece, kind),
            given_said(one.piece, gives_money=True),
            rate_said(one.piece, kind),
            _with(one),
            one.piece,
        )
        for one in found.stretches[:MOST_ROWS]
    )
    left_out = tuple(shelf.policy(slug).title for slug in found.left_out)
    return _whole(kind, found.schedule, lines, left_out, gives_money=True)


def _whole(
    kind: FieldKind,
    told: Schedule,
    lines: tuple[_Line, ...],
    left_out: tuple[Text, ...],
    *,
    gives_money: bool,
) -> _Told:
    return _Told(
        kind,
        told,
        lines,
        tuple(cliff_said(one, kind) for one in told.cliffs),
        left_out,
        any(one.at_low is None or one.value is None for one in told.pieces),
        gives_money and any(one.at_low or one.at_high for one in told.pieces),
    )


def _with(one: together.Stretch) -> Text:
    """Return which policies give on a stretch, what excludes what, and which can't be told."""
    parts: list[Text] = []
    if one.kept:
        parts.append(_listed("领", "paid:", one.kept))
    parts += one.barred
    if one.open:
        parts.append(_listed("定不了", "can't be told:", one.open))
    return Text("；".join(part.zh for part in parts), "; ".join(part.to("en") for part in parts))


def _listed(zh: str, en: str, slugs: tuple[str, ...]) -> Text:
    titles = [shelf.policy(slug).short for slug in slugs]
    return Text(
        f"{zh}{'、'.join(one.zh for one in titles)}",
        f"{en} {', '.join(one.to('en') for one in titles)}",
    )


def _most(path: str, kind: FieldKind) -> str:
    if path == cliffs.AGE:
        return OLDEST
    return MOST_YUAN if kind.type == "money" else MOST_COUNT


def _bound(text: str, kind: FieldKind, field: str) -> int:
    value = trials.plain_of_text(kind.type, text.strip()[:20])
    if not isinstance(value, int) or not 0 <= value <= 10**13:
        raise WrongInput(
            "cliffs.bound",
            "写一个数，从 0 起，金额写元，例如 3000。",
            "Write a number, 0 or more, money in yuan, such as 3000.",
            field=field,
        )
    return value


def _policies(request: SignedIn, found: Policy, on: date) -> list[Policy]:
    if not _is_all(request):
        return [found]
    return [one for one in shelf.shelf(on).in_force(on) if one.about == "person"]


def _choices(found: Policy, on: date) -> list[tuple[str, Text, bool]]:
    """Return the numbers that may rise, and whether this policy itself reads them."""
    own = cliffs.rising_facts(found)
    all_: dict[str, Fact] = {**own, **together.rising_of_all(on)}
    return [(path, fact.kind.label, path in own) for path, fact in all_.items()]


def _typed(request: SignedIn) -> dict[str, str]:
    return {
        key.removeprefix("f."): request.GET.get(key, "")[:60]
        for key in list(request.GET)[:200]
        if key.startswith("f.")
    }


def _fields(
    request: SignedIn, found: Policy, on: date
) -> list[tuple[Asked, str, list[tuple[str, Text]]]]:
    """Return the facts that may be described, with what was typed and the answers there are."""
    if not found.is_configured:
        return []
    typed = _typed(request)
    return [
        (one, typed.get(one.path, ""), _options(one))
        for one in described.facts_of(_policies(request, found, on))
    ]


def _options(one: Asked) -> list[tuple[str, Text]]:
    if one.kind.type == "boolean":
        return [("yes", YES_NO[True]), ("no", YES_NO[False])]
    return [(key, one.kind.label_of(key)) for key in one.kind.options]


def _chart(told: _Told, lang: str) -> SafeString:
    scale = 100 if told.kind.type == "money" else 1
    pieces = told.schedule.pieces
    runs = [
        Run(one.low / scale, one.high / scale, _yuan(one.at_low), _yuan(one.at_high))
        for one in pieces
    ]
    falls = [Fall(one.at / scale, f"−{one.loss_fen / 100:,.2f}") for one in told.schedule.cliffs]
    ends = sorted({pieces[0].low, *(one.at for one in told.schedule.cliffs[:1]), pieces[-1].high})
    about = "; ".join(piece_said(one, told.kind, gives_money=True).to(lang) for one in pieces[:12])
    return draw_amounts(
        runs,
        falls,
        ticks=[(end / scale, _tick(end, told.kind)) for end in ends],
        ident="amounts",
        title="拿到多少元" if lang == "zh" else "What is given, yuan",
        about=about,
    )


def _tick(at: int, kind: FieldKind) -> str:
    return f"{at / 100:,.0f}" if kind.type == "money" else str(at)


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
