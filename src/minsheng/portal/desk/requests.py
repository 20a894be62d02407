"""Requests at the desk: what to dispatch, to do, to agree to and to call about; one request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import access, actions, catalogue, reads
from minsheng.apps.appeals.reads import DeskLine, DeskView
from minsheng.apps.appeals.reads.telling import WAYS
from minsheng.apps.repairs import reads as repairs
from minsheng.content.appeals import LoadedAppeal
from minsheng.engines.appeals.spec import Act
from minsheng.engines.appeals.words import RESULTS
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.desk import purposes
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.requests import form_fields, shown_repair

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

REASONED: Mapping[str, Act] = {
    "send_back": "return",
    "dispute": "dispute",
    "extend": "extend",
    "hold": "hold",
}
STATES = {
    "received": "open",
    "handling": "open",
    "visiting": "open",
    "closed": "done",
    "waiting": "idle",
    "open": "open",
    "disputed": "stopped",
    "held": "stopped",
    "answered": "done",
    "returned": "no",
    "moved": "no",
    "relieved": "idle",
}


@require_safe
@staff_only
def requests(request: SignedIn) -> HttpResponse:
    """Return what waits for my posts, the most urgent first."""
    account = request.user
    groups = [
        (Text("要派单", "To dispatch"), reads.dispatch_list(account)),
        (Text("要您定", "For you to decide"), reads.wishes_to_answer(account)),
        (Text("您的单", "Your items"), reads.items_of_posts(account)),
        (Text("要回访", "To call back"), reads.calls_to_make(account)),
    ]
    return render(
        request,
        "portal/desk/requests.html",
        {
            "groups": [(title, [_row(line) for line in lines]) for title, lines in groups if lines],
            "count": sum(len(lines) for _, lines in groups),
            "late": sum(
                line.left_hours is not None and line.left_hours < 0
                for _, lines in groups
                for line in lines
            ),
            "takes_calls": bool(_kinds(account)),
            "challenges": reads.challenges_to_judge(account),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: SignedIn) -> HttpResponse:
    """Write down what somebody says on the telephone or at the counter."""
    kinds = {one.spec.appeal: one for one in _kinds(request.user)}
    if not kinds:
        raise access.not_yours()
    loaded = kinds.get(request.GET.get("kind", ""), next(iter(kinds.values())))
    typed = {key: str(value) for key, value in request.POST.items()}
    lang, error = language_of(request), None
    if request.method == "POST":
        told = actions.Told(
            category=typed.get("category", "")[:60],
            words=typed.get("words", ""),
            area=typed.get("area", "")[:60],
            grade=typed.get("grade", "")[:60] if loaded.spec.asks_grade else "",
            contact={key: typed.get(key, "")[:200] for key in loaded.spec.fields},
            channel=typed.get("channel", "")[:12],
        )
        try:
            number = actions.file_once(
                loaded.spec.appeal,
                told,
                by=request.user,
                key=typed.get("once", "")[:60] or secrets.token_hex(8),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-request", args=[number]))
    at_channel = error.to(lang) if error and error.field == "channel" else ""
    channel = Field(
        id="channel",
        name="channel",
        label=Text("怎么来的", "How it came").to(lang),
        control="radio",
        value=typed.get("channel", "phone"),
        error=at_channel,
        options=[
            Choice("phone", Text("来电", "A call").to(lang)),
            Choice("visit", Text("来访", "A visit").to(lang)),
        ],
    )
    fields = [*form_fields(loaded.spec, lang, typed, error), channel]
    return render(
        request,
        "portal/desk/request_new.html",
        {
            "spec": loaded.spec,
            "kinds": [one.spec for one in kinds.values()],
            "fields": fields,
            "errors": mistakes(fields),
            "once": typed.get("once") or secrets.token_hex(16),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one(request: SignedIn, number: str) -> HttpResponse:
    """Show one request with what I may do about it, or do it."""
    error: MinshengError | None = None
    if purposes.is_answer(request):
        return HttpResponseRedirect(request.path)
    purpose = purposes.stated_for_request(request, number)
    if not purpose:
        return purposes.ask(request, is_wrong="back" in request.POST, is_hidden=True)
    if request.method == "POST":
        try:
            _act(request, number)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return _after(request, number)
    view = reads.desk_view(number, account=request.user, purpose=purpose)
    return render(
        request,
        "portal/desk/request.html",
        {
            "view": view,
            "hints": reads.hints(number, account=request.user),
            "items": [(item, STATES[item.status]) for item in view.items],
            "mine": [item for item in view.items if item.may],
            "state": STATES[view.status],
            "repair": shown_repair(view.repair),
            "repair_path": _repair_path(request, view),
            "typed": request.POST,
            "results": [(key, said) for key, said in RESULTS.items() if key],
            "ways": [(key, said) for key, said in WAYS.items() if key in view.ways],
            "reasons": {act: view.spec.reasons_for(kind) for act, kind in REASONED.items()},
            "refusals": view.spec.reasons_for("not_accepted"),
            "leaves": view.spec.leaves(),
            "helpers": [
                (one, one.post in view.proposed_helpers)
                for one in view.candidates
                if one.post != view.proposed
            ],
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _repair_path(request: SignedIn, view: DeskView) -> str:
    """Return where the repair of a request is opened, for whoever may; else nothing."""
    if view.repair is None or not repairs.may_open(view.repair.number, request.user):
        return ""
    return reverse("desk-repair", args=[view.repair.number])


def _after(request: SignedIn, number: str) -> HttpResponse:
    """Lead on: to the request while I have a part in it, else to the list."""
    return HttpResponseRedirect(reverse("desk-request", args=[number]))


def _act(request: SignedIn, number: str) -> None:
    form, answer = request.POST, request.POST.get("solved", "")
    act, score = form.get("act", ""), form.get("score", "")
    actions.do(
        number,
        actions.Deed(
            act=act,
            item=form.get("item", "")[:6],
            words=form.get("words", ""),
            reason=form.get("reason", "")[:60],
            post=form.get("post", "")[:80],
            helpers=tuple(one[:80] for one in form.getlist("helpers") if one != form.get("post")),
            category=form.get("category", "")[:60],
            grade=form.get("grade", "")[:60],
            way=form.get("way", ""),
            result=form.get("result", ""),
            to=form.get("to", "")[:20],
            to_all=form.get("all") == "yes",
            until=_day(form.get("until", "")),
            granted=form.get("granted") == "yes",
            reached=answer != "nobody" if act == "visit" else form.get("reached") == "yes",
            solved={"yes": True, "no": False, "rest": False}.get(answer),
            accepts=answer == "rest",
            score=int(score) if score.isascii() and score.isdigit() and len(score) < 3 else None,
        ),
        by=request.user,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _kinds(account: Account) -> list[LoadedAppeal]:
    """Return the kinds of request that this account may write down for a caller."""
    held = access.posts_of(account)
    found = catalogue.appeals_on(timezone.localdate())
    return [
        one
        for one in found
        if one.spec.dispatcher in held
        and one.spec.requester == "person"
        and not one.spec.from_visits
    ]


def _row(line: DeskLine) -> dict[str, object]:
    left, words = _left(line)
    is_late = line.left_hours is not None and line.left_hours < 0
    return {
        "left": left,
        "left_words": words,
        "urgency": "late" if is_late else "soon" if (line.left_hours or 99) < 9 else "",
        "path": reverse("desk-request", args=[line.number]),
        "title": line.title,
        "person": "",
        "words": Text(
            f"{line.number}　{line.kind.zh}　{line.area.zh}",
            f"{line.number}　{line.kind.to('en')}　{line.area.to('en')}",
        ),
        "state": STATES[line.status],
        "state_words": line.said,
    }


def _left(line: DeskLine) -> tuple[Text, Text]:
    """Return how much time is left: hours under two days, then days."""
    hours = line.left_hours
    if hours is None:
        return Text("停", "Stop"), Text("没有计时", "no clock runs")
    if abs(hours) < 48:
        return Text(str(hours)), Text("小时", "hours")
    return Text(str(int(hours / 24))), Text("天", "days")
