"""Several items of one kind at once: choose, look at what would happen, do it, see how each went."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.actions import BulkAct
from minsheng.apps.cases.reads import BulkGroup
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.desk.purposes import ask, stated_for
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def bulk(request: SignedIn) -> HttpResponse:
    """Show the kinds, the items of one kind, what an act would do to each, or how each went."""
    if request.method != "POST":
        return _choose(request)
    purpose = stated_for(request, _ids(request))
    if not purpose:
        return ask(request)
    try:
        return _decide(request) if request.POST.get("step") == "do" else _preview(request, purpose)
    except WrongInput as error:
        return _choose(request, error=error)


def _choose(request: SignedIn, *, error: WrongInput | None = None) -> HttpResponse:
    groups = reads.bulk_groups(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    group = _group(groups, asked.get("service", ""), asked.get("kind", ""))
    rows = reads.bulk_rows(request.user, slug=group.slug, item=group.item) if group else []
    chosen = _ids(request) if request.method == "POST" else {row.id for row in rows}
    lang = language_of(request)
    return render(
        request,
        "portal/desk/bulk.html",
        {
            "groups": groups,
            "group": group,
            "rows": [{"row": row, "chosen": row.id in chosen} for row in rows],
            "choices": _choices(group) if group else [],
            "value": request.POST.get("act", "approve"),
            "message": request.POST.get("message", ""),
            "errors": [{"id": _field_id(error), "text": error.to(lang)}] if error else [],
        },
        status=error.status if error else 200,
    )


def _preview(request: SignedIn, purpose: str) -> HttpResponse:
    act, reason = _act(request)
    evidence = _evidence(request)
    lines = actions.preview_bulk(
        _ids(request),
        by=request.user,
        act=act,
        reason=reason,
        evidence=evidence,
        purpose=purpose,
    )
    if act == "return" and not request.POST.get("message", "").strip():
        raise WrongInput(
            "message_missing",
            "请写清楚要申请人补什么。每人只能问这一次。",
            "Say clearly what is missing. Each applicant is asked only this once.",
            field="message",
        )
    goes = [line for line in lines if line.goes]
    return render(
        request,
        "portal/desk/bulk_preview.html",
        {
            **_carried(request),
            "lines": [{"line": line, "evidence": evidence.get(line.id, "")} for line in lines],
            "goes": len(goes),
            "stays": len(lines) - len(goes),
            "wants": any(line.wants_evidence and not line.goes for line in lines),
            "is_approval": act == "approve",
        },
    )


def _decide(request: SignedIn) -> HttpResponse:
    act, reason = _act(request)
    results = actions.decide_bulk(
        _ids(request),
        by=request.user,
        act=act,
        reason=reason,
        message=request.POST.get("message", ""),
        evidence=_evidence(request),
    )
    return render(
        request,
        "portal/desk/bulk_done.html",
        {
            **_carried(request),
            "results": results,
            "done": sum(one.done for one in results),
            "failed": sum(not one.done for one in results),
            "is_approval": act == "approve",
        },
    )


def _carried(request: SignedIn) -> dict[str, object]:
    """Return what the next form sends along, and the names of what it is about."""
    group = _group(
        reads.bulk_groups(request.user),
        request.POST.get("service", ""),
        request.POST.get("kind", ""),
    )
    return {
        "group": group,
        "service": request.POST.get("service", ""),
        "kind": request.POST.get("kind", ""),
        "act": request.POST.get("act", ""),
        "message": request.POST.get("message", ""),
    }


def _act(request: SignedIn) -> tuple[BulkAct, str]:
    act, _, reason = request.POST.get("act", "").partition(":")
    if act not in {"approve", "return"}:
        raise WrongInput(
            "decision_missing",
            "请先选是同意还是问一次。",
            "Choose first: approve, or ask once.",
            field="act",
        )
    return cast(BulkAct, act), reason


def _ids(request: SignedIn) -> list[int]:
    """Return the items that were ticked; a number nobody could have ticked is no item."""
    typed = request.POST.getlist("item")
    if any(not one.isascii() or not one.isdigit() or len(one) > 18 for one in typed):
        raise NotFound(
            "no_such_item",
            "没有这一件。它可能已经转走，回待办看看。",
            "There is no such item. It may have been passed on; see your work list.",
        )
    return [int(one) for one in typed]


def _evidence(request: SignedIn) -> dict[int, str]:
    return {pk: request.POST.get(f"evidence-{pk}", "")[:500] for pk in _ids(request)}


def _group(groups: list[BulkGroup], slug: str, item: str) -> BulkGroup | None:
    return next((one for one in groups if (one.slug, one.item) == (slug, item)), None)


def _choices(group: BulkGroup) -> list[dict[str, object]]:
    return [
        {
            "value": "approve",
            "label": Text("同意", "Approve"),
            "note": Text(
                "核对都是“是”的一起同意；有未知的要逐件写怎么核实；有“否”的不能一起办",
                "Those whose checks are all yes go along; unknown ones want words; a no stays behind",
            ),
        },
        *(
            {
                "value": f"return:{reason.key}",
                "label": Text(
                    f"问申请人一次：“{reason.text.zh}”",
                    f"Ask the applicant once: “{reason.text.to('en')}”",
                ),
                "note": Text("停表，等申请人回答", "The clock stops until the applicant answers"),
            }
            for reason in group.returns
        ),
    ]


def _field_id(error: WrongInput) -> str:
    return {"message": "message", "item": "rows"}.get(error.field, "act-1")
