"""Contests in the rooms of schools: what is open, my works, my judging, one round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.contests import access, actions, reads
from minsheng.apps.people import installed
from minsheng.content.contests import ContestSpec
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school import typed


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def contests(request: SignedIn) -> HttpResponse:
    """Show rounds, my works, what I judge, what I may recommend; open a round."""
    error: MinshengError | None = None
    specs = [one for one in installed.packs().contests.values() if access.runs(request.user, one)]
    if request.method == "POST":
        try:
            made = _opened(request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-contest", args=[made]))
    return render(
        request,
        "portal/school/contests.html",
        {
            "rounds": reads.rounds(request.user),
            "works": reads.own_works(request.user),
            "sheets": reads.own_sheets(request.user),
            "led": reads.led_works(request.user),
            "fields": _round_fields(request, specs, error) if specs else [],
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def contest(request: SignedIn, round_id: int) -> HttpResponse:
    """Show one round: all of it to who runs or confirms it, what is public to the schools."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, round_id)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-contest", args=[round_id]))
    found = access.require_round(round_id)
    spec = access.contest(found.contest)
    view, public = None, list[reads.PublicWork]()
    if access.runs(request.user, spec) or access.chairs(request.user, spec):
        view = reads.round_view(round_id, account=request.user)
        line = view.line
    else:
        line, public = reads.public_works(round_id, account=request.user)
    return render(
        request,
        "portal/school/contest.html",
        {
            "line": line,
            "view": view,
            "spec": spec,
            "public": public,
            "typed": request.POST,
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def enter(request: SignedIn, round_id: int) -> HttpResponse:
    """Ask a teacher what they enter, and begin the work."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            made = actions.begin_work(round_id, entered(request), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-work", args=[made.pk]))
    found = access.require_round(round_id)
    line = next((one for one in reads.rounds(request.user) if one.id == found.pk), None)
    if line is None:
        raise access.no_such()
    fields = work_fields(request, found.contest, request.POST if error else {}, error)
    return render(
        request,
        "portal/school/contest_enter.html",
        {
            "line": line,
            "spec": access.contest(found.contest),
            "fields": fields,
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )


def entered(request: SignedIn) -> actions.Entered:
    """Return what a teacher typed about a work."""
    form = request.POST
    return actions.Entered(
        kind=form.get("kind", "")[:60],
        subject=form.get("subject", ""),
        grade=typed.whole(form.get("grade", ""), field="grade"),
        knot=form.get("knot", ""),
        title=form.get("title", ""),
        video=form.get("video", ""),
    )


def work_fields(
    request: SignedIn, contest: str, values: object, error: MinshengError | None
) -> list[Field]:
    """Return the questions about a work, filled with `values`."""
    lang, spec = language_of(request), access.contest(contest)
    kinds = [Choice(key, one.title.to(lang)) for key, one in spec.classes.items()]
    takes_link = any(one.kind == "link" for one in spec.materials.values())
    first = kinds[0].value if len(kinds) == 1 else ""
    fields = [
        Field(id="kind", name="kind", label=Text("哪一类", "Which class").to(lang), control="radio", options=kinds, value=first),
        Field(id="subject", name="subject", label=Text("学科", "Subject").to(lang), maxlength=40, width="s"),
        Field(id="grade", name="grade", label=Text("年级", "Grade").to(lang), help=Text("1 到 12，幼儿园写 0", "1 to 12; 0 for kindergarten").to(lang), inputmode="numeric", width="s"),
        Field(id="knot", name="knot", label=Text("课时（教材里的哪一课）", "Lesson, as in the textbook").to(lang), why=Text("近几年选上过的课时不能重复", "A lesson chosen in recent years can't be repeated").to(lang), maxlength=80),
        Field(id="title", name="title", label=Text("作品名称", "Title").to(lang), help=Text("不要写姓名和学校：盲评", "No name, no school: it is judged blind").to(lang), maxlength=80),
    ]  # fmt: skip
    if takes_link:
        fields.append(Field(id="video", name="video", label=Text("视频地址", "Address of the video").to(lang), help=Text("以 https:// 开头，先传到教育平台。地址里别带姓名", "Begins with https://; upload it to the platform first. No name in it").to(lang), maxlength=300, required=False, width="l"))  # fmt: skip
    given = dict(values.items()) if hasattr(values, "items") else {}
    wrong = {error.field: error.to(lang)} if error is not None else {}
    return [
        replace(one, value=str(given.get(one.name, one.value)), error=wrong.get(one.name, ""))
        for one in fields
    ]


def shown(request: SignedIn, error: MinshengError | None) -> list[Mistake]:
    """Return the line of the error summary; it leads to the field where there is one."""
    if error is None:
        return []
    at = {"kind": "kind-1", "contest": "contest-1", "platform": "platform-1"}.get(
        error.field, error.field
    )
    return [Mistake(at, error.to(language_of(request)))]


def _opened(request: SignedIn) -> int:
    form = request.POST
    new = actions.NewRound(
        contest=form.get("contest", "")[:60],
        year=typed.whole(form.get("year", ""), field="year"),
        enter_by=typed.day(form.get("enter_by", ""), field="enter_by"),
        school_places=typed.whole(form.get("school_places", ""), field="school_places", other=0),
        places=typed.whole(form.get("places", ""), field="places", other=0),
    )
    if new.contest not in installed.packs().contests:
        raise WrongInput("contests.contest", "请选一个评选。", "Choose a contest.", field="contest")
    return int(actions.open_round(new, by=request.user).pk)


def _act(request: SignedIn, round_id: int) -> None:
    form, by = request.POST, request.user
    about = typed.whole(form.get("about", ""), field="", other=0)
    match form.get("act", ""):
        case "judges":
            actions.name_judges(round_id, form.get("judges", "").replace("，", ",").replace("\n", ",").split(","), by=by)  # fmt: skip
        case "begin":
            actions.begin_judging(round_id, by=by)
        case "replace":
            actions.replace_judge(about, by=by)
        case "close":
            actions.close_judging(round_id, by=by)
        case "in" | "out" as taken:
            actions.look_again(about, taken == "in", form.get("words", ""), by=by)
        case "confirm":
            actions.confirm(round_id, form.get("seen", ""), by=by)
        case "challenge":
            actions.challenge(about, form.get("words", ""), by=by)
        case "uphold" | "dismiss" as word:
            actions.decide_challenge(about, word == "uphold", form.get("answer", ""), by=by)
        case "finish":
            actions.finish(round_id, by=by)
        case "city" | "ministry" as level:
            actions.send_up(about, level, timezone.localdate(), by=by)
        case "won" | "lost" as word:
            actions.note_outcome(about, word == "won", form.get("certificate", ""), by=by)
        case _:
            raise WrongInput("contests.act", "请先选一样再发。", "Choose what to do first.")


def _round_fields(
    request: SignedIn, specs: Sequence[ContestSpec], error: MinshengError | None
) -> list[Field]:
    lang = language_of(request)
    options = [Choice(one.key, one.title.to(lang), one.summary.to(lang)) for one in specs]
    values = request.POST if error else {"year": str(timezone.localdate().year)}
    wrong = {error.field: error.to(lang)} if error is not None else {}
    fields = (
        Field(id="contest", name="contest", label=Text("哪个评选", "Which contest").to(lang), control="radio", options=options),
        Field(id="year", name="year", label=Text("哪一年", "Year").to(lang), inputmode="numeric", width="s"),
        Field(id="enter_by", name="enter_by", label=Text("收作品到哪天", "Entries until").to(lang), help=Text("像 2026-12-31", "Like 2026-12-31").to(lang), width="s"),
        Field(id="school_places", name="school_places", label=Text("每校名额", "Places for a school").to(lang), help=Text("不写就按评选的设置", "Empty: as the contest says").to(lang), inputmode="numeric", width="s", required=False),
        Field(id="places", name="places", label=Text("区里选几件", "Places of the district").to(lang), help=Text("不写就按评选的设置", "Empty: as the contest says").to(lang), inputmode="numeric", width="s", required=False),
    )  # fmt: skip
    return [
        replace(one, value=str(values.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in fields
    ]
