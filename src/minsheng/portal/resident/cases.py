"""A resident's running case: where it stands, what waits for them, what they may do."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import CaseView, ItemView, post_title
from minsheng.apps.ratings import reads as ratings
from minsheng.engines.casework.savings import Measure
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only, signed_in
from minsheng.portal.fields import Field, field_of, mistakes
from minsheng.portal.files import check_size
from minsheng.portal.happenings import timeline
from minsheng.portal.languages import Language, language_of, look_of
from minsheng.portal.plans import lanes_of_case
from minsheng.portal.sources import origin_name


@require_safe
@signed_in
def case(request: SignedIn, number: str) -> HttpResponse:
    """Return a case as its applicant, or a subject who is asked to agree, sees it.

    Who joined it is led to the page that shows what they may see.
    """
    joined = reads.joined_case(number, account=request.user)
    if joined is not None and not reads.is_asked_in(number, account=request.user):
        return HttpResponseRedirect(reverse("joined", args=[joined]))
    return _page(request, reads.case_view(number, account=request.user))


@require_POST
@residents_only
def consent(request: SignedIn, number: str) -> HttpResponse:
    """Agree, or not, as the other person."""
    view = reads.case_view(number, account=request.user)
    given = request.POST.get("given") == "yes"
    actions.consent_case(view.case.pk, by=request.user, given=given)
    return _back(number)


@require_POST
@signed_in
def supply(request: SignedIn, number: str, item: str) -> HttpResponse:
    """Answer what an officer asked."""
    view = reads.case_view(number, account=request.user)
    posted = {name: str(value) for name, value in request.POST.items()}
    try:
        actions.supply_item(
            view.case.pk,
            item,
            by=request.user,
            answer=posted.get("answer", ""),
            corrections=posted,
        )
    except WrongInput as error:
        return _page(request, view, error=error, posted=posted)
    return _back(number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: SignedIn, number: str) -> HttpResponse:
    """Show what withdrawing would do, then do it."""
    view = reads.case_view(number, account=request.user)
    if request.method == "POST":
        actions.withdraw_case(view.case.pk, by=request.user)
        return _back(number)
    return render(
        request,
        "portal/resident/withdraw.html",
        {
            "view": view,
            "stops": [i for i in view.active if i.row.status in {"waiting", "open", "returned"}],
            "stays": [i for i in view.active if i.row.status in {"done", "external"}],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def objection(request: SignedIn, number: str, item: str) -> HttpResponse:
    """Show what objecting to a refusal leads to, then keep it."""
    view = reads.case_view(number, account=request.user)
    found = next((one for one in view.items if one.row.key == item and one.may_object), None)
    if found is None or not (view.is_applicant or view.is_agent):
        # Decided meanwhile, too late, or none of theirs to object to: the case says how it stands.
        return _back(number)
    lang, wrong_at = language_of(request), {}
    if request.method == "POST":
        try:
            actions.object_item(
                view.case.pk,
                item,
                by=request.user,
                words=request.POST.get("objection", ""),
                file=_paper(request),
            )
        except WrongInput as wrong:
            wrong_at = {wrong.field: wrong.to(lang)}
        else:
            return _back(number)
    words = Field(
        id="objection",
        name="objection",
        label=Text("您为什么不同意", "Why you don't agree").to(lang),
        control="textarea",
        help=Text(
            "写清楚哪里不对就行，不用写别的。", "Say what is wrong; nothing else is needed."
        ).to(lang),
        value=request.POST.get("objection", ""),
        error=wrong_at.get("objection", ""),
        maxlength=500,
        width="l",
    )
    paper = Field(
        id="file",
        name="file",
        label=Text("有证明就附一个文件", "A file, if you have proof").to(lang),
        control="file",
        help=Text("PDF、JPEG 或 PNG。", "PDF, JPEG or PNG.").to(lang),
        error="".join(said for field, said in wrong_at.items() if field != "objection"),
        required=False,
        accept=".pdf,.jpg,.jpeg,.png",
    )
    reason = view.spec.reasons.get(found.row.reason)
    return render(
        request,
        "portal/resident/objection.html",
        {
            "view": view,
            "item": found,
            "reason": reason,
            "who": _looks_at(found),
            "fields": [words, paper],
            "errors": mistakes([words, paper]),
        },
        status=422 if wrong_at else 200,
    )


@require_POST
@signed_in
def again(request: SignedIn, number: str) -> HttpResponse:
    """Take an ended case up again: a new form with the old answers."""
    view = reads.case_view(number, account=request.user)
    draft = actions.reopen_case(view.case.pk, by=request.user)
    return HttpResponseRedirect(reverse("apply", args=[draft.pk]))


def _paper(request: SignedIn) -> actions.Paper | None:
    """Return the file that came with a form; WrongInput for one that is too large to be read."""
    upload = request.FILES.get("file")
    if upload is None:
        return None
    check_size(upload.size or 0)
    return actions.Paper(upload.name or "", upload.read())


def _looks_at(item: ItemView) -> Text:
    """Return which post looks at an objection."""
    return post_title(item.spec.objection.to) if item.spec.objection else Text("")


def _page(
    request: SignedIn,
    view: CaseView,
    *,
    error: MinshengError | None = None,
    posted: dict[str, str] | None = None,
) -> HttpResponse:
    lang = language_of(request)
    returned = [(item, _fields(item, posted or {}, error, lang)) for item in view.returned]
    return render(
        request,
        "portal/resident/case.html",
        {
            "view": view,
            "case": view.case,
            "lanes": lanes_of_case(view, lang=lang, elder=look_of(request).elder),
            "saved": saved_rows(view),
            "reader": view.reader,
            "wishes": reads.wishes_in(view.case, account=request.user),
            "finding": _finding(view),
            "rating": ratings.rating_of_case(view.case.pk, account=request.user),
            "asked": _asked(view) if view.wants_my_consent else None,
            "events": timeline(view.timeline, spec=view.spec, is_applicant=view.is_applicant),
            "materials": [
                {
                    "title": view.spec.materials[row.key].title,
                    "state": row.state,
                    "from": origin_name(row.origin),
                    "due": row.due_day,
                }
                for row in view.materials
            ],
            "values": [
                {"label": label, "value": value, "source": origin_name(origin)}
                for label, value, origin in view.values
            ],
            "items": [(item, view.spec.reasons.get(item.row.reason)) for item in view.active],
            "licences": bool(view.certificate or any(i.licence for i in view.items)),
            "is_new": request.GET.get("new") == "1",
            "ended": _ended(view),
            "returned": returned,
            "errors": mistakes(field for _, fields in returned for field in fields),
        },
        status=error.status if error else 200,
    )


def saved_rows(view: CaseView) -> dict[str, object] | None:
    """Return what a finished case took and saved, each number beside the cited one it is less than."""
    found = reads.case_savings(view)
    if found is None:
        return None
    used, cut = found.taken, {one.measure: one for one in found.savings}
    told: list[tuple[Measure, int, Text, Text]] = [
        (
            "workdays",
            used.workdays,
            Text("个工作日", "working days"),
            Text("办好用了", "from start to end"),
        ),
        ("visits", used.visits, Text("趟", "visits"), Text("到窗口", "to a counter")),
        ("papers", used.papers, Text("份", "documents"), Text("要您提供", "asked of you")),
    ]
    numbers: list[dict[str, object]] = []
    for measure, value, unit, words in told:
        before = cut[measure].before.text if measure in cut else None
        numbers.append(
            {
                "value": value,
                "unit": unit,
                "words": words,
                "was": Text(f"单办 {before.zh}", f"{before.to('en')} on its own") if before else "",
            }
        )
    numbers.append(
        {
            "value": used.avoided,
            "unit": Text("份", "documents"),
            "words": Text("没有向您要", "not asked of you"),
        }
    )
    return {"numbers": numbers, "line": found.line, "fits": bool(cut), "items": used.items}


def _ended(view: CaseView) -> list[dict[str, object]]:
    """Return what didn't come of an ended or partly ended case: why, and what to do."""
    if not (view.is_applicant or view.is_agent):
        return []
    found = []
    for item in view.did_not_come:
        reason = view.spec.reasons.get(item.row.reason)
        found.append(
            {
                "item": item,
                "why": reason.text if reason else _why_ended(view, item.row.reason),
                "remedy": reason.remedy if reason else Text(""),
            }
        )
    return found


