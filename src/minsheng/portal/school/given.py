"""One work for its teacher: arrivals as they come, answers to decide, results, what to do tomorrow."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.mastery import actions
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.reads import AskedItem, ToDecide, WorkResult
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.charts.shares import Share, draw_shares
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school.asking import asking
from minsheng.portal.school.classes import FEW
from minsheng.portal.school.typed import row_id

WORTH = ((1000, Text("对", "Right")), (500, Text("一半", "Half")), (0, Text("不对", "Not right")))


@dataclass(frozen=True, slots=True)
class _Decision:
    """An answer to decide, with the worths to choose from and the one that is suggested."""

    line: ToDecide
    choices: tuple[tuple[int, Text, bool], ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def work(request: SignedIn, work_id: int) -> HttpResponse:
    """Show a work and what it has shown by now; collect it, take it back, excuse, decide."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            path = _act(request, work_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(path)
    result = mastery.result_of(work_id, account=request.user)
    return render(
        request,
        "portal/school/work.html",
        {
            **_arrivals(result),
            "decisions": result.to_decide,
            "questions": _questions(result),
            "suggested": sum(one.shown.result == "suggested" for one in result.to_decide),
            "finding": _finding(result),
            "errors": [Mistake("", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def arrivals(request: SignedIn, work_id: int) -> HttpResponse:
    """Show the part of a work's page that changes while sheets come in."""
    result = mastery.result_of(work_id, account=request.user)
    return render(request, "portal/school/_arrivals.html", _arrivals(result))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def type_in(request: SignedIn, work_id: int, pupil_id: int) -> HttpResponse:
    """Type in what a pupil wrote on paper, one line for each item, then go on to the next pupil."""
    view = mastery.typing_view(work_id, pupil_id, account=request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            said = _typed(request.POST, [one.key for one in view.items])
            actions.type_in(work_id, pupil_id, said, by=request.user, source="paper")
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            messages.success(request, Text(f"{view.name} 录好了。", f"{view.name} is in.").to(language_of(request)))  # fmt: skip
            if view.after is None:
                return HttpResponseRedirect(reverse("class-work", args=[work_id]))
            return HttpResponseRedirect(reverse("class-work-type", args=[work_id, view.after]))
    return render(
        request,
        "portal/school/type_in.html",
        {
            "view": view,
            "lines": [(one, request.POST.get(one.name, "")) for one in asking(view.items, None)],
            "errors": [Mistake("", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _typed(form: QueryDict, keys: list[str]) -> dict[str, str]:
    return {key: form.get(f"a-{key}", "")[:2000] for key in keys}


def _act(request: SignedIn, work_id: int) -> str:
    form, by = request.POST, request.user
    here = reverse("class-work", args=[work_id])
    match form.get("act", ""):
        case "close":
            actions.close_work(work_id, by=by)
        case "cancel":
            found = actions.cancel_work(work_id, by=by)
            return reverse("school-class", args=[found.school_class_id])
        case "excuse":
            actions.excuse(work_id, row_id(form.get("pupil")), by=by)
        case "decide":
            score = form.get("score", "")
            if not score.isascii() or not score.isdigit() or len(score) > 4:
                raise WrongInput(
                    "mastery.no_score", "请先选对、一半或不对。", "Choose right, half or not right.",
                    field="score",
                )  # fmt: skip
            answer = row_id(form.get("answer"))
            actions.decide_answer(answer, int(score), by=by)
            return f"{here}#decide"
        case "accept":
            actions.decide_suggested(work_id, by=by)
            return f"{here}#decide"
        case _:
            raise WrongInput("mastery.act", "请先选一样再发。", "Choose what to do first.")
    return here


def _arrivals(result: WorkResult) -> dict[str, object]:
    return {
        "result": result,
        "work": result.work,
        "is_open": result.work.state == "open",
        "items": [
            (one, draw_shares([Share("fr", one.right), Share("dot-o", one.of - one.right)]))
            for one in result.items
        ],
        "is_few": 0 < result.handed_in < FEW,
        "few": FEW,
    }


def _questions(result: WorkResult) -> list[tuple[AskedItem, list[_Decision]]]:
    """Return what waits to be decided by item, so that the same question is read once."""
    found: dict[str, tuple[AskedItem, list[_Decision]]] = {}
    for one in result.to_decide:
        found.setdefault(one.shown.key, (one.shown, []))[1].append(_decision(one))
    return list(found.values())


def _decision(one: ToDecide) -> _Decision:
    nearest = min((worth for worth, _ in WORTH), key=lambda worth: abs(worth - one.suggested))
    is_suggested = one.shown.result == "suggested"
    return _Decision(
        one, tuple((worth, said, is_suggested and worth == nearest) for worth, said in WORTH)
    )


def _finding(result: WorkResult) -> Text:
    """Return what to know first of a work."""
    if result.work.state == "cancelled":
        return Text("这一份撤回了", "Taken back")
    if not result.handed_in:
        return Text(f"还没有人交，共 {result.of} 人", f"Nobody of {result.of} has handed in yet")
    asked = [one for one in result.items if one.of]
    hardest = min(asked, key=lambda one: one.right / one.of, default=None)
    if hardest is None or hardest.right == hardest.of:
        return Text(
            f"交了 {result.handed_in} 人，都对", f"{result.handed_in} handed in, all of it right"
        )
    wrong = hardest.of - hardest.right
    return Text(
        f"第 {hardest.number} 题最难：{hardest.of} 人里 {wrong} 人没做对",
        f"Item {hardest.number} was hardest: {wrong} of {hardest.of} got it wrong",
    )
