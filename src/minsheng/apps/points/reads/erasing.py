"""What of points stands against erasing a person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from minsheng.apps.people.models import Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.points.models import (
    OPEN,
    PROPOSED,
    PUBLISHED,
    Exchange,
    Objection,
    Participant,
    Proposal,
)
from minsheng.apps.points.schemes import scheme_of
from minsheng.lib.texts import Text


def obstacles(person: Person) -> list[Obstacle]:
    """Return where a person takes part, what they have ordered, and what is public or objected to."""
    own = {"person": person}
    taking_part = Participant.objects.filter(**own, left_on__isnull=True)
    orders = Exchange.objects.filter(**own, state=OPEN)
    proposed = Proposal.objects.filter(**own, state__in=[PROPOSED, PUBLISHED])
    objected = Objection.objects.filter(**own, outcome="")
    return [
        *(_taking_part(scheme) for scheme in _schemes(taking_part, "scheme")),
        *(_ordered(scheme) for scheme in _schemes(orders, "participant__scheme")),
        *(_waiting(scheme) for scheme in _schemes(proposed, "participant__scheme")),
        *(_objected(scheme) for scheme in _schemes(objected, "proposal__participant__scheme")),
    ]


def _schemes(rows: QuerySet[Any], name: str) -> list[str]:
    return sorted(set(rows.values_list(name, flat=True)))


def _taking_part(scheme: str) -> Obstacle:
    title = scheme_of(scheme).title
    return Obstacle(
        code="points_open",
        what=Text(f"还参加着“{title.zh}”", f"You take part in {title.to('en')}"),
        way=Text("在积分页退出以后", "Leave it on the page of your points"),
        link=f"/mine/points/{scheme}",
    )


def _ordered(scheme: str) -> Obstacle:
    title = scheme_of(scheme).title
    return Obstacle(
        code="points_order",
        what=Text(f"“{title.zh}”里有换了还没取的", f"Something ordered in {title.to('en')} waits"),
        way=Text("取走或退掉以后", "Fetch or cancel it"),
        link=f"/mine/points/{scheme}",
    )


def _waiting(scheme: str) -> Obstacle:
    title = scheme_of(scheme).title
    return Obstacle(
        code="points_waiting",
        what=Text(
            f"“{title.zh}”里有一笔还在公示，没有入账",
            f"A proposal in {title.to('en')} is public and not posted yet",
        ),
        way=Text("公示完、入了账以后", "Wait until it is posted"),
        link=f"/mine/points/{scheme}",
    )


def _objected(scheme: str) -> Obstacle:
    title = scheme_of(scheme).title
    return Obstacle(
        code="points_objection",
        what=Text(
            f"您对“{title.zh}”一笔公示的异议还没答复",
            f"Your objection in {title.to('en')} isn't answered yet",
        ),
        way=Text("答复以后", "Wait for the answer"),
        link=f"/mine/points/{scheme}",
    )
