"""What stands against erasing a person now, asked of every app that keeps something of theirs."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from minsheng.apps.appeals import reads as appeals
from minsheng.apps.assessments import reads as assessments
from minsheng.apps.cases import reads as cases
from minsheng.apps.clubs import reads as clubs
from minsheng.apps.contests import reads as contests
from minsheng.apps.grants import reads as grants
from minsheng.apps.payouts import reads as payouts
from minsheng.apps.people.models import Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.points import reads as points
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.schools import erasing as schools
from minsheng.apps.sittings import reads as sittings
from minsheng.apps.visits import reads as visits

HOLDERS = (
    cases.obstacles,
    appeals.obstacles,
    repairs.obstacles,
    visits.obstacles,
    points.obstacles,
    sittings.obstacles,
    assessments.obstacles,
    clubs.obstacles,
    schools.obstacles,
    contests.obstacles,
    grants.obstacles,
    payouts.obstacles,
)
"""An app that keeps something under way of a person adds its read here."""


def obstacles(person: Person) -> list[Obstacle]:
    """Return everything under way because of which a person can't be erased yet.

    Of what is overdue nobody can say until when: a day that has passed is not promised again.
    """
    today = timezone.localdate()
    return [
        replace(one, until=None) if one.until is not None and one.until < today else one
        for holder in HOLDERS
        for one in holder(person)
    ]
