"""What a firm is entitled to: every policy for firms as it comes out for ours, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.people import reads as people
from minsheng.apps.policies import firms as reads
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.enterprise.room import firm_code

SAID = {
    "yes": Text("符合", "Qualifies"),
    "no": Text("还不符合", "Not now"),
    "unknown": Text("待定", "Open"),
}
DOORS = {
    "loans": "firm-loans",
    "stakes": "firm-stakes",
    "vouchers": "firm-vouchers",
    "sittings": "firm-sittings",
}


@require_safe
@residents_only
def policies(request: SignedIn) -> HttpResponse:
    """Show what our firm gets, what can't be told yet, what not, and what nobody can decide yet."""
    firms = people.organisations_of(request.user)
    if not firms:
        return render(request, "portal/firm/policies.html", {"firms": firms})
    code = firm_code(request)
    return render(
        request,
        "portal/firm/policies.html",
        {
            "firms": firms,
            "firm": next(one for one in firms if one.credit_code == code),
            "found": reads.entitled(request.user, on=timezone.localdate(), code=code),
            "said": SAID,
        },
    )


@require_safe
@residents_only
def policy(request: SignedIn, slug: str) -> HttpResponse:
    """Show one policy line by line for our firm, with the numbers it read and the way to apply."""
    spec = reads.for_firms(slug)
    firms = people.organisations_of(request.user)
    if not firms:
        return render(request, "portal/firm/policy.html", {"policy": spec, "firm": None})
    code = firm_code(request)
    found = reads.told(request.user, slug, on=timezone.localdate(), code=code)
    return render(
        request,
        "portal/firm/policy.html",
        {
            "policy": spec,
            "firm": next(one for one in firms if one.credit_code == code),
            "told": found.told if found else None,
            "ways": found.ways if found else None,
            "waiting": found.waiting if found else (),
            "facts": found.facts if found else (),
            "door": reverse(DOORS[spec.door]) if spec.door else "",
            "said": SAID,
        },
    )
