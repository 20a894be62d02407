"""What of visits stands against erasing a person."""

from __future__ import annotations

from minsheng.apps.people.models import Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.visits.models import Visited
from minsheng.apps.visits.plans import plan
from minsheng.lib.texts import Text

WAY = Text("在“我的走访”里说不用再来以后", "Say under My visits that nobody need come any more")


def obstacles(person: Person) -> list[Obstacle]:
    """Return the plans in which a person is visited, themselves or with their household."""
    rows = Visited.objects.filter(person=person, ended_on__isnull=True).order_by("pk")
    return [_obstacle(plan(row.plan).title) for row in rows]


def _obstacle(title: Text) -> Obstacle:
    return Obstacle(
        code="visits_open",
        what=Text(f"还有人按“{title.zh}”来走访", f"Visits go on: {title.to('en')}"),
        way=WAY,
        link="/mine/visits",
    )
