"""Today's round as the phone keeps it: as little as the way needs, and nobody's earlier answers.

Protected ones are carried without a name. What the phone keeps is sealed there under words that only
the visitor knows, and is deleted when it was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minsheng.apps.visits import reads
from minsheng.content.visits import VisitSpec
from minsheng.lib.texts import Text
from minsheng.portal.visiting import STATES

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def phone_round(account: Account) -> dict[str, Any]:
    """Return today's and missed visits in the order of the way, the forms, and the courtyards."""
    route = reads.my_route(account)
    specs = {stop.line.plan: reads.plan_of(stop.line.plan) for stop in route.stops}
    voiced = reads.voice_plans(account)
    return {
        "on": route.on.isoformat(),
        "visits": [
            {
                "number": stop.line.number,
                "revision": stop.line.revision,
                "plan": stop.line.plan,
                "who": _both(Text(stop.name)) if stop.name else _both(stop.line.who),
                "where": stop.address if stop.name else stop.line.where.zh,
                "why": _both(stop.line.why),
                "state": _both(STATES[stop.line.state][1]),
                "late": stop.line.state == "missed",
                "at": f"{stop.line.at:%H:%M}" if stop.line.at else "",
            }
            for stop in route.stops
        ],
        "plans": {key: _plan(spec) for key, spec in specs.items()},
        "voices": {
            "areas": [{"key": one.key, "title": _both(one.title)} for one in reads.courtyards()],
            "findings": _findings(voiced[0]),
            "plan": voiced[0].key,
        }
        if voiced
        else None,
    }


def _plan(spec: VisitSpec) -> dict[str, Any]:
    return {
        "title": _both(spec.title),
        "agreed": _both(spec.agreed) if spec.agreed.zh else None,
        "ways": [
            {"key": key, "title": _both(way.title), "counts": way.counts}
            for key, way in spec.ways.items()
        ],
        "fields": [
            {
                "key": key,
                "type": one.type,
                "label": _both(one.label),
                "help": _both(one.help),
                "required": one.required,
                "longest": one.max_length,
                "options": [{"key": o.key, "title": _both(o.label)} for o in one.options],
            }
            for key, one in spec.fields.items()
        ],
        "findings": _findings(spec),
    }


def _findings(spec: VisitSpec) -> list[dict[str, Any]]:
    return [{"key": key, "title": _both(one.title)} for key, one in spec.findings.items()]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.to("en")}
