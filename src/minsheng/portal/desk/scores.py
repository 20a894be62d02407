"""Scores at the desk: objections, weights by two persons, numbers noted of a firm, the score of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.scores import actions, reads
from minsheng.content.scores import LoadedScore
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.scores import objection_rows, weight_rows


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def scores(request: SignedIn) -> HttpResponse:
    """Show objections and weights that wait, and the firms; or act on one."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-scores"))
    found, lang = reads.desk(request.user), language_of(request)
    fields = _number_fields(request, error) if found.may_note else []
    about_row = error is not None and error.field not in {one.name for one in fields}
    above = [Mistake(error.field, error.to(lang))] if error is not None and about_row else []
    return render(
        request,
        "portal/desk/scores.html",
        {
            "objections": objection_rows(found.objections),
            "weights": weight_rows(found.weights),
            "to_weigh": [one.score for one in found.to_weigh],
            "years": [one.score for one in found.years],
            "may_note": found.may_note,
            "fields": fields,
            "typed": request.POST if error else {},
            "errors": [*above, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def weights(request: SignedIn, slug: str) -> HttpResponse:
    """Ask for the weights of a score, stage by stage, and keep them for a second person."""
    loaded = next(
        (one for one in reads.desk(request.user).to_weigh if one.score.score == slug), None
    )
    if loaded is None:
        raise reads.nothing_to_weigh()
    error: MinshengError | None = None
    if request.method == "POST":
        typed = {
            stage: {
                part: request.POST.get(f"{stage}.{part}", "")[:12] for part in loaded.score.parts
            }
            for stage in loaded.score.stages
        }
        try:
            actions.enter_weights(
                slug,
                typed,
                starts=_day(request.POST.get("starts", "")),
                source=request.POST.get("source", ""),
                by=request.user,
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-scores"))
    stages, more = _weight_fields(request, loaded, error)
    shown = [one for _, fields in stages for one in fields] + more
    lang = language_of(request)
    is_sum = error is not None and error.field in loaded.score.stages
    above = [Mistake("", error.to(lang))] if error is not None and is_sum else []
    return render(
        request,
        "portal/desk/weights.html",
        {
            "score": loaded.score,
            "stages": stages,
            "fields": more,
            "errors": [*above, *mistakes(shown)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def year(request: SignedIn, slug: str) -> HttpResponse:
    """Show what would be kept of this year, firm by firm; ask for it, confirm it, or keep it."""
    error: MinshengError | None = None
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "confirm":
                actions.confirm_year(slug, by=request.user)
            else:
                actions.keep_year(slug, by=request.user)
        except Conflict as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-scores-year", args=[slug]))
    return render(
        request,
        "portal/desk/scores_year.html",
        {
            "view": reads.year_of(slug, request.user),
            "errors": [Mistake("", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn) -> None:
    form, by = request.POST, request.user
    number = form.get("id", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    match form.get("act", ""):
        case "settle":
            actions.settle_objection(pk, form.get("number", "")[:40], form.get("answer", ""), by=by)
        case "confirm":
            actions.confirm_weights(pk, by=by)
        case "refuse":
            actions.refuse_weights(pk, form.get("why", ""), by=by)
        case "note":
            typed = actions.Typed(
                numbers={form.get("fact", ""): form.get("value", "")[:40]},
                paper=form.get("paper", ""),
                as_of=_day(form.get("as_of", "")),
            )
            try:
                actions.note(form.get("code", "")[:18], typed, by=by)
            except NotFound as missing:
                raise WrongInput(missing.code, missing.zh, missing.en, field="code") from missing
        case _:
            raise WrongInput("scores.act", "请先选一样再发。", "Choose what to do first.", field="")


def _number_fields(request: SignedIn, error: MinshengError | None) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None and error.field else {}
    facts = reads.noted_facts()
    if error is not None and error.field in facts:
        wrong["value"] = error.to(lang)
    fields = [
        Field(
            id="code", name="code", label=Text("哪家企业", "Which firm").to(lang), control="select",
            options=[Choice(one.credit_code, one.name) for one in reads.firms(request.user)],
        ),
        Field(
            id="fact", name="fact", label=Text("哪个数", "Which number").to(lang), control="select",
            options=[Choice(key, one.label.to(lang)) for key, one in facts.items()],
        ),
        Field(
            id="value", name="value", label=Text("多少（金额写元）", "How much (money in yuan)").to(lang),
            width="s", maxlength=40,
        ),
        Field(
            id="as_of", name="as_of", label=Text("哪一天的", "As of which day").to(lang), width="s",
            help=Text("写成 2025-12-31", "Like 2025-12-31").to(lang), maxlength=10,
        ),
        Field(id="paper", name="paper", label=Text("从哪里来", "Where it stands").to(lang), width="l", maxlength=300),
    ]  # fmt: skip
    return [
        replace(one, value=typed.get(one.name, "") if error else "", error=wrong.get(one.name, ""))
        for one in fields
    ]


def _weight_fields(
    request: SignedIn, loaded: LoadedScore, error: MinshengError | None
) -> tuple[list[tuple[Text, list[Field]]], list[Field]]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None and error.field else {}
    stages = []
    for stage, title in loaded.score.stages.items():
        names = [
            (f"{stage}.{part}", one.title.to(lang)) for part, one in loaded.score.parts.items()
        ]
        fields = [
            Field(
                id=name, name=name, label=label, width="s", inputmode="decimal", maxlength=12,
                value=typed.get(name, ""), error=wrong.get(name, ""),
            )
            for name, label in names
        ]  # fmt: skip
        stages.append((title, fields))
    more = [
        Field(
            id="starts", name="starts", label=Text("从哪天起用", "From which day").to(lang), width="s",
            maxlength=10, value=typed.get("starts", timezone.localdate().isoformat()),
            error=wrong.get("starts", ""),
        ),
        Field(
            id="source", name="source", label=Text("依据的文件和文号", "By which document").to(lang),
            width="l", maxlength=200, value=typed.get("source", ""), error=wrong.get("source", ""),
        ),
    ]  # fmt: skip
    return stages, more


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
