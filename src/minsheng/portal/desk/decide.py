"""One item: the rules answered, the values this office may read, and the decision."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import Decision
from minsheng.apps.supervision import reads as supervision
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.desk import acts
from minsheng.portal.desk.purposes import ask, back, keep, stated
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.files import sent
from minsheng.portal.languages import language_of
from minsheng.portal.sources import origin_name
from minsheng.rules import Reason

CLAIMS = {
    "claim": Text("我来办", "I'll take it"),
    "takeover": Text("接手", "Take it over"),
    "unclaim": Text("放开，让同事办", "Leave it to others"),
}
VERDICTS = {True: "yes", False: "no", None: "unknown"}
ORDER = {None: 0, False: 1, True: 2}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def item(request: SignedIn, item_id: int) -> HttpResponse:
    """Show one item, or decide it and return to the work list."""
    error: MinshengError | None = None
    purpose = stated(request, item_id)
    if not purpose:
        return ask(request, item_id=item_id)
    if request.method == "POST":
        try:
            _decide(request, item_id)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk"))
    decision = reads.decision(item_id, account=request.user, purpose=purpose)
    return _page(request, decision, error)


@require_POST
@staff_only
def purpose(request: SignedIn, item_id: int) -> HttpResponse:
    """Keep for a while why this officer opens sensitive records, and open this one."""
    reads.needs_purpose(item_id, account=request.user)
    if not keep(request, request.POST.get("purpose", "")):
        return ask(request, item_id=item_id, is_wrong=True)
    return HttpResponseRedirect(back(request, item_id))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def reverse_done(request: SignedIn, item_id: int) -> HttpResponse:
    """Show what taking a done item back would do, then do it."""
    error: MinshengError | None = None
    purpose = stated(request, item_id)
    if not purpose:
        return ask(request, item_id=item_id)
    if request.method == "POST":
        try:
            actions.reverse_item(
                item_id,
                by=request.user,
                reason=request.POST.get("reason", ""),
                message=request.POST.get("message", ""),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-item", args=[item_id]))
    decision = reads.decision(item_id, account=request.user, purpose=purpose)
    lang = language_of(request)
    return render(
        request,
        "portal/desk/reverse.html",
        {
            "decision": decision,
            "reasons": decision.reversals,
            "follows": decision.follows_reversal,
            "message": request.POST.get("message", ""),
            "errors": [{"id": "reason-1", "text": error.to(lang)}] if error else [],
        },
        status=error.status if error else 200,
    )


def _decide(request: SignedIn, item_id: int) -> None:
    choice, _, reason = request.POST.get("decision", "").partition(":")
    message = request.POST.get("message", "")
    by = request.user
    if choice == "approve":
        actions.approve_item(
            item_id, by=by, evidence=request.POST.get("evidence", ""), message=message
        )
    elif choice == "refuse":
        actions.refuse_item(item_id, by=by, reason=reason, message=message)
    elif choice == "return":
        actions.return_item(item_id, by=by, reason=reason, message=message)
    elif choice in {"uphold", "reject"}:
        actions.decide_objection(
            item_id, by=by, upheld=choice == "uphold", reason=reason, message=message
        )
    elif choice in {"redo", "keep"}:
        actions.release_item(item_id, by=by, redo=choice == "redo")
    else:
        raise WrongInput(
            "decision_missing",
            "请先选一项决定，再点确认。",
            "Choose a decision first, then confirm.",
            field="decision",
        )


@require_safe
@staff_only
def objection_file(request: SignedIn, item_id: int) -> HttpResponse:
    """Return the file that came with an objection, to the post that has the item."""
    return sent(actions.open_attached(item_id, by=request.user))


@require_safe
@staff_only
def material(request: SignedIn, item_id: int, key: str) -> HttpResponse:
    """Return an uploaded proof, to the post whose item needs it; the applicant sees that it was opened."""
    return sent(actions.open_material(item_id, key, by=request.user))


def _page(request: SignedIn, decision: Decision, error: MinshengError | None) -> HttpResponse:
    lang = language_of(request)
    return render(
        request,
        "portal/desk/item.html",
        {
            "decision": decision,
            "checks": [
                {
                    "verdict": VERDICTS[check.value],
                    "words": check.spec.text,
                    "evidence": check.evidence,
                }
                for check in sorted(decision.checks, key=lambda check: ORDER[check.value])
            ],
            "values": [
                {
                    "label": value.spec.label,
                    "value": value.text,
                    "source": Reason(value.unknown).text
                    if value.unknown
                    else origin_name(value.origin, "desk"),
                    "unknown": bool(value.unknown),
                }
                for value in decision.values
            ],
            "materials": [
                {
                    "label": title,
                    "value": STATES.get(row.state, Text(row.state)),
                    "source": origin_name(row.origin, "desk"),
                    "path": reverse("desk-material", args=[decision.item.pk, row.key])
                    if row.file_id
                    else "",
                }
                for title, row in decision.materials
            ],
            "choices": _choices(decision),
            "light": supervision.light_of_reading(
                decision.reading, running=decision.item.status in {"open", "external"}
            ),
            "order": supervision.open_order_of("item", str(decision.item.pk)),
            "acts": acts.offered(decision),
            "claims": [(k, CLAIMS[k]) for k in decision.more.acts if k in CLAIMS],
            "chosen": request.POST.get("decision", ""),
            "message": request.POST.get("message", ""),
            "evidence": request.POST.get("evidence", ""),
            "errors": [{"id": _field_id(error), "text": error.to(lang)}] if error else [],
        },
        status=error.status if error else 200,
    )


def _field_id(error: MinshengError) -> str:
    return error.field if error.field in {"message", "evidence"} else "decision-1"


def _choices(decision: Decision) -> list[dict[str, object]]:
    more = decision.more
    if more.is_taken or more.own_refusal or more.waits_for_others:
        return []
    if decision.item.status == "objected":
        return _objection_choices(decision)
    if decision.item.status == "held":
        return [
            {
                "value": "keep",
                "label": Text("照旧有效", "It stays valid"),
                "note": Text("结果不变", "The result does not change"),
            },
            {
                "value": "redo",
                "label": Text("重新办", "Do it again"),
                "note": Text("这一件从头再办一次", "This item is done again from the start"),
            },
        ]
    if decision.item.status != "open":
        return []
    unknown = Text(
        f"有 {decision.unknown} 条未知，同意时要写您怎么核实的",
        f"{decision.unknown} unknown: if you approve, say how you settled it",
    )
    choices: list[dict[str, object]] = [
        {
            "value": "approve",
            "label": Text("同意", "Approve"),
            "note": unknown if decision.unknown else decision.spec.result,
        }
    ]
    if decision.may_return:
        choices += [
            {
                "value": f"return:{reason.key}",
                "label": Text(
                    f"问申请人一次：“{reason.text.zh}”",
                    f"Ask the applicant once: “{reason.text.to('en')}”",
                ),
                "note": Text("停表，等申请人回答", "The clock stops until the applicant answers"),
            }
            for reason in decision.returns
        ]
    choices += [
        {
            "value": f"refuse:{reason.key}",
            "label": Text(f"不同意：“{reason.text.zh}”", f"Refuse: “{reason.text.to('en')}”"),
            "note": reason.remedy,
        }
        for reason in decision.refusals
    ]
    return choices


def _objection_choices(decision: Decision) -> list[dict[str, object]]:
    choices: list[dict[str, object]] = [
        {
            "value": "uphold",
            "label": Text("异议有理，重新办", "The objection is right: do it again"),
            "note": Text(
                "换人从头办一次，原来没有同意的人不能再办",
                "Done again from the start, by somebody else than who refused",
            ),
        }
    ]
    return choices + [
        {
            "value": f"reject:{reason.key}",
            "label": Text(f"维持：“{reason.text.zh}”", f"It stands: “{reason.text.to('en')}”"),
            "note": reason.remedy,
        }
        for reason in decision.more.rejections
    ]


STATES = {
    "found": Text("已核对", "Checked"),
    "coming": Text("前面一件办好就有", "Comes from an earlier item"),
    "provided": Text("申请人上传", "Uploaded by the applicant"),
    "overdue": Text("承诺到期，没有补", "Promised; the day is over and it hasn't come"),
    "promised": Text("申请人承诺以后补", "Promised by the applicant for later"),
    "missing": Text("还没有", "Missing"),
}