def _why_ended(view: CaseView, reason: str) -> Text:
    kind, _, name = reason.partition(":")
    if kind == "need" and name in view.spec.items:
        title = view.spec.items[name].title
        return Text(f"它要等的“{title.zh}”没有办成", f"it needed “{title.to('en')}”")
    if kind == "consent" and name in view.spec.subjects:
        who = view.spec.subjects[name].title
        return Text(f"{who.zh}没有同意", f"{who.to('en')} did not agree")
    named = {
        "expired": Text("到期没有补要补的", "what was asked for didn't come in time"),
        "withdrawn": Text("您撤回了", "you withdrew"),
    }
    return named.get(kind, Text(""))


def _asked(view: CaseView) -> dict[str, Text]:
    """Return what somebody is asked to agree to: why, and for which items."""
    subject = view.subject or ""
    consent = view.spec.subjects[subject].consent
    lines = consent.explain({}, on=view.on).lines if consent else ()
    items = [item.spec.title for item in view.active if subject in item.spec.consent_of]
    return {
        "because": Text(
            "；".join(line.text.zh for line in lines),
            "; ".join(line.text.to("en") for line in lines),
        ),
        "items": Text(
            "”和“".join(title.zh for title in items),
            "” and “".join(title.to("en") for title in items),
        ),
    }


