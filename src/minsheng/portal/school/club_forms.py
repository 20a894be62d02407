"""Paper forms of clubs, typed in by a teacher of the class: who is missing, and one family's form."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.clubs import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.school.choices import WISHES, wish_fields


@require_safe
@staff_only
def forms(request: SignedIn, class_id: int) -> HttpResponse:
    """Show who of a class has chosen clubs, and whose paper form can be typed in."""
    return render(
        request,
        "portal/clubs/forms.html",
        {"paper": reads.paper_class(class_id, account=request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def form(request: SignedIn, class_id: int, pupil_id: int) -> HttpResponse:
    """Show one family's paper form, or keep what it says."""
    found = reads.paper_form(class_id, pupil_id, account=request.user)
    error: MinshengError | None = None
    wishes = list(found.chosen)
    if request.method == "POST":
        wishes = [request.POST.get(f"club-{n}", "")[:80] for n in range(1, WISHES + 1)]
        try:
            _save(found, wishes, request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-club-forms", args=[class_id]))
    lang = language_of(request)
    fields = wish_fields("club", found.offers, wishes, error, lang)
    own = [] if error is None or error.field else [Mistake("", error.to(lang))]
    return render(
        request,
        "portal/clubs/form.html",
        {"form": found, "fields": fields, "errors": [*own, *mistakes(fields)]},
        status=error.status if error else 200,
    )


def _save(found: reads.PaperForm, wishes: list[str], request: SignedIn) -> None:
    chosen = [one for one in wishes if one]
    if not chosen:
        raise WrongInput(
            "clubs.empty_form",
            "纸表上至少有一个社团。这家不报，就不用代填。",
            "A paper form names a club at least. A family that wants none needs no form.",
            field="club-1",
        )
    actions.enter_from_paper(found.round.id, found.line.pupil, chosen, by=request.user)
