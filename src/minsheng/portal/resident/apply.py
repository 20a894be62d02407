"""The guided form: one group of questions a page, then the plan, then one submission.

Residents fill it in for themselves, agents for whom they act; `actions` and `reads` say who may.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.cases import actions, catalogue, reads
from minsheng.apps.cases.reads import DraftView, Preview
from minsheng.lib.errors import MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, signed_in
from minsheng.portal.fields import Field, field_of, mistakes
from minsheng.portal.files import check_size
from minsheng.portal.languages import language_of, look_of
from minsheng.portal.plans import lanes_of_preview
from minsheng.portal.sources import register_name

PLAN = Text("看安排，提交", "See the plan, submit")
DOCUMENTS = Text("材料", "Documents")
ITEMS = Text("要办哪几件", "What you want done")
MISSING = Text("这一份还没有。请传一张照片或 PDF。", "This is missing. Upload a photo or a PDF.")
MISSING_OR_PROMISE = Text(
    "这一份还没有。请传一张照片或 PDF，或者勾选先承诺、以后再补。",
    "This is missing. Upload a photo or a PDF, or tick the promise to hand it in later.",
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: SignedIn, slug: str) -> HttpResponse:
    """Ask the registers, keep a draft, and lead to the first question."""
    given = request.GET.get("for", "")
    mandate = int(given) if given.isdecimal() and len(given) < 19 else None
    draft = actions.open_draft(request.user, slug, mandate_id=mandate)
    return HttpResponseRedirect(reverse("apply", args=[draft.pk]))


@require_safe
@signed_in
def resume(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Bring a form up to date, and lead to its first page with a question, or to the plan."""
    actions.resume_draft(draft_id, by=request.user)
    offer = reads.join_offer(draft_id, account=request.user)
    if offer is not None and (offer.is_sure or "other" not in request.GET):
        return HttpResponseRedirect(reverse("apply-join", args=[draft_id]))
    if reads.events_of(draft_id, account=request.user):
        return HttpResponseRedirect(reverse("apply-event", args=[draft_id]))
    if reads.draft_view(draft_id, account=request.user).must_choose:
        return HttpResponseRedirect(reverse("apply-items", args=[draft_id]))
    preview = reads.preview(draft_id, account=request.user)
    open_keys = {field.key for field in preview.unanswered}
    for step in preview.draft.steps:
        if open_keys & {asked.spec.key for asked in step.asked}:
            return HttpResponseRedirect(reverse("apply-step", args=[draft_id, step.key]))
    if preview.missing:
        return HttpResponseRedirect(reverse("apply-materials", args=[draft_id]))
    return HttpResponseRedirect(reverse("apply-plan", args=[draft_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def event(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Ask which child it is about when the register knows several, and go on."""
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            actions.choose_event(draft_id, by=request.user, event=request.POST.get("event", ""))
            return HttpResponseRedirect(reverse("apply", args=[draft_id]))
        except WrongInput as error:
            errors = [{"id": "event-1", "text": error.to(language_of(request))}]
    choices = reads.events_of(draft_id, account=request.user)
    if not choices:
        return HttpResponseRedirect(reverse("apply", args=[draft_id]))
    view = reads.draft_view(draft_id, account=request.user)
    return render(
        request,
        "portal/resident/apply_event.html",
        {"view": view, "choices": choices, "errors": errors},
        status=422 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def items(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Ask which items are wanted: those proposed are ticked, and each can be left out."""
    errors: list[dict[str, str]] = []
    view = reads.draft_view(draft_id, account=request.user)
    chosen = {offer.spec.key for offer in view.offers if offer.is_chosen}
    if request.method == "POST":
        chosen = set(request.POST.getlist("items"))
        try:
            actions.choose_items(draft_id, by=request.user, items=chosen)
            return HttpResponseRedirect(reverse("apply", args=[draft_id]))
        except WrongInput as error:
            errors = [{"id": "items-1", "text": error.to(language_of(request))}]
    if not view.offers:
        return HttpResponseRedirect(reverse("apply", args=[draft_id]))
    office = catalogue.packs().district.office
    skipped = reads.preview(draft_id, account=request.user).plan.skipped
    rows = [
        {
            "item": offer.spec,
            "office": office(offer.spec.office),
            "asks": offer.asks,
            "is_chosen": offer.spec.key in chosen,
        }
        for offer in view.offers
    ]
    steps = _progress(view)
    return render(
        request,
        "portal/resident/apply_items.html",
        {
            "view": view,
            "rows": rows,
            "fixed": [
                item
                for key, item in view.spec.items.items()
                if not item.optional and key not in skipped
            ],
            "errors": errors,
            "steps": steps,
            "number": 1,
        },
        status=422 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: SignedIn, draft_id: uuid.UUID, key: str) -> HttpResponse:
    """Show one page of questions; keep what is right and say what is wrong."""
    errors: dict[str, MinshengError] = {}
    posted: dict[str, str] | None = None
    if request.method == "POST":
        posted = {name: str(value) for name, value in request.POST.items()}
        errors = actions.save_answers(draft_id, by=request.user, step=key, answers=posted)
        if not errors:
            return _after_step(request, draft_id, key)
    view = reads.draft_view(draft_id, account=request.user)
    current = next((one for one in view.steps if one.key == key), None)
    if current is None:
        return HttpResponseRedirect(reverse("apply", args=[draft_id]))
    lang = language_of(request)
    fields = [
        _field(asked, posted, errors.get(asked.spec.key), lang, view) for asked in current.asked
    ]
    keys = [one.key for one in view.steps]
    first = 1 if view.offers else 0
    number = keys.index(key) + 1
    before = (
        reverse("apply-items", args=[draft_id]) if first else reverse("guide", args=[view.slug])
    )
    return render(
        request,
        "portal/resident/apply_step.html",
        {
            "view": view,
            "step_view": current,
            "fields": fields,
            "errors": mistakes(fields),
            "steps": _progress(view),
            "number": first + number,
            "known": _known(view, lang),
            "previous": reverse("apply-step", args=[draft_id, keys[number - 2]])
            if number > 1
            else before,
        },
        status=422 if errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def materials(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Ask for the proofs that only the applicant can bring, or a promise where one is allowed."""
    lang = language_of(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _take_materials(request, draft_id)
        if not errors:
            return HttpResponseRedirect(reverse("apply", args=[draft_id]))
    preview = reads.preview(draft_id, account=request.user)
    if not preview.missing and not errors:
        return HttpResponseRedirect(reverse("apply-plan", args=[draft_id]))
    rows = [
        {
            "material": material,
            "field": Field(
                id=f"m-{material.spec.key}",
                name=f"file-{material.spec.key}",
                label=material.spec.title.to(lang),
                control="file",
                why=material.spec.why.to(lang),
                help=Text(
                    "PDF 或照片（JPG、PNG），最大 {} MB", "PDF or a photo (JPG, PNG), {} MB at most"
                )
                .to(lang)
                .format(settings.MINSHENG_UPLOAD_BYTES // 1_000_000),
                error=errors.get(material.spec.key, ""),
                accept=".pdf,.jpg,.jpeg,.png",
            ),
            "may_promise": "promise" in material.ways,
        }
        for material in preview.missing
    ]
    fields: list[Field] = [row["field"] for row in rows]  # type: ignore[misc]
    steps = _progress(preview.draft)
    return render(
        request,
        "portal/resident/apply_materials.html",
        {
            "view": preview.draft,
            "rows": rows,
            "errors": mistakes(fields),
            "steps": [*steps[:-1], {"title": DOCUMENTS, "path": ""}, steps[-1]],
            "number": len(steps),
        },
        status=422 if errors else 200,
    )


@require_safe
@signed_in
def plan(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Show what will happen, by office and working day, before anything is submitted."""
    preview = reads.preview(draft_id, account=request.user)
    return _plan_page(request, preview)


@require_POST
@signed_in
def submit(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Submit once; a second click leads to the same case."""
    try:
        case = actions.submit_draft(draft_id, by=request.user)
    except WrongInput as error:
        preview = reads.preview(draft_id, account=request.user)
        return _plan_page(request, preview, error=error)
    return HttpResponseRedirect(reverse("case", args=[case.number]) + "?new=1")


@require_POST
@signed_in
def discard(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_draft(draft_id, by=request.user)
    return HttpResponseRedirect(_home(request))


def _plan_page(
    request: SignedIn, preview: Preview, *, error: MinshengError | None = None
) -> HttpResponse:
    lang = language_of(request)
    view = preview.draft
    missing_step = next(
        (
            s
            for s in view.steps
            if {f.key for f in preview.unanswered} & {a.spec.key for a in s.asked}
        ),
        None,
    )
    return render(
        request,
        "portal/resident/apply_plan.html",
        {
            "view": view,
            "preview": preview,
            "plan": preview.plan,
            "lanes": lanes_of_preview(preview, lang=lang, elder=look_of(request).elder),
            "steps": _progress(view),
            "number": len(_progress(view)),
            "not_chosen": [offer.spec.title for offer in view.offers if not offer.is_chosen],
            "consents": [
                view.spec.subjects[one.subject].title for one in preview.plan.consents_wanted
            ],
            "offices": len({item.office for item in preview.plan.items}),
            "refused": [a for a in preview.admission if a.verdict.value is False],
            "doubtful": [a for a in preview.admission if a.verdict.value is None],
            "missing_step": missing_step,
            "errors": [{"id": "", "text": error.to(lang)}] if error else [],
            "first_step": view.steps[0] if view.steps else None,
        },
        status=error.status if error else 200,
    )


def _home(request: SignedIn) -> str:
    """Return where one goes on later: “Mine”, or the desk of who acts for somebody."""
    return reverse("desk-acting" if request.user.is_staff_member else "mine")


def _after_step(request: SignedIn, draft_id: uuid.UUID, key: str) -> HttpResponse:
    if request.POST.get("later"):
        return HttpResponseRedirect(_home(request))
    view = reads.draft_view(draft_id, account=request.user)
    keys = [one.key for one in view.steps]
    if key in keys and keys.index(key) + 1 < len(keys):
        following = keys[keys.index(key) + 1]
        return HttpResponseRedirect(reverse("apply-step", args=[draft_id, following]))
    return HttpResponseRedirect(reverse("apply", args=[draft_id]))


def _field(
    asked: Any,
    posted: dict[str, str] | None,
    error: MinshengError | None,
    lang: Any,
    view: DraftView,
) -> Field:
    value = posted.get(asked.spec.key, asked.value) if posted is not None else asked.value
    field = field_of(
        asked.spec,
        lang=lang,
        value=value,
        error=error.to(lang) if error else "",
        own=asked.spec.subject == view.spec.applicant.key,
    )
    because = asked.because.to(lang)
    if because and not asked.spec.why.zh:
        field = replace(field, why=because)
    return field


def _progress(view: DraftView) -> list[dict[str, object]]:
    steps: list[dict[str, object]] = [
        {"title": one.title, "path": reverse("apply-step", args=[view.id, one.key])}
        for one in view.steps
    ]
    if view.offers:
        steps.insert(0, {"title": ITEMS, "path": reverse("apply-items", args=[view.id])})
    return [*steps, {"title": PLAN, "path": reverse("apply-plan", args=[view.id])}]


def _known(view: DraftView, lang: str) -> list[dict[str, object]]:
    return [
        {
            "label": known.spec.label,
            "value": known.shown(lang),
            "source": register_name(known.register),
        }
        for known in view.known
    ]


def _take_materials(request: SignedIn, draft_id: uuid.UUID) -> dict[str, str]:
    """Keep each file or promise and return what is wrong, by material."""
    lang = language_of(request)
    preview = reads.preview(draft_id, account=request.user)
    errors: dict[str, str] = {}
    for material in preview.missing:
        key = material.spec.key
        upload = request.FILES.get(f"file-{key}")
        try:
            if upload is not None:
                check_size(upload.size or 0)
                actions.give_file(
                    draft_id,
                    by=request.user,
                    material=key,
                    name=upload.name or "",
                    content=upload.read(),
                )
            elif request.POST.get(f"promise-{key}"):
                actions.give_promise(draft_id, by=request.user, material=key)
            else:
                missing = MISSING_OR_PROMISE if "promise" in material.ways else MISSING
                errors[key] = missing.to(lang)
        except NotFound:
            raise
        except MinshengError as error:
            errors[key] = error.to(lang)
    return errors