def _fields(
    item: ItemView, posted: dict[str, str], error: MinshengError | None, lang: Language
) -> list[Field]:
    """Return the answer an officer waits for, after the applicant's own answers to put right."""
    key = item.row.key
    wrong = {error.field: error.to(lang)} if error else {}
    fields = [
        replace(
            field_of(
                declared,
                lang=lang,
                value=posted.get(declared.key, value),
                error=wrong.get(declared.key, ""),
            ),
            id=f"f-{key}-{declared.key}",
            why="",
        )
        for declared, value in item.correctable
    ]
    words = Text("您的回答", "Your answer").to(lang)
    why = Text(
        "上面有错的直接改；都没有错，也请说一声。",
        "Put right above what is wrong; if nothing is, just say so here.",
    )
    answer = Field(
        id=f"answer-{key}",
        name="answer",
        label=words,
        control="textarea",
        why=why.to(lang) if fields else "",
        value=posted.get("answer", ""),
        error=wrong.get("answer", ""),
        maxlength=500,
        width="l",
    )
    return [*fields, answer]


def _finding(view: CaseView) -> Text:
    """Return the state of all items as one sentence."""
    running = sum(i.row.status in {"open", "external"} for i in view.active)
    mine = len(view.returned)
    waiting = sum(i.row.status == "waiting" for i in view.active)
    held = sum(i.row.status == "held" for i in view.active)
    objected = sum(i.row.status == "objected" for i in view.active)
    refused = sum(i.row.status == "refused" for i in view.active)
    dropped = sum(i.row.status == "cancelled" for i in view.active)
    parts = [
        (view.done, "{} 件办好", "{} done"),
        (running, "{} 件在办", "{} in progress"),
        (mine, "{} 件等您", "{} waiting for you")
        if view.is_applicant
        else (mine, "{} 件等申请人", "{} waiting for the applicant"),
        (held, "{} 件停下核对", "{} on hold"),
        (objected, "{} 件在复核", "{} being looked at again"),
        (waiting, "{} 件未开始", "{} not started"),
        (refused, "{} 件没办成", "{} not completed"),
        (dropped, "{} 件不办了", "{} not going ahead"),
    ]
    said = [(zh.format(n), en.format(n)) for n, zh, en in parts if n]
    return Text("，".join(zh for zh, _ in said), ", ".join(en for _, en in said))


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("case", args=[number]))
