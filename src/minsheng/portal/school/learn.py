"""The room of a pupil, and of who looks after one: what waits, one sheet, practice, what went wrong."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.mastery import actions
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.schools import access, reads
from minsheng.lib.errors import Conflict, MinshengError, NotFound
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school.asking import asking, said_in
from minsheng.portal.school.family import mine

AT_ONCE = 5
"""So many wrong items a day are enough; the rest comes on later days."""


@require_safe
@residents_only
def learn(request: SignedIn) -> HttpResponse:
    """Show what waits for me as a pupil, and my children at school."""
    me = reads.own_pupil(request.user)
    today = timezone.localdate()
    context: dict[str, object] = {"me": me, "children": reads.children_of(request.user)}
    if me is not None:
        pupil, of = mine(request.user)
        wrong = mastery.wrong_book(pupil, of.key) if of else []
        context |= {
            "waiting": mastery.waiting_for(pupil),
            "done": mastery.done_by(pupil, limit=5),
            "wrong": len(wrong),
            "due": min(AT_ONCE, sum(one.is_due(today) for one in wrong)),
            "next": mastery.next_exercises(pupil, of.key) if of else [],
        }
    return render(request, "portal/school/learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def sheet(request: SignedIn, work_id: int) -> HttpResponse:
    """Show my sheet to answer, or what was right; hand it in.

    What can't be read or is empty may be mended first, or handed in as it is with a second press.
    """
    opened = actions.open_sheet(work_id, by=request.user)
    own = mastery.own_sheet(opened)
    error: MinshengError | None = None
    mend: dict[str, Text] = {}
    if request.method == "POST":
        said = said_in(request.POST, own.items)
        mend = {} if request.POST.get("act") == "as-it-is" else mastery.to_mend(own.items, said)
        if not mend or not own.is_open:
            try:
                actions.hand_in(work_id, said, by=request.user)
            except (Conflict, NotFound) as wrong:
                error = wrong
            else:
                return HttpResponseRedirect(reverse("learn-work", args=[work_id]))
    lang = language_of(request)
    items = asking(own.items, request.POST if request.method == "POST" else None, mend)
    errors = [
        Mistake(one.first, f"{one.shown.number}. {one.error.to(lang)}")
        for one in items
        if one.error
    ]
    if error is not None:
        errors = [Mistake("", error.to(lang))]
    return render(
        request,
        "portal/school/learn_sheet.html",
        {"own": own, "work": own.work, "items": items, "errors": errors, "mend": bool(mend)},
        status=error.status if error else 422 if mend else 200,
    )


@require_POST
@residents_only
def practise(request: SignedIn) -> HttpResponse:
    """Begin my own practice: what comes next, or what went wrong and is due."""
    pupil, of = mine(request.user)
    if of is None:
        raise access.no_such_pupil()
    reasons: dict[str, str] = {}
    if request.POST.get("about") == "wrong":
        today = timezone.localdate()
        book = mastery.wrong_book(pupil, of.key)
        lines = [one for one in book if one.is_due(today)] or book
        items, title = tuple(one.shown.key for one in lines[:AT_ONCE]), "错题再练"
    else:
        found = mastery.next_exercises(pupil, of.key)
        items, title = tuple(one.item.key for one in found), "接着练"
        reasons = {one.item.key: one.why.zh for one in found}
    if not items:
        return HttpResponseRedirect(reverse("learn"))
    given = actions.Given(subject=of.key, title=title, items=items, reasons=reasons)
    made = actions.start_practice(pupil, given, by=request.user)
    return HttpResponseRedirect(reverse("learn-work", args=[made.work_id]))


@require_safe
@residents_only
def wrong_book(request: SignedIn) -> HttpResponse:
    """Show what went wrong and wasn't right twice since: what is due today first."""
    pupil, of = mine(request.user)
    today = timezone.localdate()
    lines = mastery.wrong_book(pupil, of.key) if of else []
    due = [one for one in lines if one.is_due(today)][:AT_ONCE]
    return render(
        request,
        "portal/school/wrong_book.html",
        {
            "due": due,
            "later": [one for one in lines if one not in due][:20],
        },
    )
