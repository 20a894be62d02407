"""A portrait for the pupil and who looks after them: disagree, notes, one page to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.mastery import actions
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.schools import access, reads
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school.portraits import portrait_page, subject_of_pupil
from minsheng.portal.school.typed import row_id

if TYPE_CHECKING:
    from minsheng.apps.mastery.bank import Shelf
    from minsheng.apps.people.models import Account
    from minsheng.apps.schools.models import SchoolUser


def mine(account: Account) -> tuple[SchoolUser, Shelf | None]:
    """Return the pupil that this account is, with their subject; raises NotFound for who is none."""
    me = reads.own_pupil(account)
    if me is None:
        raise access.no_such_pupil()
    pupil = access.require_pupil(account, me.id)
    try:
        return pupil, mastery.subject_of(me.school_class)
    except NotFound:
        return pupil, None


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def portrait(request: SignedIn, pupil_id: int) -> HttpResponse:
    """Show a portrait to the pupil or their family; let them disagree, and write what they like."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            anchor = _act(request, pupil_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(f"{reverse('learn-pupil', args=[pupil_id])}#{anchor}")
    lang = language_of(request)
    page = portrait_page(request.user, pupil_id, lang=lang)
    pupil = access.require_pupil(request.user, pupil_id)
    return render(
        request,
        "portal/school/portrait.html",
        {
            **page,
            "is_me": access.is_pupil(request.user, pupil),
            "done": mastery.done_by(pupil, limit=10),
            "typed": request.POST,
            "errors": [Mistake(_place(request), error.to(lang))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@residents_only
def sheet(request: SignedIn, pupil_id: int) -> HttpResponse:
    """Show one page for the parents' evening: this child and no other."""
    page = portrait_page(request.user, pupil_id, lang=language_of(request))
    return render(
        request,
        "portal/school/sheet.html",
        {**page, "base": "portal/base.html", "back": reverse("learn-pupil", args=[pupil_id])},
    )


def _act(request: SignedIn, pupil_id: int) -> str:
    form, by = request.POST, request.user
    _, of = subject_of_pupil(by, pupil_id)
    match form.get("act", ""):
        case "object":
            actions.object_to(
                pupil_id, of.key, form.get("skill", "")[:60], form.get("words", ""), by=by
            )
            return "objections"
        case "note":
            actions.add_note(
                pupil_id, form.get("kind", ""), form.get("domain", ""), form.get("words", ""), by=by
            )
            return "notes"
        case "end-note":
            actions.end_note(row_id(form.get("note")), by=by)
            return "notes"
    raise WrongInput("mastery.act", "请先选一样再发。", "Choose what to do first.")


def _place(request: SignedIn) -> str:
    return {"object": "object-words", "note": "note-words"}.get(request.POST.get("act", ""), "")
