"""What of requests stands against erasing a person."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.appeals import access
from minsheng.apps.appeals.models import OPEN, Request
from minsheng.apps.appeals.reads.mine import QUIET
from minsheng.apps.people.models import Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.lib.texts import Text

WAY = Text("办结或撤回以后", "Let it be closed, or withdraw it")


def obstacles(person: Person) -> list[Obstacle]:
    """Return the open requests that a person made, for themselves or for a firm."""
    rows = Request.objects.filter(person=person, status__in=OPEN).order_by("pk")
    return [_obstacle(row) for row in rows]


def _obstacle(row: Request) -> Obstacle:
    spec = access.spec_of(row)
    title = QUIET if spec.protected else spec.title_of(row.category)
    room = "firm" if row.organisation_id else "appeals"
    return Obstacle(
        code="request_open",
        number=row.number,
        what=Text(
            f"诉求 {row.number}（{title.zh}）还没办结",
            f"Request {row.number} ({title.to('en')}) is still open",
        ),
        way=WAY,
        link=f"/{room}/{row.number}",
        until=timezone.localtime(row.due_at).date() if row.due_at else None,
    )
