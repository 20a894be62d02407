"""What am I entitled to: every policy as it comes out for me, why, and what is still asked."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.grants import reads as grants
from minsheng.apps.people.typed import typed
from minsheng.apps.policies import actions, asking, reads, shelf, sources
from minsheng.apps.screening import actions as screened
from minsheng.apps.screening import reads as screening
from minsheng.engines.casework.spec import FieldSpec, Option
from minsheng.engines.policies.decide import Decision
from minsheng.engines.policies.spec import Fact
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.assessing import about_policy
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Field, field_of, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.resident.grants import claiming

SAID = {
    "yes": Text("符合", "You qualify"),
    "no": Text("还不符合", "Not now"),
    "unknown": Text("待定", "Open"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def policies(request: SignedIn) -> HttpResponse:
    """Show what I get, what may be, and what not (yet); say that I was found wrongly, or don't wish it."""
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            _say(request)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("policies"))
    proved = request.user.is_proved
    found = reads.entitled(request.user, on=timezone.localdate()) if proved else None
    slugs = [line.policy.slug for line in found.yes] if found else []
    out = grants.left_out(request.user, slugs, on=timezone.localdate()) if len(slugs) > 1 else {}
    return render(
        request,
        "portal/resident/policies.html",
        {
            "found": found,
            "proved": proved,
            "said": SAID,
            "yes": [(line, out.get(line.policy.slug)) for line in found.yes] if found else [],
            "screened": screening.found_for(request.user),
            "reasons": screening.reasons(),
            "refused": screening.is_refused(request.user),
            "errors": [{"id": "screened", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )


def _say(request: SignedIn) -> None:
    posted, account = request.POST, request.user
    match posted.get("act", ""):
        case "refuse":
            screened.refuse(account)
        case "allow":
            screened.allow(account)
        case _:
            slug = posted.get("policy", "")[:60]
            one = next(
                (one for one in screening.found_for(account) if one.policy.slug == slug), None
            )
            if one is None or account.person is None:
                raise NotFound(
                    "screening.not_found",
                    "名单里没有这一条。",
                    "There is no such line in the list.",
                )
            screened.mark_wrong(
                one.run_id,
                account.person.pk,
                slug,
                reason=posted.get("reason", "")[:20],
                condition="",
                by=account,
            )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def policy(request: SignedIn, slug: str) -> HttpResponse:
    """Show one policy line by line; take the answer to a question it waits for."""
    on, lang = timezone.localdate(), language_of(request)
    error: WrongInput | None = None
    name = request.POST.get("fact", "")[:60]
    if request.method == "POST":
        try:
            if request.POST.get("act") == "registers":
                _ask_registers(request)
            else:
                _answer(request, name)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("policy", args=[slug]))
    found = reads.told(request.user, slug, on=on)
    fields: list[Field] = []
    assessed: dict[str, object] = {}
    if found is not None:
        waiting = {one.field for one in found.told.decision.missing}
        assessed = about_policy(request.user, found.policy, waiting)
        for fact in reads.askable(waiting):
            is_wrong = error is not None and fact.name == name
            fields.append(
                field_of(
                    _as_field(fact),
                    lang=lang,
                    value=request.POST.get(name, "")[:200] if is_wrong else "",
                    error=error.to(lang) if error is not None and is_wrong else "",
                )
            )
    return render(
        request,
        "portal/resident/policy.html",
        {
            "policy": shelf.policy(slug),
            "told": found.told if found else None,
            "ways": found.ways if found else None,
            "waiting": found.waiting if found else (),
            "facts": found.facts if found else (),
            "may_ask_registers": bool(found and any(missing_of_household(found.told.decision))),
            "fields": fields,
            "errors": mistakes(fields),
            "said": SAID,
            "known": reads.own_answers(request.user),
            **claiming(request, found.told if found else None),
            **assessed,
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def questions(request: SignedIn) -> HttpResponse:
    """Ask the one question that settles most; keep the answer, skip it, or take the last one back."""
    on, lang = timezone.localdate(), language_of(request)
    error: WrongInput | None = None
    name = request.POST.get("fact", "")[:60]
    if request.method == "POST":
        try:
            _carry_out(request, name)
        except WrongInput as wrong:
            error = wrong
        else:
            is_answer = request.POST.get("act", "answer") != "back"
            said = "?" + urlencode({"last": name}) if is_answer else ""
            return HttpResponseRedirect(reverse("policy-questions") + said)
    found = reads.next_question(request.user, on=on)
    fields = []
    if found.fact is not None:
        fields = [
            field_of(
                _as_field(found.fact),
                lang=lang,
                value=request.POST.get(name, "")[:200] if error is not None else "",
                error=error.to(lang) if error is not None else "",
            )
        ]
    last = next(iter(reads.askable({request.GET.get("last", "")[:60]})), None)
    return render(
        request,
        "portal/resident/policy_questions.html",
        {"next": found, "fields": fields, "errors": mistakes(fields), "last": last},
        status=error.status if error else 200,
    )


def _ask_registers(request: SignedIn) -> None:
    account = request.user
    if account.person is not None and account.is_proved:
        asking.ask_registers(account.person, on=timezone.localdate(), by=f"account:{account.pk}")


def missing_of_household(decision: Decision) -> Iterator[str]:
    """Yield what isn't known of the household itself, which registers may know."""
    for one in decision.missing:
        fact = sources.fact_at(one.field)
        if fact is not None and fact.entity == "household" and fact.source.startswith("register:"):
            yield one.field


def _carry_out(request: SignedIn, name: str) -> None:
    act = request.POST.get("act", "answer")
    if act == "skip":
        actions.decline(request.user, name, on=timezone.localdate())
    elif act == "back":
        actions.take_back(request.user, name)
    else:
        _answer(request, name)


def _answer(request: SignedIn, name: str) -> None:
    fact = next(iter(reads.askable({name})), None)
    if fact is None:
        raise NotFound("policies.no_question", "没有这个问题。", "There is no such question.")
    on = timezone.localdate()
    value = typed(_as_field(fact), request.POST.get(name, "")[:200], on=on)
    if value == "" or value is None:
        raise WrongInput(
            "policies.empty",
            "请选一个，或者先不答。",
            "Choose one, or leave it for now.",
            field=name,
        )
    actions.answer(request.user, name, value, on=on)


def _proof(fact: Fact) -> Text:
    """Return what whoever says it may be asked to show, as it stands beside the question."""
    if not fact.proof.zh:
        return Text("")
    return Text(
        f"办的时候工作人员可能要看：{fact.proof.zh}",
        f"An officer may ask to see: {fact.proof.to('en')}",
    )


def _as_field(fact: Fact) -> FieldSpec:
    kind = fact.kind
    options = tuple(Option(key=key, label=kind.label_of(key)) for key in kind.options)
    return FieldSpec(
        key=fact.name,
        type=kind.type,  # type: ignore[arg-type]
        label=fact.ask,
        options=options,
        help=_proof(fact),
    )
