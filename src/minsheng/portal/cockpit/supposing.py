"""What if: one officer less, more demand; each post as it is and as it would be."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import PostWaiting, Scenario
from minsheng.lib.texts import Text
from minsheng.portal.cockpit.scopes import asked_for
from minsheng.portal.doors import SignedIn, leaders_only

OFFICERS = (
    (-1, Text("少一个人", "one officer less")),
    (0, Text("人不变", "as many officers")),
    (1, Text("多一个人", "one officer more")),
)
DEMANDS = (
    (80, Text("少两成", "20% less")),
    (100, Text("不变", "as now")),
    (130, Text("多三成", "30% more")),
    (200, Text("多一倍", "twice as much")),
)


@require_safe
@leaders_only
def what_if(request: SignedIn) -> HttpResponse:
    """Return the posts under the scenario asked for; an unknown one counts as not asked."""
    scenario = _scenario(request)
    found = cases.waiting(scenario)
    return render(
        request,
        "portal/cockpit/what_if.html",
        {
            **asked_for(request).context("/cockpit/what-if"),
            "scenario": scenario,
            "officers": OFFICERS,
            "demands": DEMANDS,
            "headline": _headline(found),
            "rows": [_row(one) for one in found],
            "model": cases.MODEL,
        },
    )


def _scenario(request: HttpRequest) -> Scenario:
    officers = {str(number): number for number, _ in OFFICERS}
    demands = {str(number): number for number, _ in DEMANDS}
    return Scenario(
        officers=officers.get(request.GET.get("officers", ""), 0),
        demand_percent=demands.get(request.GET.get("demand", ""), 130),
    )


def _headline(found: list[PostWaiting]) -> Text:
    if not found:
        return Text("件还不够多，算不出来", "Too few items yet to work it out")
    found = [one for one in found if one.fits]
    if not found:
        return Text(
            "模拟和账本对不上，不下结论", "The simulation doesn't fit the ledger; no conclusion"
        )
    lost = [one for one in found if one.then is None or not one.then.is_stable]
    if not lost:
        return Text(f"{len(found)} 个岗位都办得过来", f"All {len(found)} posts keep up")
    return Text(
        f"{len(found)} 个岗位里，{len(lost)} 个办不过来",
        f"{len(lost)} of {len(found)} posts can't keep up",
    )


def _row(one: PostWaiting) -> dict[str, object]:
    then = one.then
    return {
        "is": one,
        "observed": f"{one.observed_stay:.1f}",
        "now": f"{one.now.stay.mean:.1f}",
        "then": f"{then.stay.mean:.1f}" if then else "",
        "low": f"{max(0.0, then.stay.low):.1f}" if then else "",
        "high": f"{then.stay.high:.1f}" if then else "",
        "load": f"{100 * then.load:.0f}%" if then else "",
        "over": f"{100 * then.over_term.mean:.0f}%" if then and one.term else "",
        "over_now": f"{100 * one.now.over_term.mean:.0f}%" if one.term else "",
        "fits": one.fits,
        "is_lost": then is None or not then.is_stable,
    }
